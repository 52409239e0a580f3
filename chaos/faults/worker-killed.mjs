/** kill -9 of one of two workers, which is replaced. */
export const workerKilled = {
  name: 'worker-killed',
  databases: ['mysql', 'postgres', 'galera'],
  seconds: 0,
  allows: () => ({ broken: [1] }),

  async begin({ service, random }) {
    const workers = service.replicas[1].workers();
    process.kill(workers[Math.floor(random() * workers.length)], 'SIGKILL');
  },

  async end() {},
};
