import { Pool } from 'pg';
import { statements, upsertOnConflict } from './statements.mjs';

const POOL_SIZE = 20;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS item (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grant_id TEXT,
    uid TEXT,
    user_code TEXT,
    consumed_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (model, id)
  );
  CREATE INDEX IF NOT EXISTS item_grant ON item (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_uid ON item (uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_user_code ON item (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS item_expiry ON item (expires_at) WHERE expires_at IS NOT NULL;
`;

export async function open(url) {
  const pool = new Pool({ connectionString: url, max: POOL_SIZE });
  await pool.query(SCHEMA);
  const texts = Object.fromEntries(
    Object.entries({ ...statements, upsert: upsertOnConflict }).map(([name, sql]) => {
      let mark = 0;
      return [name, sql.replace(/\?/g, () => `$${(mark += 1)}`)];
    }),
  );
  const query = (name, values) => pool.query({ name, text: texts[name], values, rowMode: 'array' });
  return {
    run: query,
    async find(name, values) {
      const { rows } = await query(name, values);
      return rows[0];
    },
  };
}
