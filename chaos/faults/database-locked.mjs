import BetterSqlite3 from 'better-sqlite3';
import { everywhere } from './everywhere.mjs';

let other;

/** Another program holds the SQLite file locked, for longer than a request waits. */
export const databaseLocked = {
  name: 'database-locked',
  databases: ['sqlite'],
  seconds: 5,
  allows: (world) => ({ unavailable: everywhere(world) }),

  async begin({ database }) {
    other = new BetterSqlite3(database.file);
    other.exec('BEGIN IMMEDIATE');
  },

  async end() {
    other.close();
  },
};
