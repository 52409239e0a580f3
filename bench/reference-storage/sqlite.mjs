import Database from 'better-sqlite3';
import { statements, upsertOnConflict } from './statements.mjs';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS item (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grant_id TEXT,
    uid TEXT,
    user_code TEXT,
    consumed_at INTEGER,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS item_grant ON item (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_uid ON item (uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_user_code ON item (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
`;

export async function open(url) {
  const database = new Database(url.slice('sqlite:'.length));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(SCHEMA);
  const prepared = Object.fromEntries(
    Object.entries({ ...statements, upsert: upsertOnConflict }).map(([name, sql]) => [
      name,
      database.prepare(sql),
    ]),
  );
  for (const name of ['find', 'findByUid', 'findByUserCode']) prepared[name].raw();
  return {
    run: (name, values) => prepared[name].run(...values),
    find: (name, values) => prepared[name].get(...values),
  };
}
