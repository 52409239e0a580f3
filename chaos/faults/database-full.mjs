import { setTimeout as delay } from 'node:timers/promises';
import { everywhere } from './everywhere.mjs';

const maxWaitSeconds = 30;

/** The disk of the database is full, and has room again. A server that has ended by that is started again. */
export const databaseFull = {
  name: 'database-full',
  databases: ['sqlite', 'mysql', 'postgres'],
  seconds: 4,
  isPossible: ({ database }) => (database.disk ? undefined : 'only root may mount a small disk'),
  allows: (world) => ({ unavailable: everywhere(world) }),

  /** Databases have room in their files, which lasts for a while. */
  async begin({ database, watch }) {
    await database.disk.fill();
    for (let waited = 0; waited < maxWaitSeconds && !watch.isFelt(); waited += 1) await delay(1_000);
  },

  async end({ database }) {
    await database.disk.free();
    if (database.isRunning?.() === false) await database.restart();
  },
};
