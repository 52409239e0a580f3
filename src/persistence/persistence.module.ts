import { Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { connect, databaseRefusal, readerBeside } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { Database } from './database.js';
import { dialectOf } from './dialects/dialects.js';
import { migrate } from './migrate.js';
import { Readiness } from './readiness.js';
import { Sweeper } from './sweeper.js';
import { stores } from './tables.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      // A database that refuses us ends the start: whoever runs the service starts it again.
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings.database), toRetry: () => false }),
      dataSourceFactory: async (options) => openMigrated(options as DataSourceOptions),
    }),
  ],
  providers: [
    {
      provide: Database,
      inject: [SETTINGS, getDataSourceToken()],
      useFactory: async (settings: Settings, writer: DataSource) =>
        new Database(dialectOf(writer.options), writer, await readerBeside(writer, settings.database)),
    },
    ...stores,
    Readiness,
    Sweeper,
  ],
  exports: [Database, Readiness, Sweeper, ...stores],
})
export class PersistenceModule {}

async function openMigrated(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await connect(options);
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw databaseRefusal(options, error);
  }
  return dataSource;
}
