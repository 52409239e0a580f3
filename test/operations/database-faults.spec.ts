import BetterSqlite3 from 'better-sqlite3';
import { DataSource, QueryFailedError } from 'typeorm';
import { Database } from '../../src/persistence/database.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { outageOf } from '../../src/persistence/dialects/dialects.js';
import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { openDatabase } from '../support/opened.js';
import {
  createTestDatabase,
  databaseKind,
  type DatabaseKind,
  type TestDatabase,
} from '../support/database.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Answer, basic, post, request } from '../support/relying-party.js';
import { alice, startServer, type TestServer } from '../support/server.js';

/** No answer may take longer, in milliseconds. */
const limit = 8_000;

interface Fault {
  readonly reason: RegExp;
  begin(): unknown;
  end(): unknown;
}

describe('O1 While the database', () => {
  let server: TestServer;
  let admin: AdminCaller;
  let client: { clientId: string; secret: string };
  let proxy: DatabaseProxy;
  let database: TestDatabase;
  let other: BetterSqlite3.Database;
  let release: (() => void)[] = [];

  const pragma = (text: string): unknown => server.app.get(DataSource).query(`PRAGMA ${text}`);

  /** Faults of any server, and how a session of it becomes read-only. */
  const serverFaults = (becomeReadOnly: string): Record<string, Fault> => ({
    'does not answer': {
      reason: /does not answer|cannot be reached/,
      begin: () => proxy.silence(),
      end: () => proxy.restore(),
    },
    'refuses connections': {
      reason: /cannot be reached/,
      begin: () => proxy.refuse(),
      end: () => proxy.restore(),
    },
    'has no connection left': {
      reason: /does not answer|cannot be reached/,
      begin: () => {
        for (let i = 0; i < 20; i++)
          void server.app
            .get(Database)
            .write(() => new Promise<void>((resolve) => release.push(resolve)))
            .catch(() => undefined);
      },
      end: () => release.forEach((end) => end()),
    },
    'is read-only': {
      reason: /read-only/,
      begin: () => sessions(becomeReadOnly),
      end: () => undefined,
    },
  });

  const faults: Record<DatabaseKind, Record<string, Fault>> = {
    sqlite: {
      'is locked by another program': {
        reason: /locked|does not answer/,
        begin: () => other.exec('BEGIN IMMEDIATE'),
        end: () => other.inTransaction && other.exec('ROLLBACK'),
      },
      'is read-only': {
        reason: /read-only/,
        begin: () => pragma('query_only = ON'),
        end: () => pragma('query_only = OFF'),
      },
    },
    mysql: serverFaults('SET SESSION TRANSACTION READ ONLY'),
    postgres: serverFaults('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'),
  };

  /** Runs a statement on all connections of the pool. */
  async function sessions(statement: string): Promise<void> {
    const source = server.app.get(DataSource);
    const runners = Array.from({ length: 20 }, () => source.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.query(statement)));
    await Promise.all(runners.map((runner) => runner.release()));
  }

  beforeAll(async () => {
    if (databaseKind() !== 'sqlite') {
      database = await createTestDatabase();
      proxy = await DatabaseProxy.before(database.url);
      server = await startServer({ DATABASE_URL: proxy.url, EYRIE_METRICS: '127.0.0.1' });
    } else {
      server = await startServer({ EYRIE_METRICS: '127.0.0.1' });
      other = new BetterSqlite3(server.databaseUrl.slice('sqlite:'.length), { timeout: 0 });
    }
    await server.createUser(alice);
    admin = await AdminCaller.register(server);
    client = await server.register({
      client_id: 'writer',
      grant_types: ['client_credentials'],
      access_token_format: 'opaque',
      scope: 'contacts.read',
    });
  });
  afterAll(async () => {
    other?.close();
    await server.stop();
    await proxy?.close();
    await database?.drop();
  });

  const token = (): Promise<Answer> =>
    post(
      server,
      '/token',
      { grant_type: 'client_credentials' },
      { authorization: basic(client.clientId, client.secret) },
    );
  const inTime = async (answer: Promise<Answer>): Promise<Answer> => {
    const from = performance.now();
    const answered = await answer;
    expect(performance.now() - from).toBeLessThan(limit);
    return answered;
  };
  const expectUnavailable = ({ status, headers }: Answer, type: string): void => {
    expect({ status, type: headers.get('content-type'), retryAfter: headers.get('retry-after') }).toEqual({
      status: 503,
      type: expect.stringContaining(type),
      retryAfter: '5',
    });
  };
  let browser: TestBrowser;
  let signInPage: Shown;
  /** A person with the right password. */
  const signIn = async (): Promise<Answer> =>
    (await browser.post(signInPage, {
      username: alice.username,
      password: alice.password,
    })) as unknown as Answer;
  /** What was found a moment ago is told for a second. */
  const unready = async (): Promise<Answer> => {
    for (;;) {
      const answer = await request(server, '/health/ready');
      if (answer.status === 503) return answer;
    }
  };

  describe.each(Object.entries(faults[databaseKind()]))('%s', (_, fault) => {
    beforeEach(async () => {
      browser = new TestBrowser(server.issuer);
      signInPage = await browser.open('/login');
      await fault.begin();
    });
    afterEach(async () => {
      await fault.end();
      release = [];
    });

    it('metrics are served, and say how the connections are used', async () => {
      const { status, text } = await inTime(request(server, '/metrics'));
      expect(status).toBe(200);
      expect(text).toContain('process_resident_memory_bytes');
      const figures = [
        text.match(/^eyrie_database_connections\{state="(used|idle)"\} \d+$/gm)?.length,
        text.match(/^eyrie_database_waiting_requests \d+$/gm)?.length,
      ];
      expect(figures).toEqual([databaseKind() === 'sqlite' ? undefined : 2, 1]);
    });

    it('endpoints answer 503 in their own form, metadata as before, and all goes on afterwards', async () => {
      const [tokens, users, page, ready, live, discovery, jwks] = await Promise.all([
        inTime(token()),
        inTime(admin.post('/users', { username: 'late', password: 'correct horse battery' })),
        inTime(signIn()),
        inTime(unready()),
        inTime(request(server, '/health/live')),
        inTime(request(server, '/.well-known/openid-configuration')),
        inTime(request(server, '/jwks')),
      ]);
      expectUnavailable(tokens, 'application/json');
      expect(tokens.headers.get('access-control-allow-origin')).toBe('*');
      expect(tokens.body).toMatchObject({
        error: 'temporarily_unavailable',
        error_description: expect.any(String),
      });
      expectUnavailable(users, 'application/problem+json');
      expect(users.body).toMatchObject({ statusCode: 503, message: expect.any(String) });
      expectUnavailable(page, 'text/html');
      expect(ready.text).toMatch(fault.reason);
      expect([live.status, discovery.status, jwks.status]).toEqual([200, 200, 200]);
      expect(jwks.body.keys).toHaveLength(4);

      await fault.end();
      const well = async (): Promise<boolean> =>
        (await request(server, '/health/ready')).status === 200 && (await token()).status === 200;
      while (!(await well()));
    });
  });
});

