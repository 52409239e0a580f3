import { GaleraCluster } from '../../scripts/galera.mjs';

/** A Galera cluster of three nodes. Each of two replicas has its own node; the third one only votes. */
export async function galera() {
  const cluster = await GaleraCluster.start();
  try {
    await cluster.query(0, 'CREATE DATABASE eyrie CHARACTER SET utf8mb4');
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    kind: 'galera',
    cluster,
    urls: [0, 1].map((node) => cluster.url(node, 'eyrie')),
    own: [{}, { EYRIE_WORKERS: '2' }],
    stop: () => cluster.stop(),
    stopNow: () => [0, 1, 2].forEach((node) => cluster.signal(node, 'SIGKILL')),
  };
}
