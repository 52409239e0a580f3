/** kill -9 of the node of one replica, which is started again and copies its data. The other replica must not notice. */
export const galeraNodeKilled = {
  name: 'galera-node-killed',
  databases: ['galera'],
  seconds: 3,
  allows: () => ({ unavailable: [1] }),

  async begin({ database }) {
    database.cluster.signal(1, 'SIGKILL');
  },

  async end({ database }) {
    await database.cluster.restartNode(1);
  },
};
