import { QueryFailedError } from 'typeorm';
import type { MysqlSetting, PostgresSetting } from '../../src/config/database-url.js';
import { databaseRefusal } from '../../src/persistence/connect.js';
import { connectionOptions, dialectOf } from '../../src/persistence/dialects/dialects.js';
import { isRolledBack, mysql, mysqlOptions } from '../../src/persistence/dialects/mysql.js';
import { preparedTexts } from '../../src/persistence/dialects/prepared-text.js';
import { isRolledBack as isRolledBackOnPostgres } from '../../src/persistence/dialects/postgres-outage.js';
import { postgres, postgresOptions } from '../../src/persistence/dialects/postgres.js';
import { sqlite, sqliteOptions } from '../../src/persistence/dialects/sqlite.js';

/** A statement that failed in the driver, as TypeORM throws it. */
const failed = (properties: object): QueryFailedError =>
  new QueryFailedError('UPDATE', [], Object.assign(new Error('refused'), properties));

const server: MysqlSetting = {
  kind: 'mysql',
  host: 'db.internal',
  port: 3307,
  username: 'eyrie',
  password: 'a password',
  database: 'eyrie',
  ssl: { mode: 'DISABLED' },
};

const postgresServer: PostgresSetting = {
  ...server,
  kind: 'postgres',
  port: 5433,
  ssl: { mode: 'disable' },
};

describe('A dialect', () => {
  it.each([
    [server, mysql],
    [postgresServer, postgres],
    [{ kind: 'sqlite', path: '/tmp/eyrie.sqlite' } as const, sqlite],
  ])('is found by the data source of %j', (setting, dialect) => {
    expect(dialectOf(connectionOptions(setting, 'read-only'))).toBe(dialect);
  });

  it('is missing for a database that the service does not run on', () => {
    expect(() => dialectOf({ type: 'oracle' })).toThrow('no dialect for oracle');
  });

  it.each([
    ['SELECT a FROM b WHERE c = ?', 'SELECT a FROM b WHERE c = $1'],
    ['INSERT INTO b (c, d) VALUES (?, ?)', 'INSERT INTO b (c, d) VALUES ($1, $2)'],
    ["SELECT '?' FROM \"?\" WHERE c LIKE ? ESCAPE '!'", "SELECT '?' FROM \"?\" WHERE c LIKE $1 ESCAPE '!'"],
    ['SELECT "a"."b" FROM "a" WHERE "b" = $1', 'SELECT "a"."b" FROM "a" WHERE "b" = $1'],
  ])('of PostgreSQL numbers the `?` marks of %s', (sql, numbered) => {
    const preparedText = preparedTexts();
    const first = preparedText(sql);
    expect(first).toEqual({ text: numbered, name: expect.stringMatching(/^eyrie_\d+$/) });
    expect(preparedText(sql)).toBe(first);
  });

  it('of PostgreSQL names a few hundred texts, and prepares others for one time only', () => {
    const preparedText = preparedTexts();
    const names = Array.from({ length: 500 }, (_, i) => preparedText(`SELECT ${i} WHERE a = ?`).name);
    expect(names.at(-1)).toBeUndefined();
    expect(new Set(names.filter(Boolean)).size).toBeLessThan(300);
  });

  it('compares the text of every column byte by byte', () => {
    const columns = 'id varchar(36) NOT NULL PRIMARY KEY, at bigint NULL, detail text NULL';
    expect(mysql.schema.columnTypes(columns)).toBe(columns);
    expect(sqlite.schema.columnTypes(columns)).toBe(columns);
    expect(postgres.schema.columnTypes(columns)).toBe(
      'id varchar(36) COLLATE "C" NOT NULL PRIMARY KEY, at bigint NULL, detail text COLLATE "C" NULL',
    );
  });

  it('holds the rows of a SELECT where a transaction does not hold everything', () => {
    const select = 'SELECT scope FROM consents WHERE user_id = ?';
    expect(mysql.locking(select)).toBe(`${select} FOR UPDATE`);
    expect(postgres.locking(select)).toBe(`${select} FOR UPDATE`);
    expect(sqlite.locking(select)).toBe(select);
  });

  it('drops an index as the database spells it', () => {
    expect(mysql.schema.dropIndex('sessions_open', 'sessions')).toBe('DROP INDEX sessions_open ON sessions');
    expect(sqlite.schema.dropIndex('sessions_open', 'sessions')).toBe('DROP INDEX sessions_open');
    expect(postgres.schema.dropIndex('sessions_open', 'sessions')).toBe('DROP INDEX sessions_open');
  });
});

