import cluster from 'node:cluster';
import { isProduction, processSettings } from './config/settings.js';

/**
 * Serves until a signal ends the process, in as many worker processes as `EYRIE_WORKERS` says. If the service cannot start, the process ends
 * with 1 and one line that says why.
 */
export async function serve(): Promise<void> {
  try {
    const settings = processSettings();
    // Each process loads what it needs: the one that looks after workers needs little.
    if (cluster.isPrimary && settings.workers > 1) {
      const { Workers } = await import('./workers.js');
      return new Workers(settings).start();
    }
    const { startServer } = await import('./server.js');
    await startServer(settings);
  } catch (error) {
    const { fail } = await import('./process.js');
    fail(error, isProduction());
  }
}
