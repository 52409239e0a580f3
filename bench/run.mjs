/**
 * Measures Eyrie against oidc-provider with the same database engine (SQLite by better-sqlite3, WAL, a file in a temporary folder; or a
 * private server of MariaDB or PostgreSQL) and the same algorithms (ES256), in turns within one run. It compares the server's CPU time per operation, with all threads.
 * Throughput is shown too, but the load generator shares the machine's cores. Each server runs in its own process; Eyrie is the built
 * `dist/main.js`. Responses are checked: a wrong response ends the run, a missed budget does not.
 *
 *   npm run bench                                  everything except what is opt-in, about four minutes
 *   npm run bench -- --only refresh,userinfo       some measurements: the operations of operations.mjs, `guard`
 *                                                  (@eyrie/guard on a route, with one issuer and with 200), `start`
 *                                                  (first answer, idle memory),
 *                                                  `audit` (what recording each token costs; opt-in),
 *                                                  `storm` (300 people sign in at once; opt-in),
 *                                                  `workers` (what a second one adds; on Linux, as root; opt-in),
 *                                                  `company` (100,000 people in 1,000 groups; opt-in),
 *                                                  `growth` (many rows: requests, lists of the admin API, sweeping, bytes;
 *                                                  slow, some gigabytes of disk; opt-in)
 *   npm run bench -- --servers reference,bare      some servers: eyrie, reference, bare, bare-service, guarded, …
 *   npm run bench -- --database mysql              with MariaDB or MySQL, or `postgres`, of this machine
 *   npm run bench -- --rounds 7 --seconds 3        more and longer rounds (5 rounds of 2 seconds)
 *   npm run bench -- --concurrency 4               fewer connections (16)
 *   npm run bench -- --only growth --rows 1000000  another number of token rows (10 million; 2 million on SQLite)
 *   npm run bench -- --json FILE                   also write all figures, including those of each round
 *   npm run bench -- --profile refresh             a CPU profile of Eyrie (or of another server, with --servers) under
 *                                                  one operation, with a summary
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measureAuditCost } from './audit-cost.mjs';
import { Bench } from './bench.mjs';
import { compare } from './comparison.mjs';
import { measureCompany } from './growth/company.mjs';
import { measureGrowth } from './growth/growth.mjs';
import { measureGuardCost } from './guard-cost.mjs';
import { operations } from './operations.mjs';
import { readOptions } from './options.mjs';
import { formatSummary, summarize } from './profile.mjs';
import { budgetsTable, comparisonTable, limitsTable } from './report.mjs';
import { measureStart } from './start-cost.mjs';
import { measureStorm } from './storm.mjs';
import { measureWorkers } from './workers.mjs';

async function measureAll(bench) {
  const { options } = bench;
  const rows = await compare(bench);
  const budgets = [];
  if (options.only.includes('guard')) budgets.push(...(await measureGuardCost(bench)));
  if (options.only.includes('audit')) budgets.push(...(await measureAuditCost(bench)));
  if (options.only.includes('start')) budgets.push(...(await measureStart(bench)));
  if (options.only.includes('storm')) budgets.push(...(await measureStorm(bench)));
  if (options.only.includes('workers')) budgets.push(...(await measureWorkers(bench)));
  if (options.only.includes('company')) budgets.push(...(await measureCompany(bench)));
  if (options.only.includes('growth')) budgets.push(...(await measureGrowth(bench)));
  return { comparison: rows.filter(({ bare }) => !bare), limits: rows.filter(({ bare }) => bare), budgets };
}

function print({ comparison, limits, budgets }) {
  const tables = [
    comparison.length > 0 && comparisonTable(comparison),
    limits.length > 0 && limitsTable(limits),
    budgets.length > 0 && budgetsTable(budgets),
  ];
  console.log(`\n${tables.filter(Boolean).join('\n\n')}`);
}

/** Profiles the main thread of a warm server under one operation. The file is kept, for a profile viewer. */
async function profile(bench) {
  const { profile: operation, servers, seconds, rounds, concurrency } = bench.options;
  const name = operations[operation].servers.find((one) => servers.includes(one));
  const { child, origin } = await bench.server(name);
  const task = { operation, origin, concurrency };
  await bench.load.ask('drive', { ...task, seconds });
  await child.ask('startProfile');
  await bench.load.ask('drive', { ...task, seconds: seconds * rounds });
  const file = resolve(`${operation}.cpuprofile`);
  await child.ask('stopProfile', file);
  console.log(`${formatSummary(await summarize(file))}\n\n${file}`);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  const directory = await mkdtemp(join(tmpdir(), 'eyrie-bench-'));
  const bench = new Bench(options, directory);
  process.once('SIGINT', () => {
    // The children end when their IPC channel closes.
    rmSync(directory, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    if (options.profile) {
      await profile(bench);
      return;
    }
    const machine = { node: process.version, cpu: cpus()[0].model, cores: cpus().length };
    const settings = `${options.rounds} rounds of ${options.seconds} s, ${options.concurrency} connections, ${options.database}`;
    console.log(`Node ${machine.node} on ${machine.cores} × ${machine.cpu}; ${settings}`);
    const results = await measureAll(bench);
    print(results);
    if (options.json) {
      await writeFile(options.json, `${JSON.stringify({ machine, options, ...results }, null, 2)}\n`);
    }
  } finally {
    await bench.close();
    await rm(directory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
