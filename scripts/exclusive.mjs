import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** An older lock is abandoned. */
const maxWorkMs = 20 * 60_000;

/**
 * Does the work while no other process works under the same lock file. It waits for other processes, and removes the lock of a process
 * that was killed.
 *
 * @param {string} lockFile holds the process id of its owner
 * @param {() => void} work
 */
export function exclusively(lockFile, work) {
  while (!acquire(lockFile)) {
    removeIfAbandoned(lockFile);
    sleep(100);
  }
  try {
    work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function acquire(lockFile) {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfAbandoned(lockFile) {
  try {
    const owner = readFileSync(lockFile, 'utf8');
    const age = Date.now() - statSync(lockFile).mtimeMs;
    // An empty file is just being written.
    if (age > maxWorkMs || (owner !== '' && !isRunning(Number(owner)))) rmSync(lockFile);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it runs as another user.
    return error.code === 'EPERM';
  }
}

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
