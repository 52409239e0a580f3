import { everywhere } from './everywhere.mjs';

/** Nothing comes through between the replicas and the database for longer than a request waits; then everything that was sent does. */
export const databaseBlackHoled = {
  name: 'database-black-holed',
  databases: ['mysql', 'postgres'],
  seconds: 9,
  allows: (world) => ({ unavailable: everywhere(world) }),

  async begin({ database }) {
    for (const proxy of database.proxies) proxy.hold();
  },

  async end({ database }) {
    for (const proxy of database.proxies) proxy.release();
  },
};
