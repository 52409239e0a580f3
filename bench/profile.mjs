import { readFile } from 'node:fs/promises';

const TOP = 20;
const NOT_CODE = new Set(['(idle)', '(root)']);

/**
 * Sums a V8 CPU profile's self time by function and by origin (package, dist folder, Node itself). Idle time does not count.
 *
 * @param {string} file a `.cpuprofile`
 * @returns {Promise<{ totalMs: number, functions: Entry[], origins: Entry[] }>} in each list, the costliest entry is first;
 *   an Entry is `{ name, selfMs }`
 */
export async function summarize(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8'));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map();
  const origins = new Map();
  let totalMs = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (NOT_CODE.has(frame.functionName)) return;
    // A delta is the time since the previous sample. The time after a sample belongs to it.
    const selfMs = (timeDeltas[index + 1] ?? 0) / 1000;
    totalMs += selfMs;
    add(functions, describe(frame), selfMs);
    add(origins, originOf(frame), selfMs);
  });
  return { totalMs, functions: costliest(functions), origins: costliest(origins) };
}

/** The summary as text, with self time in percent of the time that was not idle. */
export function formatSummary({ totalMs, functions, origins }) {
  const lines = (entries) =>
    entries
      .slice(0, TOP)
      .map(
        ({ name, selfMs }) =>
          `${((100 * selfMs) / totalMs).toFixed(1).padStart(6)} %  ${selfMs.toFixed(0).padStart(6)} ms  ${name}`,
      );
  return [
    `self time by function (main thread, ${totalMs.toFixed(0)} ms busy)`,
    ...lines(functions),
    '',
    'self time by origin',
    ...lines(origins),
  ].join('\n');
}

function add(sums, name, selfMs) {
  sums.set(name, (sums.get(name) ?? 0) + selfMs);
}

function costliest(sums) {
  return [...sums].map(([name, selfMs]) => ({ name, selfMs })).toSorted((a, b) => b.selfMs - a.selfMs);
}

function describe({ functionName, url, lineNumber }) {
  const place =
    url &&
    `${url.replace(/^.*?\/(?=node_modules\/|packages\/|dist\/)/, '').replace(/^file:\/\//, '')}:${lineNumber + 1}`;
  return [functionName || '(anonymous)', place].filter(Boolean).join('  ');
}

function originOf({ functionName, url }) {
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url);
  if (dependency) return dependency[1];
  if (url.includes('/packages/guard/')) return '@eyrie/guard';
  const folder = /\/dist\/([^/]+)/.exec(url);
  if (folder) return `eyrie: ${folder[1]}`;
  if (url.startsWith('node:')) return 'node';
  return functionName === '(garbage collector)' ? 'garbage collector' : 'native code and V8';
}
