import { everywhere } from './everywhere.mjs';

/** kill -9 of the database server, which is started again. */
export const databaseKilled = {
  name: 'database-killed',
  databases: ['mysql', 'postgres'],
  seconds: 1,
  allows: (world) => ({ unavailable: everywhere(world) }),
  begin: ({ database }) => database.kill(),
  end: ({ database }) => database.restart(),
};
