import type { DataSource } from 'typeorm';
import type { DatabaseSetting } from '../../src/config/database-url.js';
import { readSettings } from '../../src/config/settings.js';
import { connect, readerBeside } from '../../src/persistence/connect.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';
import { Database } from '../../src/persistence/database.js';
import { dialectOf } from '../../src/persistence/dialects/dialects.js';
import { migrate } from '../../src/persistence/migrate.js';
import { createTestDatabase } from './database.js';

/** A database with its schema, and nothing else of the service. */
export interface Opened {
  readonly url: string;
  readonly writer: DataSource;
  readonly reader: DataSource;
  readonly database: Database;
  /** Deletes every row. */
  readonly empty: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openDatabase(): Promise<Opened> {
  const test = await createTestDatabase();
  const writer = await connectTo(test.url);
  await migrate(writer);
  const reader = await readerBeside(writer, settingOf(test.url));
  return {
    url: test.url,
    writer,
    reader,
    database: new Database(dialectOf(writer.options), writer, reader),
    empty: async () => {
      for (const { tableName } of writer.entityMetadatas) await writer.query(`DELETE FROM ${tableName}`);
    },
    close: async () => {
      if (reader !== writer) await reader.destroy();
      await writer.destroy();
      await test.drop();
    },
  };
}

/** A connection as the service has it, without its schema. */
export async function connectTo(url: string): Promise<DataSource> {
  return connect(dataSourceOptions(settingOf(url)));
}

/** What the URL of a database says. */
export function settingOf(url: string): DatabaseSetting {
  return readSettings({ DATABASE_URL: url, EYRIE_SECRET: 'x'.repeat(32) }).database;
}