describe('A failed write', () => {
  it.each([
    ['SQLite', sqlite, 'SQLITE_CONSTRAINT_UNIQUE', true],
    ['SQLite', sqlite, 'SQLITE_CONSTRAINT_PRIMARYKEY', true],
    ['SQLite', sqlite, 'SQLITE_CONSTRAINT_NOTNULL', false],
    ['SQLite', sqlite, 'ER_DUP_ENTRY', false],
    ['MySQL', mysql, 'ER_DUP_ENTRY', true],
    ['MySQL', mysql, 'ER_NO_DEFAULT_FOR_FIELD', false],
    ['PostgreSQL', postgres, '23505', true],
    ['PostgreSQL', postgres, '23502', false],
  ])('of %s (%#: %s) is a duplicate when a unique value is taken', (_, dialect, code, expected) => {
    expect(dialect.isDuplicate(failed({ code }))).toBe(expected);
  });

  it.each([new Error('no driver error'), undefined, null, 'text'])(
    'is no duplicate when it did not come from the driver: %p',
    (error) => {
      const answers = [
        ...[sqlite, mysql, postgres].map((dialect) => dialect.isDuplicate(error)),
        isRolledBack(error),
        isRolledBackOnPostgres(error),
      ];
      expect(answers).toEqual(answers.map(() => false));
    },
  );

  it.each([
    [{ code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }, true],
    [{ code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' }, true],
    [{ code: 'ER_DUP_ENTRY', sqlState: '23000' }, false],
    [{ code: 'ECONNRESET' }, false],
  ])('of MySQL with %j is worth another attempt: %p', (properties, expected) => {
    expect(isRolledBack(failed(properties))).toBe(expected);
  });

  it.each([
    ['40001', true],
    ['40P01', true],
    ['55P03', true],
    ['23505', false],
    ['57014', false],
    ['ECONNRESET', false],
  ])('of PostgreSQL with the code %s is worth another attempt: %p', (code, expected) => {
    expect(isRolledBackOnPostgres(failed({ code }))).toBe(expected);
  });
});

describe('A refusal of the database', () => {
  const file = sqliteOptions('/tmp/eyrie.sqlite', 'read-only');
  it.each([
    [mysqlOptions(server), 'ECONNREFUSED', 'db.internal:3307 (ECONNREFUSED): nothing listens there'],
    [mysqlOptions(server), 'ER_BAD_DB_ERROR', 'db.internal:3307 (ER_BAD_DB_ERROR): it has no database'],
    [mysqlOptions(server), 'SQLITE_FULL', 'db.internal:3307 (refused): check that it runs'],
    [
      mysqlOptions({ ...server, host: '2001:db8::7' }),
      'HANDSHAKE_SSL_ERROR',
      '[2001:db8::7]:3307 (HANDSHAKE_SSL_ERROR): its certificate is refused, or refuses ours (refused): correct ssl-ca',
    ],
    [
      postgresOptions(postgresServer),
      'ECONNREFUSED',
      'db.internal:5433 (ECONNREFUSED): nothing listens there',
    ],
    [postgresOptions(postgresServer), '3D000', 'db.internal:5433 (3D000): it has no database of that name'],
    [
      postgresOptions(postgresServer),
      'SELF_SIGNED_CERT_IN_CHAIN',
      'db.internal:5433 (SELF_SIGNED_CERT_IN_CHAIN): its certificate is refused (refused): correct sslrootcert',
    ],
    [file, 'SQLITE_FULL', '/tmp/eyrie.sqlite (SQLITE_FULL): the disk is full'],
    [file, 'ER_BAD_DB_ERROR', '/tmp/eyrie.sqlite (refused): check that it runs'],
  ])('names place, code and remedy, and neither user nor password (%#)', (options, code, expected) => {
    for (const error of [Object.assign(new Error('refused'), { code }), failed({ code })]) {
      const { message } = databaseRefusal(options, error);
      expect(message).toContain(`DATABASE_URL: cannot use the database at ${expected}`);
      expect(message).not.toMatch(/password@|a password/);
    }
  });
});
