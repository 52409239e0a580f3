/**
 * Preloaded into each measured server (`node --import`), which is otherwise unmodified. It answers the questions of the benchmark over
 * the IPC channel. CPU time is that of the whole process, including the thread pool.
 */
import { writeFile } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';

const SAMPLING_MICROSECONDS = 250;
let inspector;

const answers = {
  /** CPU time (user + system) used so far, in milliseconds. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },

  /** Resident set size in bytes. */
  memory: () => process.memoryUsage.rss(),

  async startProfile() {
    const { Session } = await import('node:inspector/promises');
    inspector = new Session();
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
    await inspector.post('Profiler.start');
  },

  async stopProfile(file) {
    const { profile } = await inspector.post('Profiler.stop');
    inspector.disconnect();
    await writeFile(file, JSON.stringify(profile));
  },
};

if (process.send && isMainThread) {
  process.on('message', async ({ id, question, argument }) => {
    if (question in answers) process.send({ id, result: await answers[question](argument) });
  });
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}
