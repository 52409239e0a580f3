import { jest } from '@jest/globals';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { DataSource, MigrationInterface, QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { toColumns } from '../../src/clients/client-columns.js';
import { Client } from '../../src/persistence/entities/client.entity.js';
import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import { migrate } from '../../src/persistence/migrate.js';
import { migrations } from '../../src/persistence/migrations/migrations.js';
import { IntrospectionResources1763802000000 } from '../../src/persistence/migrations/1763802000000-introspection-resources.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { connectTo, openDatabase } from '../support/opened.js';

const sqlite = databaseKind() === 'sqlite';

/** The tables of the database, beside the list of migrations that ran. */
async function tablesOf(source: DataSource): Promise<string[]> {
  const tables: { name: string }[] = await source.query(
    sqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${
          databaseKind() === 'mysql' ? 'DATABASE()' : 'current_schema()'
        }`,
  );
  return tables
    .map(({ name }) => name)
    .filter((name) => name !== 'migrations')
    .toSorted();
}

describe('Migrations', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  it('make every table once; run again they do nothing', async () => {
    const source = await connectTo(test.url);
    expect(await migrate(source)).not.toHaveLength(0);
    expect(await migrate(source)).toEqual([]);
    expect(await source.showMigrations()).toBe(false);
    await source.destroy();
  });

  it('taken back they leave no table behind, and can be run again', async () => {
    const source = await connectTo(test.url);
    const ran = await migrate(source);
    for (const _ of ran) await source.undoLastMigration({ transaction: 'none' });
    expect(await tablesOf(source)).toEqual([]);
    expect(await migrate(source)).toEqual(ran);
    await source.destroy();
  });

  (sqlite ? describe.skip : describe)('on a database server', () => {
    it('two processes that start together run them once', async () => {
      const sources = await Promise.all([connectTo(test.url), connectTo(test.url), connectTo(test.url)]);
      const ran = await Promise.all(sources.map((source) => migrate(source)));
      expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
      await Promise.all(sources.map((source) => source.destroy()));
    });
  });

  (sqlite ? describe : describe.skip)('on SQLite', () => {
    it('a process that migrates lets another one wait', async () => {
      const source = await connectTo(test.url);
      const path = test.url.slice('sqlite:'.length);
      // A second thread holds the write lock for a moment, as a process that migrates would.
      const holder = new Worker(
        `const { workerData, parentPort } = require('node:worker_threads');
       const database = new (require(workerData.driver))(workerData.path);
       database.exec('BEGIN IMMEDIATE');
       parentPort.postMessage('held');
       setTimeout(() => { database.exec('COMMIT'); database.close(); }, 300);`,
        {
          eval: true,
          workerData: { path, driver: createRequire(import.meta.url).resolve('better-sqlite3') },
        },
      );
      await new Promise((resolve) => holder.once('message', resolve));
      expect(await migrate(source)).not.toHaveLength(0);
      await source.destroy();
      await holder.terminate();
    });
  });

  it('one that fails leaves nothing half-made where the database can take DDL back', async () => {
    const source = await connectTo(test.url);
    await source.query('CREATE TABLE users (id int)');
    // TypeORM prints what it throws.
    const printed = jest.spyOn(console, 'log').mockReturnValue();
    await expect(migrate(source)).rejects.toThrow(/users/);
    printed.mockRestore();
    const made = await tablesOf(source);
    expect(made).toContain('users');
    // MySQL commits with each statement of DDL.
    expect(sqlite && made.length > 1).toBe(false);
    await source.destroy();
  });
});

/** The runner of a process that ends after a number of changes. */
function endingAfter(runner: QueryRunner, changes: number): QueryRunner {
  let left = changes;
  return new Proxy(runner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'query') return member.bind(target);
      return async (sql: string, ...rest: []) => {
        const result: unknown = await target.query(sql, ...rest);
        if (!/^\s*(SELECT|SHOW|PRAGMA)/i.test(sql) && --left === 0) throw new Error('the process ended');
        return result;
      };
    },
  });
}

/** Every table with its columns and indexes. */
async function schemaOf(source: DataSource): Promise<unknown> {
  const runner = source.createQueryRunner();
  const tables = await runner.getTables(await tablesOf(source));
  await runner.release();
  const columnOf = ({ name, type, length, isNullable, default: value }: TableColumn): unknown => ({
    name,
    type,
    length,
    isNullable,
    value,
  });
  const indexOf = ({ name, columnNames, isUnique, where }: TableIndex): unknown => ({
    name,
    columnNames,
    isUnique,
    where,
  });
  const inOrder = (list: unknown[]): unknown[] =>
    list.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return inOrder(
    tables.map((table) => ({
      table: table.name.replace(/^.*\./, ''),
      columns: inOrder(table.columns.map(columnOf)),
      indexes: inOrder(table.indices.map(indexOf)),
    })),
  );
}

describe('A migration that is cut off', () => {
  it('after any of its statements goes on where it ended, and leaves the same schema', async () => {
    const [cut, whole] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const [source, reference] = await Promise.all([connectTo(cut.url), connectTo(whole.url)]);
    await migrate(reference);

    let ends = 0;
    for (const Migration of migrations) {
      for (let changes = 1, hasEnded = true; hasEnded; changes++) {
        const runner = source.createQueryRunner();
        hasEnded = await new Migration().up(endingAfter(runner, changes)).then(
          () => false,
          (error: Error) => {
            expect(error.message).toBe('the process ended');
            return true;
          },
        );
        if (hasEnded) ends++;
        await runner.release();
        expect(changes).toBeLessThan(100);
      }
    }
    expect(ends).toBeGreaterThan(migrations.length);
    expect(await schemaOf(source)).toEqual(await schemaOf(reference));
    await Promise.all([source.destroy(), reference.destroy()]);
    await Promise.all([cut.drop(), whole.drop()]);
  });

  it('by a signal is finished and noted first, and the next start goes on', async () => {
    const test = await createTestDatabase();
    const source = await connectTo(test.url);
    const stopping = new AbortController();
    const first = migrations[0].prototype;
    const up = jest.spyOn(first, 'up').mockImplementation(async function (this: MigrationInterface, runner) {
      stopping.abort(new Error('SIGTERM'));
      up.mockRestore();
      await first.up.call(this, runner);
    });
    await expect(migrate(source, stopping.signal)).rejects.toThrow('SIGTERM');
    const noted = sqlite ? [] : await source.query('SELECT name FROM migrations');
    // SQLite takes back what is under way.
    expect(noted).toHaveLength(sqlite ? 0 : 1);
    expect(await migrate(source)).toHaveLength(migrations.length - noted.length);
    await source.destroy();
    await test.drop();
  });
});

/** Columns of earlier releases that no entity has any more: replicas of those releases still use them while a new one starts. */
const formerColumns = ['clients.introspects'];

describe('The migration of introspects to introspection_resources', () => {
  const client = {
    ...toColumns(withDefaults({ client_name: 'Robot' })),
    id: '1',
    clientId: 'robot',
    createdAt: 1,
    updatedAt: 1,
  };

  it('copies the values, back as well, and can run again', async () => {
    const { writer, close } = await openDatabase();
    const runner = writer.createQueryRunner();
    const migration = new IntrospectionResources1763802000000();
    await writer.getRepository(Client).insert({ ...client, introspectionResources: ['https://a.example'] });
    const stored = async (column: string): Promise<unknown> => {
      const [row] = await writer.query(`SELECT ${column} AS list FROM clients`);
      return JSON.parse(row.list);
    };

    await migration.down(runner);
    expect(await stored('introspects')).toEqual(['https://a.example']);
    await writer.query(`UPDATE clients SET introspects = '["https://b.example"]'`);

    await migration.up(runner);
    await migration.up(runner);
    expect(await stored('introspection_resources')).toEqual(['https://b.example']);
    await runner.release();
    await close();
  });

  it('leaves the old column, and an empty list where a release knows one of the two alone', async () => {
    const { writer, close } = await openDatabase();
    await writer.getRepository(Client).insert(client);
    expect(await writer.query('SELECT introspects FROM clients')).toEqual([{ introspects: '[]' }]);

    const columns = writer.getMetadata(Client).columns.map(({ databaseName }) => databaseName);
    const known = columns.filter((name) => !['id', 'client_id', 'introspection_resources'].includes(name));
    await writer.query(
      `INSERT INTO clients (id, client_id, introspects, ${known.join()}) SELECT '2', 'other', introspects, ${known.join()} FROM clients`,
    );
    const other = await writer.getRepository(Client).findOneBy({ clientId: 'other' });
    expect(other?.introspectionResources).toEqual([]);
    await close();
  });
});

describe('The schema', () => {
  it('compares text byte by byte: case, accents and trailing spaces count', async () => {
    const { writer, close } = await openDatabase();
    await writer.query("INSERT INTO used_jtis (jti_hash, expires_at) VALUES ('Writer', 1)");
    for (const other of ['writer', 'Writer ', 'Wríter', 'Writer\0']) {
      const found: unknown[] = await writer.query('SELECT 1 FROM used_jtis WHERE jti_hash = ?', [other]);
      expect([other, found.length]).toEqual([other, 0]);
    }
    await close();
  });

  it('has every column of every entity, with the same nullability and length, and no other but those of earlier releases', async () => {
    const { writer, close } = await openDatabase();
    const runner = writer.createQueryRunner();
    for (const entity of writer.entityMetadatas) {
      const table = await runner.getTable(entity.tableName);
      const actual = table?.columns
        .filter(({ name }) => !formerColumns.includes(`${entity.tableName}.${name}`))
        .map(({ name, isNullable, isPrimary, length }) => ({
          name,
          isNullable,
          isPrimary,
          length: /^\d+$/.test(length) ? Number(length) : undefined,
        }));
      const expected = entity.columns.map((column) => ({
        name: column.databaseName,
        isNullable: column.isNullable,
        isPrimary: column.isPrimary,
        length: column.type === 'varchar' ? Number(column.length) : undefined,
      }));
      const byName = (list: { name: string }[] = []) =>
        list.toSorted((left, right) => left.name.localeCompare(right.name));
      expect({ table: entity.tableName, columns: byName(actual) }).toEqual({
        table: entity.tableName,
        columns: byName(expected),
      });
    }
    await runner.release();
    await close();
  });

  it('has an entity for every table', async () => {
    const { writer, close } = await openDatabase();
    // The rows of logout_deliveries have moved to deliveries.
    const used = (await tablesOf(writer)).filter((table) => table !== 'logout_deliveries');
    expect(used).toEqual(writer.entityMetadatas.map(({ tableName }) => tableName).toSorted());
    await close();
  });
});
