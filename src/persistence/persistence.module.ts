import { Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { isRecording } from '../tracing/spans.js';
import { connect, readerBeside } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { DatabaseClock, followDatabase } from './database-clock.js';
import { Database } from './database.js';
import { dialectOf } from './dialects/dialects.js';
import { traced } from './dialects/traced.js';
import { migrateDatabase } from './migrate.js';
import { Readiness } from './readiness.js';
import { Sweeper } from './sweeper.js';
import { stores } from './tables.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      // A database that refuses us ends the start: whoever runs the service starts it again.
      useFactory: async (settings: Settings) => {
        await migrateDatabase(settings.database);
        return { ...dataSourceOptions(settings.database), toRetry: () => false };
      },
      dataSourceFactory: (options) => connect(options as DataSourceOptions),
    }),
  ],
  providers: [
    {
      provide: Database,
      inject: [SETTINGS, getDataSourceToken(), Clock],
      useFactory: async (settings: Settings, writer: DataSource, clock: Clock) => {
        const reader = await readerBeside(writer, settings.database);
        const plain = dialectOf(writer.options);
        const dialect = isRecording() ? traced(plain, new Set([writer, reader])) : plain;
        const database = new Database(dialect, writer, reader);
        // Before anything is decided or written by the time.
        await followDatabase(clock, database);
        return database;
      },
    },
    ...stores,
    DatabaseClock,
    Readiness,
    Sweeper,
  ],
  exports: [Database, Readiness, Sweeper, ...stores],
})
export class PersistenceModule {}
