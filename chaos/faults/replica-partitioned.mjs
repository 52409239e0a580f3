/** One replica does not reach the database; the other one must not notice. */
export const replicaPartitioned = {
  name: 'replica-partitioned',
  databases: ['mysql', 'postgres'],
  seconds: 9,
  allows: () => ({ unavailable: [0] }),

  async begin({ database }) {
    database.proxies[0].hold();
  },

  async end({ database }) {
    database.proxies[0].release();
  },
};