(databaseKind() === 'sqlite' ? describe : describe.skip)('A transaction on SQLite', () => {
  it('that fills the disk fails with that reason, and the next one goes on', async () => {
    const opened = await openDatabase();
    await opened.writer.query('PRAGMA max_page_count = 1');
    const large = Array.from({ length: 2_000 }, (_, i) => ({ jtiHash: `jti-${i}`, expiresAt: i }));
    const failure: unknown = await opened.database
      .write((tx) => tx.insert(UsedJti, large))
      .catch((error: unknown) => error);
    expect(outageOf(failure)).toBe('its disk is full');
    await opened.writer.query('PRAGMA max_page_count = 1000000');
    await opened.database.write((tx) => tx.insert(UsedJti, large));
    expect(await opened.database.read.count(UsedJti)).toBe(2_000);
    await opened.close();
  });

  it('that waits for the lock of another program leaves the event loop alone', async () => {
    const opened = await openDatabase();
    const other = new BetterSqlite3(opened.url.slice('sqlite:'.length));
    other.exec('BEGIN IMMEDIATE');
    const written = opened.database.write((tx) => tx.insert(UsedJti, { jtiHash: 'late', expiresAt: 1 }));
    const from = performance.now();
    let longest = 0;
    for (let last = from; last - from < 500;) {
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    other.exec('COMMIT');
    await written;
    expect(longest).toBeLessThan(250);
    other.close();
    await opened.close();
  });
});

describe('An outage of the database', () => {
  const failed = (properties: object): QueryFailedError =>
    new QueryFailedError('UPDATE', [], Object.assign(new Error('failed'), properties));

  it.each([
    [{ code: 'SQLITE_BUSY_SNAPSHOT' }, 'another program holds it locked, or it is busy'],
    [{ code: 'SQLITE_READONLY_DBMOVED' }, 'it is read-only'],
    [{ code: 'SQLITE_IOERR_WRITE' }, 'its disk fails'],
    [{ code: 'SQLITE_FULL' }, 'its disk is full'],
    [{ code: 'SQLITE_CONSTRAINT_NOTNULL' }, undefined],
    [{ code: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' }, 'it is read-only'],
    [{ code: 'ER_UNKNOWN_COM_ERROR', sqlState: '08S01' }, 'its node is not in sync with its cluster'],
    [{ code: 'ER_RECORD_FILE_FULL', sqlState: 'HY000' }, 'its disk is full'],
    [{ code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }, 'it is busy'],
    [{ code: 'ER_SERVER_SHUTDOWN', sqlState: '08S01' }, 'it cannot be reached'],
    [{ code: 'ER_DUP_ENTRY', sqlState: '23000' }, undefined],
    [{ code: 'ER_BAD_FIELD_ERROR', sqlState: '42S22' }, undefined],
    [{ code: '25006' }, 'it is read-only'],
    [{ code: '53100' }, 'its disk is full'],
    [{ code: '57P01' }, 'it cannot be reached'],
    [{ code: '08006' }, 'it cannot be reached'],
    [{ code: '40P01' }, 'it is busy'],
    [{ code: '23505' }, undefined],
    [{ code: '42703' }, undefined],
  ])('is told by the error of the driver: %j', (properties, reason) => {
    expect(outageOf(failed(properties))).toBe(reason);
  });

  it.each([
    new Error('ours'),
    Object.assign(new Error('of a fetch'), { code: 'ECONNREFUSED' }),
    undefined,
    null,
  ])('is nothing else: %p', (error) => {
    expect(outageOf(error)).toBeUndefined();
  });
});
