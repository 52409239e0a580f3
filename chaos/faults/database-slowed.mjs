import { everywhere } from './everywhere.mjs';

const latencyMilliseconds = 120;

/** Every packet between the replicas and the database takes long. */
export const databaseSlowed = {
  name: 'database-slowed',
  databases: ['mysql', 'postgres'],
  seconds: 5,
  allows: (world) => ({ unavailable: everywhere(world) }),

  async begin({ database }) {
    for (const proxy of database.proxies) proxy.slow(latencyMilliseconds);
  },

  async end({ database }) {
    for (const proxy of database.proxies) proxy.slow(0);
  },
};
