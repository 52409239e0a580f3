import Database from 'better-sqlite3';

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

const SWEEP_INTERVAL_MS = 60_000;
const SWEEP_BATCH = 500;

const now = () => Math.floor(Date.now() / 1000);

/**
 * Opens the database of the reference server, creates it if necessary, and returns an adapter factory for oidc-provider. There is one
 * table; each statement is prepared once; only models that need secondary keys have them.
 *
 * @param {string} file path of the SQLite file
 * @returns {(model: string) => object} adapter factory
 */
export function createAdapterFactory(file) {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(SCHEMA);

  const statements = {
    upsert: database.prepare(
      `INSERT INTO item (model, id, payload, grant_id, uid, user_code, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
       uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
    ),
    find: database
      .prepare('SELECT payload, consumed_at, expires_at FROM item WHERE model = ? AND id = ?')
      .raw(),
    findByUid: database
      .prepare('SELECT payload, consumed_at, expires_at FROM item WHERE uid = ? AND model = ?')
      .raw(),
    findByUserCode: database
      .prepare('SELECT payload, consumed_at, expires_at FROM item WHERE user_code = ? AND model = ?')
      .raw(),
    consume: database.prepare('UPDATE item SET consumed_at = ? WHERE model = ? AND id = ?'),
    destroy: database.prepare('DELETE FROM item WHERE model = ? AND id = ?'),
    revoke: database.prepare('DELETE FROM item WHERE grant_id = ? AND model = ?'),
    sweep: database.prepare(
      `DELETE FROM item WHERE (model, id) IN (SELECT model, id FROM item WHERE expires_at < ? LIMIT ${SWEEP_BATCH})`,
    ),
  };
  setInterval(() => statements.sweep.run(now()), SWEEP_INTERVAL_MS).unref();
  return (model) => new SqliteAdapter(model, statements);
}

/** The persistence contract of oidc-provider for one of its models. */
class SqliteAdapter {
  #model;
  #statements;

  constructor(model, statements) {
    this.#model = model;
    this.#statements = statements;
  }

  async upsert(id, payload, expiresIn) {
    const { grantId, uid, userCode } = payload;
    const expiresAt = expiresIn ? now() + expiresIn : null;
    this.#statements.upsert.run(
      this.#model,
      id,
      JSON.stringify(payload),
      grantId ?? null,
      this.#model === 'Session' ? uid : null,
      userCode ?? null,
      expiresAt,
    );
  }

  async find(id) {
    return toPayload(this.#statements.find.get(this.#model, id));
  }

  async findByUid(uid) {
    return toPayload(this.#statements.findByUid.get(uid, this.#model));
  }

  async findByUserCode(userCode) {
    return toPayload(this.#statements.findByUserCode.get(userCode, this.#model));
  }

  async consume(id) {
    this.#statements.consume.run(now(), this.#model, id);
  }

  async destroy(id) {
    this.#statements.destroy.run(this.#model, id);
  }

  async revokeByGrantId(grantId) {
    this.#statements.revoke.run(grantId, this.#model);
  }
}

function toPayload(row) {
  if (!row) return undefined;
  const [json, consumedAt, expiresAt] = row;
  if (expiresAt !== null && expiresAt < now()) return undefined;
  const payload = JSON.parse(json);
  if (consumedAt !== null) payload.consumed = consumedAt;
  return payload;
}
