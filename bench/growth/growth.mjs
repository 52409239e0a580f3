import { cpuRatio, measureInTurns } from '../measure.mjs';
import { fill } from './fill.mjs';
import { listLines, ratioLine } from './lines.mjs';
import { timeLists } from './lists.mjs';
import { expireTokens, measureSweeping } from './sweeping.mjs';
import { tokenRows } from './token-rows.mjs';

const BUDGET = 1.2;
const SWEEPING_BUDGET = 2;
const FEW_ROWS = 10_000;
const OPERATIONS = ['introspection', 'refresh', 'code_flow'];

/**
 * What many rows cost: introspection, refresh and the code flow with many token rows, as a multiple of their cost with ten thousand; each
 * list of the admin API with each of its filters; refresh while expired rows are swept; and the bytes of each kind of row. Two instances
 * of Eyrie are measured in turns. Half of the token rows are access tokens, half are refresh tokens, with one grant for ten of them.
 *
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureGrowth(bench) {
  const { rows } = bench.options;
  const few = await launchFilled(bench, 'few', FEW_ROWS);
  const many = await launchFilled(bench, 'many', rows);
  const lines = [];
  for (const operation of OPERATIONS) {
    bench.say(`measuring ${operation} with many rows`);
    const contestants = Object.entries({ few, many }).map(([name, { server }]) => ({
      name,
      server,
      operation,
    }));
    const measured = await measureInTurns(bench.load, contestants, bench.options);
    const growth = cpuRatio(measured.many, measured.few);
    lines.push(ratioLine(`${operation}, ${rows} over ${FEW_ROWS} rows`, growth, BUDGET, measured));
  }
  bench.say('timing the lists of the admin API');
  lines.push(
    ...listLines(await timeLists(few.server.origin), await timeLists(many.server.origin), `${rows} rows`),
  );
  await few.server.child.stop();
  lines.push(await sweepingLine(bench, many));
  lines.push(...sizeLines(many.bytes));
  return lines;
}

/** Starts Eyrie on a database with so many token rows. */
async function launchFilled(bench, name, rows) {
  const variant = `eyrie-${name}`;
  const { concurrency } = bench.options;
  const { child, origin } = await bench.launch('eyrie', variant);
  for (const operation of OPERATIONS) await bench.load.ask('prepare', { origin, operation, concurrency });
  await child.stop();
  bench.say(`filling a database with ${rows} token rows`);
  const url = await bench.urlOf(variant);
  const bytes = await fill(url, tokenRows(rows));
  return { variant, url, bytes, server: await bench.launch('eyrie', variant) };
}

async function sweepingLine(bench, { variant, url, server }) {
  await server.child.stop();
  await expireTokens(url);
  bench.say('measuring refresh while expired rows are swept');
  const { quiet, sweeping, swept } = await measureSweeping(bench, await bench.launch('eyrie', variant), url);
  const ratio = sweeping / quiet;
  const title = `refresh p99 while ${swept} rows are swept (${quiet.toFixed(1)} → ${sweeping.toFixed(1)} ms)`;
  return { ...ratioLine(title, ratio, SWEEPING_BUDGET), met: swept > 0 && ratio <= SWEEPING_BUDGET };
}

/** What a row takes with its share of the indexes, and what an active person does: one of each, with one token of each kind. */
function sizeLines(bytes) {
  const line = (title, count) => ({ title, eyrie: `${count} bytes`, budget: '–', met: undefined });
  const person = Object.values(bytes).reduce((sum, one) => sum + one, 0);
  return [
    ...Object.entries(bytes).map(([table, count]) => line(`a row of ${table}`, count)),
    { ...line('a million people, each with one of each', 0), eyrie: `${(person / 1_000).toFixed(2)} GB` },
  ];
}
