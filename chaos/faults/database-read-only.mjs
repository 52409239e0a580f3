import { everywhere } from './everywhere.mjs';

/** The database server becomes read-only, and writable again. */
export const databaseReadOnly = {
  name: 'database-read-only',
  databases: ['mysql', 'postgres'],
  seconds: 3,
  allows: (world) => ({ unavailable: everywhere(world) }),
  begin: ({ database }) => database.setReadOnly(true),
  end: ({ database }) => database.setReadOnly(false),
};
