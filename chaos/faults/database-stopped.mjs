import { everywhere } from './everywhere.mjs';

/** The database server shuts down, and comes back. */
export const databaseStopped = {
  name: 'database-stopped',
  databases: ['mysql', 'postgres'],
  seconds: 2,
  allows: (world) => ({ unavailable: everywhere(world) }),
  begin: ({ database }) => database.shutDown(),
  end: ({ database }) => database.restart(),
};
