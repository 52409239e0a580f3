import type { DataSource } from 'typeorm';
import { dialectOf } from './dialects/dialects.js';

/**
 * Runs pending migrations under a lock, so that replicas which start together do not run them twice.
 * @returns the names of those that ran
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  return dialectOf(dataSource.options).underMigrationLock(dataSource, async () => {
    const ran = await dataSource.runMigrations({ transaction: 'none' });
    return ran.map(({ name }) => name);
  });
}
