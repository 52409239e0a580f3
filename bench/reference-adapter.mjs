const SWEEP_INTERVAL_MS = 60_000;

const now = () => Math.floor(Date.now() / 1000);

/** By the scheme of a database URL. */
const storages = {
  'sqlite:': () => import('./reference-storage/sqlite.mjs'),
  'mysql:': () => import('./reference-storage/mysql.mjs'),
  'postgres:': () => import('./reference-storage/postgres.mjs'),
};

/**
 * Opens the database of the reference server, creates its table if necessary, and returns an adapter factory for oidc-provider. There is
 * one table; each statement is prepared once; only models that need secondary keys have them.
 *
 * @param {string} url the same as Eyrie's `DATABASE_URL`
 * @returns {Promise<(model: string) => object>} adapter factory
 */
export async function createAdapterFactory(url) {
  const { open } = await storages[/^\w+:/.exec(url)[0]]();
  const storage = await open(url);
  setInterval(() => storage.run('sweep', [now()]), SWEEP_INTERVAL_MS).unref();
  return (model) => new Adapter(model, storage);
}

/**
 * The persistence contract of oidc-provider for one of its models. A storage has `run(statement, values)` and
 * `find(statement, values)`, which returns the columns of the first row.
 */
class Adapter {
  #model;
  #storage;

  constructor(model, storage) {
    this.#model = model;
    this.#storage = storage;
  }

  async upsert(id, payload, expiresIn) {
    const { grantId, uid, userCode } = payload;
    await this.#storage.run('upsert', [
      this.#model,
      id,
      JSON.stringify(payload),
      grantId ?? null,
      this.#model === 'Session' ? uid : null,
      userCode ?? null,
      expiresIn ? now() + expiresIn : null,
    ]);
  }

  async find(id) {
    return toPayload(await this.#storage.find('find', [this.#model, id]));
  }

  async findByUid(uid) {
    return toPayload(await this.#storage.find('findByUid', [uid, this.#model]));
  }

  async findByUserCode(userCode) {
    return toPayload(await this.#storage.find('findByUserCode', [userCode, this.#model]));
  }

  async consume(id) {
    await this.#storage.run('consume', [now(), this.#model, id]);
  }

  async destroy(id) {
    await this.#storage.run('destroy', [this.#model, id]);
  }

  async revokeByGrantId(grantId) {
    await this.#storage.run('revoke', [grantId, this.#model]);
  }
}

function toPayload(row) {
  if (!row) return undefined;
  const [json, consumedAt, expiresAt] = row;
  if (expiresAt !== null && Number(expiresAt) < now()) return undefined;
  const payload = JSON.parse(json);
  if (consumedAt !== null) payload.consumed = Number(consumedAt);
  return payload;
}
