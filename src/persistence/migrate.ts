import type { DataSource } from 'typeorm';

/**
 * Runs pending migrations under a lock, so that replicas which start together do not run them twice.
 * @returns the names of those that ran
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const run = async (): Promise<string[]> => {
    const ran = await dataSource.runMigrations({ transaction: 'none' });
    return ran.map(({ name }) => name);
  };
  return dataSource.options.type === 'mysql'
    ? underMysqlLock(dataSource, run)
    : underSqliteLock(dataSource, run);
}

/** SQLite's own write lock, held over the look at what is pending and the migrations themselves; their DDL is transactional. */
async function underSqliteLock<Result>(dataSource: DataSource, work: () => Promise<Result>): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  await runner.query('BEGIN IMMEDIATE');
  try {
    const result = await work();
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK');
    throw error;
  }
}

/** A named lock of the server, held by a connection of its own. */
async function underMysqlLock<Result>(dataSource: DataSource, work: () => Promise<Result>): Promise<Result> {
  const holder = dataSource.createQueryRunner();
  const name = `eyrie_migrate_${dataSource.driver.database ?? ''}`.slice(0, 64);
  try {
    const [row] = await holder.query('SELECT GET_LOCK(?, 120) AS held', [name]);
    if (Number(row.held) !== 1)
      throw new Error('another process has been migrating this database for two minutes');
    try {
      return await work();
    } finally {
      await holder.query('SELECT RELEASE_LOCK(?)', [name]);
    }
  } finally {
    await holder.release();
  }
}
