import { formatTable } from '../bench/report.mjs';

/** Operations, faults and violations, as tables. */
export function faultsReport({ rounds, operations, violations }) {
  return [operationsTable(operations), faultsTable(rounds), violationsList(violations)].join('\n\n');
}

/** What a long time under load did to memory and to the event loop. */
export function soakReport({ capacity, achieved, replicas, operations, violations }) {
  const memory = replicas.map(
    ({ replica, residentMegabytes, residentSlope, heapMegabytes, heapSlope, lagMedian, lagMax }) => [
      replica,
      ...[residentMegabytes, residentSlope, heapMegabytes, heapSlope].map((value) => value.toFixed(1)),
      ...[lagMedian, lagMax].map((value) => (value * 1_000).toFixed(1)),
    ],
  );
  return [
    operationsTable(operations),
    formatTable([
      ['process', 'RSS MB', 'MB/h', 'heap MB', 'MB/h', 'loop lag p99 ms, median', 'max'],
      ...memory,
    ]),
    `capacity ${capacity.toFixed(0)} operations/s, achieved ${achieved.toFixed(0)} operations/s`,
    violationsList(violations),
  ].join('\n\n');
}

function operationsTable(operations) {
  const lines = Object.entries(operations).map(([name, { answered, unavailable, broken }]) => [
    name,
    ...[answered, unavailable, broken].map(String),
  ]);
  return formatTable([['requests of', 'answered', '503', 'broken'], ...lines]);
}

function faultsTable(rounds) {
  const byFault = byFaultOf(rounds);
  const lines = [...byFault].map(([fault, of]) => [
    fault,
    String(of.length),
    Math.max(...of.map(({ recovery }) => recovery)).toFixed(1),
    String(of.reduce((sum, { operations }) => sum + operations, 0)),
    String(of.reduce((sum, { checked }) => sum + checked, 0)),
    String(of.reduce((sum, { violations }) => sum + violations, 0)),
  ]);
  return formatTable([
    ['fault', 'rounds', 'slowest recovery s', 'operations', 'records checked', 'violations'],
    ...lines,
  ]);
}

/** Rounds and violations of each race. */
export function racesReport({ results, violations }) {
  const lines = results.map(({ race, rounds, unanswered, seconds, violations: count }) => [
    race,
    ...[rounds, unanswered, seconds, count].map(String),
  ]);
  return `${formatTable([['race', 'rounds', 'unanswered', 'seconds', 'violations'], ...lines])}\n\n${violationsList(violations)}`;
}

function violationsList(violations) {
  return violations
    .map(({ invariant, detail, after }) => `VIOLATION (${invariant}, after ${after}) ${detail}`)
    .join('\n');
}

function byFaultOf(rounds) {
  const groups = new Map();
  for (const round of rounds) groups.set(round.fault, [...(groups.get(round.fault) ?? []), round]);
  return groups;
}
