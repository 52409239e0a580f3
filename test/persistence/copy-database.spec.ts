import { copyDatabase } from '../../src/persistence/copy/copy-database.js';
import { copiedTables } from '../../src/persistence/copy/copied-table.js';
import { migrateDatabase } from '../../src/persistence/migrate.js';
import { GroupMember } from '../../src/persistence/entities/group-member.entity.js';
import { AnsweredInteraction } from '../../src/persistence/entities/answered-interaction.entity.js';
import { RevokedToken } from '../../src/persistence/entities/revoked-token.entity.js';
import { availableKinds, createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { connectTo, type Opened, openDatabase, settingOf } from '../support/opened.js';
import { RelyingParty } from '../support/relying-party.js';
import { sample } from '../support/sample-rows.js';
import { alice, startServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

/** More than two batches of a table with one key, and of one with two. */
const many = 1_200;
const id = (index: number): string => `id-${String(index).padStart(6, '0')}`;

/** Two rows in every table, and many in two of them. */
async function fill({ writer }: Opened): Promise<void> {
  for (const entity of writer.entityMetadatas)
    for (const full of [true, false]) {
      const columns = entity.columns.map((column) => [column.propertyName, sample(column, full)] as const);
      await writer.manager.insert(entity.target, Object.fromEntries(columns));
    }
  const indexes = Array.from({ length: many }, (_, index) => index);
  for (let start = 0; start < many; start += 200) {
    const part = indexes.slice(start, start + 200);
    await writer.manager.insert(
      RevokedToken,
      part.map((index) => ({ jti: id(index), expiresAt: index, clientId: 'wiki', revokedAt: index })),
    );
    await writer.manager.insert(
      GroupMember,
      part.map((index) => ({ groupId: id(index % 3), userId: id(index), createdAt: index })),
    );
  }
}

describe.each(availableKinds())(`A copy from ${databaseKind()} to %s`, (kind) => {
  let source: Opened;
  let target: TestDatabase;
  const copy = (progress?: Parameters<typeof copyDatabase>[2]) =>
    copyDatabase(settingOf(source.url), settingOf(target.url), progress);
  /** Cuts a copy off once it has come so far. */
  const interrupted = async (rows: number): Promise<void> => {
    const cut = copy((done) => {
      if (done >= rows) throw new Error('the power failed');
    });
    await expect(cut).rejects.toThrow('the power failed');
  };
  const countIn = async (url: string, table: string): Promise<number> => {
    const opened = await connectTo(url);
    try {
      const [row] = await opened.query(`SELECT COUNT(*) AS count FROM ${table}`);
      return Number(row.count);
    } finally {
      await opened.destroy();
    }
  };

  beforeAll(async () => {
    source = await openDatabase();
    await fill(source);
  });
  afterAll(() => source.close());
  beforeEach(async () => {
    target = await createTestDatabase(kind);
  });
  afterEach(() => target.drop());

  it('has every row of every table, whose entities read the same', async () => {
    const seen: number[] = [];
    const copies = await copy((done, total) => void seen.push(done / total));
    expect(copies.map(({ table }) => table)).toEqual(copiedTables(source.writer).map(({ name }) => name));
    expect(Object.fromEntries(copies.map(({ table, rows }) => [table, rows]))).toMatchObject({
      users: 2,
      revoked_tokens: many + 2,
      group_members: many + 2,
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));

    const opened = await connectTo(target.url);
    for (const { target: entity, primaryColumns } of source.writer.entityMetadatas) {
      const order = Object.fromEntries(primaryColumns.map(({ propertyName }) => [propertyName, 'ASC']));
      const [expected, found] = await Promise.all(
        [source.writer, opened].map((database) => database.manager.find(entity, { order, take: 50 })),
      );
      expect(found).toEqual(expected);
    }
    await opened.destroy();
    await expect(migrateDatabase(settingOf(target.url))).resolves.toEqual([]);
  });

  it('that was interrupted goes on, with what has changed in the source meanwhile', async () => {
    await interrupted(many);
    await expect(migrateDatabase(settingOf(target.url))).rejects.toThrow(
      /the database is an unfinished copy: run `eyrie db copy` again/,
    );
    const before = await countIn(target.url, 'group_members');
    expect(before).toBeGreaterThan(0);
    await source.writer.query("UPDATE group_members SET created_at = 7 WHERE user_id = 'id-000003'");
    await source.writer.query("DELETE FROM revoked_tokens WHERE jti = 'id-000001'");
    const copies = await copy();
    expect(copies.find(({ table }) => table === 'revoked_tokens')?.rows).toBe(many + 1);
    expect(await countIn(target.url, 'revoked_tokens')).toBe(many + 1);
    await source.writer.manager.insert(RevokedToken, {
      jti: id(1),
      expiresAt: 1,
      clientId: 'wiki',
      revokedAt: 1,
    });
  });

  it('keeps what an interrupted copy has already, if the source has it still', async () => {
    await interrupted(500);
    let first: number | undefined;
    await copy((done) => void (first ??= done));
    expect(first).toBeGreaterThan(500);
  });

  it('to which something else writes meanwhile is not called done', async () => {
    const disturbed = copy(async (_done, _total, table) => {
      if (table !== 'users') return;
      const opened = await connectTo(target.url);
      await opened.query('DELETE FROM access_tokens');
      await opened.destroy();
    });
    await expect(disturbed).rejects.toThrow(
      'the table access_tokens differs after the copy (2 rows were read, 0 are written)',
    );
    await expect(migrateDatabase(settingOf(target.url))).rejects.toThrow(/unfinished copy/);
  });

  it('has long rows too, of which a batch is larger than a packet of the server', async () => {
    const texts = Array.from({ length: 150 }, (_, index) => `${index} ${'\\'.repeat(60_000)}`);
    const rows = texts.map((responseSealed, index) => ({
      id: id(index),
      responseSealed,
      answeredAt: 0,
      expiresAt: 1,
    }));
    for (let start = 0; start < rows.length; start += 20)
      await source.writer.manager.insert(AnsweredInteraction, rows.slice(start, start + 20));
    try {
      await copy();
      expect(await countIn(target.url, 'answered_interactions')).toBe(152);
    } finally {
      await source.writer.query("DELETE FROM answered_interactions WHERE id LIKE 'id-%'");
    }
  });

  it('is not made over a database that has rows', async () => {
    await copy();
    await expect(copy()).rejects.toThrow(/^TARGET: the database is not empty: its table \w+ has \d+ rows/);
  });
});

describe(`A server on a copy from ${databaseKind()}`, () => {
  it.each(availableKinds())('in %s has the tokens, sessions and keys of the one before', async (kind) => {
    const before = await startServer();
    const target = await createTestDatabase(kind);
    await before.createUser(alice);
    const client = await RelyingParty.register(before, { access_token_format: 'opaque' });
    const tokens = await client.tokens();
    const jwtClient = await RelyingParty.register(before);
    const jwt = (await jwtClient.tokens()).access_token;
    const browser = await signedInBrowser(before);
    await before.app.close();
    await copyDatabase(settingOf(before.databaseUrl), settingOf(target.url));

    const { port } = new URL(before.issuer);
    const after = await startServer({ DATABASE_URL: target.url, PORT: port, EYRIE_ISSUER: before.issuer });
    try {
      expect((await client.userinfo(tokens.access_token)).status).toBe(200);
      expect((await jwtClient.userinfo(jwt)).status).toBe(200);
      const refreshed = await client.refresh(tokens.refresh_token);
      expect(refreshed.status).toBe(200);
      expect((await client.introspect(refreshed.body.access_token)).body).toMatchObject({ active: true });
      expect((await browser.open('/account')).html).toContain('Alice');
    } finally {
      await after.stop();
      await target.drop();
    }
  });
});

describe('What a copy has', () => {
  /** What only replicas of earlier releases use, and migrations have moved elsewhere. */
  const former = ['migrations', 'logout_deliveries', 'clients.introspects'];

  it('is every table that the migrations make, beside former ones', async () => {
    const opened = await openDatabase();
    const names = await opened.writer.query(
      databaseKind() === 'sqlite'
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${databaseKind() === 'mysql' ? 'DATABASE()' : 'current_schema()'}`,
    );
    const made = (names as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !former.includes(name));
    expect(copiedTables(opened.writer).map(({ name }) => name)).toEqual(made.toSorted());
    await opened.close();
  });

  it('is every column that the migrations make, beside former ones', async () => {
    const opened = await openDatabase();
    const runner = opened.writer.createQueryRunner();
    for (const { name, columns } of copiedTables(opened.writer)) {
      const table = await runner.getTable(name);
      expect({ name, columns: columns.toSorted() }).toEqual({
        name,
        columns: table?.columns
          .map((column) => column.name)
          .filter((column) => !former.includes(`${name}.${column}`))
          .toSorted(),
      });
    }
    await runner.release();
    await opened.close();
  });
});

describe('A source that cannot be copied is refused', () => {
  let target: TestDatabase;
  beforeEach(async () => {
    target = await createTestDatabase();
  });
  afterEach(() => target.drop());

  it('because there is no such file', async () => {
    const missing = { kind: 'sqlite', path: '/nowhere/eyrie.sqlite' } as const;
    await expect(copyDatabase(missing, settingOf(target.url))).rejects.toThrow(
      'SOURCE: there is no file /nowhere/eyrie.sqlite: correct the path',
    );
  });

  it('because it has no tables, or those of an earlier or later version', async () => {
    const source = await createTestDatabase();
    const copy = () => copyDatabase(settingOf(source.url), settingOf(target.url));
    const run = async (statement: string): Promise<void> => {
      const opened = await connectTo(source.url);
      await opened.query(statement);
      await opened.destroy();
    };
    await run('SELECT 1');
    await expect(copy()).rejects.toThrow(/^SOURCE: the database at .* has no tables of Eyrie/);
    await migrateDatabase(settingOf(source.url));
    await run("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')");
    await expect(copy()).rejects.toThrow(/has the schema of a later version/);
    await run("DELETE FROM migrations WHERE name LIKE 'AuditSeals%'");
    await expect(copy()).rejects.toThrow(
      /has the schema of an earlier version: run `eyrie migrate` on it first/,
    );
    await source.drop();
  });
});
