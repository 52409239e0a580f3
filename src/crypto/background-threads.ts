import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** Threads end when they had nothing to do for this time. */
const idleMilliseconds = 60_000;
/** How much lower their priority is. On Linux it is that of the thread alone; where it cannot be had, the threads have the usual one. */
const niceIncrement = 10;

/**
 * Threads for work that takes long on the CPU. They begin with the first of it, do not keep the process alive, and give way to the event
 * loop and to signatures where the cores are busy.
 * @param file of a module beside the caller that exports what the threads do
 * @param maxThreads how many work at once
 */
export const backgroundThreads = (file: URL, maxThreads: number): Piscina =>
  new Piscina({
    filename: fileURLToPath(file),
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMilliseconds,
    niceIncrement,
  });
