import type { DataSource, QueryRunner } from 'typeorm';
import type { DatabaseSetting } from '../../config/database-url.js';
import { SettingError } from '../../config/setting-error.js';
import { connect } from '../connect.js';
import { dataSourceOptions } from '../data-source-options.js';
import { dialectOf, missingFile } from '../dialects/dialects.js';
import { migrateDatabase } from '../migrate.js';
import { type CopiedTable, copiedTables } from './copied-table.js';
import { compareTable, type CopyProgress, copyTable, type TableCopy } from './copy-table.js';
import type { RowDigest } from './row-digest.js';
import { countRows } from './table-reader.js';
import { beginCopy, endCopy, isUnfinishedCopy } from './unfinished-copy.js';

/**
 * Copies all tables of one database into another one, of whatever kind. The source is read in one consistent view: what is written to it
 * meanwhile is not copied. The target is migrated first. If it is a copy that was interrupted, what it has already is kept where it equals the
 * source. Count and checksum of every table are compared at the end; until then no server starts on the target.
 * @throws SettingError if the source cannot be read, or the target is neither empty nor an unfinished copy
 */
export async function copyDatabase(
  source: DatabaseSetting,
  target: DatabaseSetting,
  progress: CopyProgress = () => undefined,
): Promise<TableCopy[]> {
  const missing = missingFile(source);
  if (missing !== undefined) throw new SettingError(`SOURCE: there is no file ${missing}: correct the path`);
  const reader = await named('SOURCE', () => connect(dataSourceOptions(source, 'whole-tables')));
  try {
    await checkSchema(reader);
    await named('TARGET', () => migrateDatabase(target, { isCopying: true }));
    const writer = await named('TARGET', () => connect(dataSourceOptions(target, 'migration')));
    try {
      return await inConsistentView(reader, (from) => copyTables(from, writer, progress));
    } finally {
      await writer.destroy();
    }
  } finally {
    await reader.destroy();
  }
}

async function copyTables(
  from: QueryRunner,
  writer: DataSource,
  progress: CopyProgress,
): Promise<TableCopy[]> {
  const to = writer.createQueryRunner();
  try {
    const tables = copiedTables(writer);
    if (!(await isUnfinishedCopy(to))) {
      await checkEmpty(to, tables);
      await beginCopy(to);
    }
    const counts = new Map<CopiedTable, number>();
    for (const table of tables) counts.set(table, await countRows(from, table));
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const digests = new Map<CopiedTable, RowDigest>();
    let before = 0;
    for (const [table, count] of counts) {
      const done = before;
      const digest = await copyTable(from, to, table, (rows) => progress(done + rows, total, table.name));
      digests.set(table, digest);
      before += count;
    }
    const copies: TableCopy[] = [];
    for (const [table, digest] of digests) copies.push(await compareTable(to, table, digest));
    await endCopy(to);
    return copies;
  } finally {
    await to.release();
  }
}

/** Does the work in a transaction that sees one state of the database. */
async function inConsistentView<Result>(
  reader: DataSource,
  work: (runner: QueryRunner) => Promise<Result>,
): Promise<Result> {
  const runner = reader.createQueryRunner();
  try {
    for (const statement of dialectOf(reader.options).consistentView) await runner.query(statement);
    try {
      return await work(runner);
    } finally {
      await runner.query('ROLLBACK').catch(() => undefined);
    }
  } finally {
    await runner.release();
  }
}

/** The tables of the source must be those that this version knows. */
async function checkSchema(reader: DataSource): Promise<void> {
  const runner = reader.createQueryRunner();
  try {
    const place = dialectOf(reader.options).placeOf(reader.options);
    if (!(await runner.hasTable('migrations')))
      throw new SettingError(`SOURCE: the database at ${place} has no tables of Eyrie: name another one`);
    if (await isUnfinishedCopy(runner))
      throw new SettingError(
        `SOURCE: the database at ${place} is an unfinished copy itself: finish it first`,
      );
    const ran = (await runner.query('SELECT name FROM migrations')) as { readonly name: string }[];
    const known = reader.migrations.map(({ name, constructor }) => name ?? constructor.name);
    if (known.some((name) => !ran.some((migration) => migration.name === name)))
      throw new SettingError(
        `SOURCE: the database at ${place} has the schema of an earlier version: run \`eyrie migrate\` on it first`,
      );
    if (ran.length > known.length)
      throw new SettingError(
        `SOURCE: the database at ${place} has the schema of a later version: copy it with that version`,
      );
  } finally {
    await runner.release();
  }
}

async function checkEmpty(to: QueryRunner, tables: readonly CopiedTable[]): Promise<void> {
  for (const table of tables) {
    const count = await countRows(to, table);
    if (count > 0)
      throw new SettingError(
        `TARGET: the database is not empty: its table ${table.name} has ${count} rows: name an empty one`,
      );
  }
}

/** Has errors about a database name the argument in place of the setting. */
async function named<Result>(argument: 'SOURCE' | 'TARGET', work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SettingError(error.message.replace(/^DATABASE_URL/, argument));
  }
}
