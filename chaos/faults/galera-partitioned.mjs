/** The node of one replica hears nothing of the others, nor they of it, for long enough that it loses its quorum. */
export const galeraPartitioned = {
  name: 'galera-partitioned',
  databases: ['galera'],
  seconds: 8,
  allows: () => ({ unavailable: [1] }),

  async begin({ database }) {
    database.cluster.signal(1, 'SIGSTOP');
  },

  async end({ database }) {
    database.cluster.signal(1, 'SIGCONT');
  },
};
