/** SIGTERM of one replica, which is started again. */
export const serverTerminated = {
  name: 'server-terminated',
  databases: ['sqlite', 'mysql', 'postgres', 'galera'],
  seconds: 0,
  allows: () => ({ broken: [0], unavailable: [0] }),

  async begin({ service, watch }) {
    const code = await service.replicas[0].end('SIGTERM');
    if (code !== 0) watch.violate('service', `SIGTERM ended the server with ${code}`);
  },

  async end({ service }) {
    await service.replicas[0].start();
  },
};
