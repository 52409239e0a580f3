import type { DataSourceOptions } from 'typeorm';
import type { DatabaseSetting } from '../config/database-url.js';
import type { Access } from './dialects/dialect.js';
import { connectionOptions } from './dialects/dialects.js';
import { migrations } from './migrations/migrations.js';
import { SnakeCaseNaming } from './naming.js';
import { entities } from './tables.js';

/**
 * How TypeORM connects to the configured database.
 * @throws SettingError when its folder cannot be made
 */
export function dataSourceOptions(
  database: DatabaseSetting,
  access: Access = 'read-write',
): DataSourceOptions {
  return {
    ...connectionOptions(database, access),
    entities,
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeCaseNaming(),
    synchronize: false,
    logging: false,
  };
}
