import { everywhere } from './everywhere.mjs';

/** Every connection to the database breaks at once. */
export const connectionsCut = {
  name: 'connections-cut',
  databases: ['mysql', 'postgres'],
  seconds: 0,
  allows: (world) => ({ unavailable: everywhere(world) }),

  async begin({ database }) {
    for (const proxy of database.proxies) proxy.cut();
  },

  async end() {},
};
