import { readTls } from './application.js';
import type { Settings } from './config/settings.js';
import { serveHealth } from './http/starting-server.js';
import { endGently } from './persistence/end-gently.js';
import { migrateDatabase } from './persistence/migrate.js';

/**
 * Runs pending migrations before the service starts. Meanwhile the probes are answered: the process is alive, and not ready.
 * @throws SettingError when the certificate cannot be read, or the database cannot be reached, refuses us or fails
 */
export async function migrateBeforeStart(settings: Settings): Promise<void> {
  const tls = settings.tls && readTls(settings.tls);
  let stopServing: (() => Promise<void>) | undefined;
  const onPending = async (): Promise<void> => {
    stopServing = await serveHealth(settings, tls, 'its schema is being updated');
  };
  try {
    await endGently((stopping) => migrateDatabase(settings.database, { stopping, onPending }));
  } finally {
    await stopServing?.();
  }
}
