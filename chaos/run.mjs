/**
 * Tries whether anything is lost: real clients use the service without pause, faults come and go, and afterwards everything that was
 * acknowledged must be there. Ends with 1 if anything was violated. docs/reliability.md has the faults and the invariants.
 *
 *   npm run chaos                                  five minutes of faults on SQLite
 *   npm run chaos -- --database mysql              two replicas on MariaDB; or `postgres`
 *   npm run chaos -- --only server-killed          some faults; an unknown name lists them
 *   npm run chaos -- --minutes 30 --seed 7         longer; the seed decides the order of what clients do and of faults
 *   npm run chaos -- races --rounds 1000           what must be decided once, at once; with --database
 *   npm run chaos -- soak --minutes 60             an hour at 70 % of what the service can do: memory, errors, event loop
 *   npm run chaos -- --clients 20                  more clients (10)
 *   npm run chaos -- --busy                        on a machine that has other things to do: 503 is no violation, and time is not judged
 *   npm run chaos -- --json FILE                   also writes the report as JSON
 */
import { writeFile } from 'node:fs/promises';
import { constants, cpus } from 'node:os';
import { chaos } from './chaos.mjs';
import { readOptions } from './options.mjs';
import { faultsReport, racesReport, soakReport } from './report.mjs';
import { runRaces } from './run-races.mjs';
import { runSoak } from './soak.mjs';
import { createClients, createWorld } from './world.mjs';

async function runFaults(options) {
  const world = await createWorld(options);
  const { watch, service } = world;
  try {
    const clients = await createClients(world, options);
    const rounds = await chaos({ world, ...options, clients, tell: (line) => console.log(line) });
    const report = {
      rounds,
      operations: Object.fromEntries(watch.counts),
      violationCount: watch.violationCount,
      violations: watch.violations,
    };
    console.log(`\n${faultsReport(report)}`);
    console.log(
      `${watch.operations} operations, ${rounds.length} faults, ${watch.violationCount} violations`,
    );
    return report;
  } finally {
    if (watch.violationCount > 0)
      for (const replica of service.replicas) console.log(`\n${replica.name}:\n${replica.endOfLog()}`);
    await world.close();
  }
}

async function runAllRaces(options) {
  const report = await runRaces(options, (line) => console.log(line));
  console.log(`\n${racesReport(report)}`);
  return report;
}

async function runWholeSoak(options) {
  const report = await runSoak(options, (line) => console.log(line));
  console.log(`\n${soakReport(report)}`);
  return report;
}

const parts = { faults: runFaults, races: runAllRaces, soak: runWholeSoak };

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => process.exit(128 + constants.signals[signal]));

let options;
try {
  options = readOptions(process.argv.slice(2));
  const machine = { node: process.version, cpu: cpus()[0].model, cores: cpus().length };
  console.log(
    `Node ${machine.node} on ${machine.cores} × ${machine.cpu}; ${options.database}, seed ${options.seed}`,
  );
  const report = await parts[options.part](options);
  if (options.json)
    await writeFile(options.json, `${JSON.stringify({ machine, options, ...report }, null, 2)}\n`);
  if (report.violationCount > 0) process.exitCode = 1;
} catch (error) {
  // A wrong option is named in one line.
  console.error(options ? error : error.message);
  process.exitCode = 1;
}
