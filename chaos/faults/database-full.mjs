import { everywhere } from './everywhere.mjs';

/** The disk of the database is full, and has room again. A server that has ended by that is started again. */
export const databaseFull = {
  name: 'database-full',
  databases: ['sqlite', 'mysql', 'postgres'],
  seconds: 4,
  isPossible: ({ database }) => (database.disk ? undefined : 'only root may mount a small disk'),
  allows: (world) => ({ unavailable: everywhere(world) }),
  begin: ({ database }) => database.disk.fill(),

  async end({ database }) {
    await database.disk.free();
    if (database.isRunning?.() === false) await database.restart();
  },
};
