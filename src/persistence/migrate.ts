import { type DataSource, MigrationExecutor } from 'typeorm';
import type { DatabaseSetting } from '../config/database-url.js';
import { SettingError } from '../config/setting-error.js';
import { connect, databaseRefusal } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { refuseUnfinishedCopy } from './copy/unfinished-copy.js';
import { dialectOf, missingFile } from './dialects/dialects.js';
import { migrations } from './migrations/migrations.js';

/** How migrations run before a start. */
export interface MigrationOptions {
  /** Ends the run after the migration under way and its note; the next run goes on there. */
  readonly stopping?: AbortSignal;
  /** Called before the first one runs; not at all if none is pending. */
  readonly onPending?: () => Promise<void>;
  /** Whether the database may be a part of a copy. */
  readonly isCopying?: boolean;
}

/**
 * Runs pending migrations under a lock, so that replicas which start together do not run them twice.
 * @returns the names of those that ran
 * @throws the reason of `stopping` when it ends the run before the last one
 */
export async function migrate(dataSource: DataSource, stopping?: AbortSignal): Promise<string[]> {
  const runPending = async (): Promise<string[]> => {
    const executor = new MigrationExecutor(dataSource);
    const ran: string[] = [];
    for (const migration of await executor.getPendingMigrations()) {
      stopping?.throwIfAborted();
      await executor.executeMigration(migration);
      ran.push(migration.name);
    }
    return ran;
  };
  return dialectOf(dataSource.options).underMigrationLock(dataSource, runPending, stopping);
}

/** A migration of this version, and whether it has run. */
export interface MigrationState {
  readonly name: string;
  readonly isPending: boolean;
}

/**
 * Which migrations have run. Writes nothing.
 * @throws SettingError when the database cannot be reached or refuses us
 */
export async function migrationStates(database: DatabaseSetting): Promise<MigrationState[]> {
  const names = migrations.map(({ name }) => name);
  const ran = new Set(missingFile(database) === undefined ? await namesOfRan(database) : []);
  return names.map((name) => ({ name, isPending: !ran.has(name) }));
}

async function namesOfRan(database: DatabaseSetting): Promise<string[]> {
  const dataSource = await connect({ ...dataSourceOptions(database, 'whole-tables'), entities: [] });
  try {
    const runner = dataSource.createQueryRunner();
    if (!(await runner.hasTable('migrations'))) return [];
    const rows = (await runner.query('SELECT name FROM migrations')) as { readonly name: string }[];
    return rows.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Runs pending migrations on a connection of their own, which has no time limits.
 * @returns the names of those that ran
 * @throws SettingError when the database cannot be reached, refuses us or fails; the reason of `stopping` when that ends the run
 */
export async function migrateDatabase(
  database: DatabaseSetting,
  { stopping, onPending, isCopying = false }: MigrationOptions = {},
): Promise<string[]> {
  const options = { ...dataSourceOptions(database, 'migration'), entities: [] };
  const dataSource = await connect(options);
  try {
    if (!isCopying) await refuseUnfinishedCopy(dataSource.createQueryRunner());
    if ((await new MigrationExecutor(dataSource).getPendingMigrations()).length === 0) return [];
    await onPending?.();
    return await migrate(dataSource, stopping);
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw stopping?.aborted && error === stopping.reason ? error : databaseRefusal(options, error);
  } finally {
    await dataSource.destroy();
  }
}
