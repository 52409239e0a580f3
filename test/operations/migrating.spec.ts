import BetterSqlite3 from 'better-sqlite3';
import { type Connection, createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { StartingProcess } from '../support/programs.js';

describe('While another process migrates the database', () => {
  let database: TestDatabase;
  let server: StartingProcess;
  /** Ends what the other process does. */
  let endOther: () => Promise<void>;

  beforeEach(async () => {
    database = await createTestDatabase();
    endOther = await hold[databaseKind()](database.url);
    server = await StartingProcess.start({ DATABASE_URL: database.url });
  });
  afterEach(async () => {
    await server.kill();
    await endOther();
    await database.drop();
  });

  /** Resolves once something listens. */
  const probe = async (path: string): Promise<Response> => {
    for (;;) {
      const response = await fetch(server.url + path).catch(() => undefined);
      if (response) return response;
    }
  };

  it('the process is alive and not ready, with the reason, and serves afterwards', async () => {
    expect((await probe('/health/live')).status).toBe(200);
    const ready = await probe('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      error: { database: { status: 'down', message: 'its schema is being updated' } },
    });
    const token = await probe('/token');
    expect([token.status, token.headers.get('retry-after')]).toEqual([503, '5']);
    expect(token.headers.get('access-control-allow-origin')).toBe('*');
    const preflight = await fetch(`${server.url}/token`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);

    await endOther();
    await server.printed('Eyrie serves');
    expect((await probe('/health/ready')).status).toBe(200);
  });

  // SQLite has one worker.
  (databaseKind() === 'sqlite' ? describe.skip : describe)('with several workers', () => {
    it('the first answers alone, and no request is lost when they take over', async () => {
      await server.kill();
      server = await StartingProcess.start({ DATABASE_URL: database.url, EYRIE_WORKERS: '2' });
      await probe('/health/live');
      const serving = new AbortController();
      const outcomes = new Set<number | string>();
      const caller = async (): Promise<void> => {
        while (!serving.signal.aborted) {
          const call = fetch(`${server.url}/health/live`, {
            headers: { connection: 'close' },
            signal: AbortSignal.timeout(20_000),
          });
          // Between the two, the port is closed for a moment.
          outcomes.add(await call.then(({ status }) => status).catch(({ name }: Error) => name));
        }
      };
      const callers = Array.from({ length: 20 }, caller);
      expect(server.workers).toHaveLength(1);

      await endOther();
      await server.printed('2 workers serve');
      serving.abort();
      await Promise.all(callers);
      expect([...outcomes].filter((outcome) => outcome !== 200 && outcome !== 'TypeError')).toEqual([]);
    });
  });

  it('a signal ends the process without waiting for the other', async () => {
    await probe('/health/live');
    server.signal('SIGTERM');
    expect(await server.ended()).toMatchObject({ code: 0, stderr: '' });
  });
});

/** Holds the lock of migrations. */
const hold = { sqlite: holdSqlite, mysql: holdMysql, postgres: holdPostgres };

async function holdSqlite(url: string): Promise<() => Promise<void>> {
  const other = new BetterSqlite3(url.slice('sqlite:'.length));
  other.pragma('journal_mode = WAL');
  other.exec('BEGIN IMMEDIATE');
  return async () => void other.close();
}

async function holdMysql(url: string): Promise<() => Promise<void>> {
  const other: Connection = await createConnection(url);
  await other.query('SELECT GET_LOCK(?, 0)', [`eyrie_migrate_${new URL(url).pathname.slice(1)}`]);
  let isEnded = false;
  return async () => {
    if (!isEnded) await other.end();
    isEnded = true;
  };
}

async function holdPostgres(url: string): Promise<() => Promise<void>> {
  const other = new Client(url);
  await other.connect();
  await other.query('SELECT pg_advisory_lock($1)', [1_702_457_705]);
  let isEnded = false;
  return async () => {
    if (!isEnded) await other.end();
    isEnded = true;
  };
}
