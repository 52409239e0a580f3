import { DataSource, type DataSourceOptions } from 'typeorm';
import { SettingError } from '../config/setting-error.js';

/**
 * Connects to the configured database.
 * @throws SettingError when it cannot be reached or refuses us
 */
export async function connect(options: DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const where =
      options.type === 'mysql' && options.url ? new URL(options.url).host : String(options.database);
    throw new SettingError(
      `DATABASE_URL: cannot use the database at ${where} (${code ?? message}): check that it runs, and its name, user and password`,
    );
  }
}
