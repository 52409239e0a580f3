/** kill -9 of one replica, which is started again. */
export const serverKilled = {
  name: 'server-killed',
  databases: ['sqlite', 'mysql', 'postgres', 'galera'],
  seconds: 1,
  allows: () => ({ broken: [0], unavailable: [0] }),

  async begin({ service }) {
    await service.replicas[0].end('SIGKILL');
  },

  async end({ service }) {
    await service.replicas[0].start();
  },
};
