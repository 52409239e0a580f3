import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Short, so that a process that has used up its share waits for moments only. */
const PERIOD_MICROSECONDS = 10_000;

/** The two versions of control groups of Linux: where they stand, and what limits the CPU of one. */
const VERSIONS = [
  {
    root: '/sys/fs/cgroup/cpu',
    proof: 'cpu.cfs_quota_us',
    limit: (group, quota) => {
      write(group, 'cpu.cfs_period_us', PERIOD_MICROSECONDS);
      write(group, 'cpu.cfs_quota_us', quota);
    },
  },
  {
    root: '/sys/fs/cgroup',
    proof: 'cgroup.controllers',
    limit: (group, quota) => {
      write(join(group, '..'), 'cgroup.subtree_control', '+cpu');
      write(group, 'cpu.max', `${quota} ${PERIOD_MICROSECONDS}`);
    },
  },
];

/**
 * Gives each of some processes a share of one core at most, with all its threads. Works on Linux, as root.
 *
 * @param {number[]} pids
 * @param {number} share such as 0.3
 * @returns {() => void} which lifts the limit
 * @throws {Error} where there are no control groups that limit the CPU
 */
export function limitCpu(pids, share) {
  const version = VERSIONS.find(({ root, proof }) => existsSync(join(root, proof)));
  if (!version) throw new Error('to limit the CPU of a process takes control groups of Linux, and root');
  const groups = pids.map((pid) => ({ pid, group: join(version.root, `eyrie-bench-${pid}`) }));
  for (const { pid, group } of groups) {
    mkdirSync(group);
    version.limit(group, Math.round(share * PERIOD_MICROSECONDS));
    write(group, 'cgroup.procs', pid);
  }
  return () => {
    for (const { pid, group } of groups) {
      write(version.root, 'cgroup.procs', pid);
      rmdirSync(group);
    }
  };
}

/** The processes that a process has started; itself, if there are none. */
export function workersOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.length > 0 ? children.map(Number) : [pid];
}

/** CPU time of a process so far, in ticks of the kernel (10 ms). */
export function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function write(group, file, value) {
  writeFileSync(join(group, file), String(value));
}
