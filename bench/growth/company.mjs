import { cpuRatio, measureInTurns } from '../measure.mjs';
import { companyRows } from './company-rows.mjs';
import { fill } from './fill.mjs';
import { listLines, ratioLine } from './lines.mjs';
import { timeLists } from './lists.mjs';

const SMALL = { people: 1_000, groups: 10 };
const LARGE = { people: 100_000, groups: 1_000 };
/** The greatest multiple that the operations of somebody in ten groups may cost in the large company. */
const BUDGETS = { member_refresh: 1.1, member_code_flow: 1.1, member_sign_in: 1.2 };

/**
 * What a large company costs: tokens with groups and roles, and sign-ins, of somebody in ten groups, as a multiple of their cost in a small
 * company; and each list of the admin API with each of its filters. Two instances of Eyrie are measured in turns.
 *
 * @param {import('../bench.mjs').Bench} bench
 */
export async function measureCompany(bench) {
  const small = await launchFilled(bench, 'small', SMALL);
  const large = await launchFilled(bench, 'large', LARGE);
  const size = `${LARGE.people} people in ${LARGE.groups} groups`;
  const lines = [];
  for (const [operation, budget] of Object.entries(BUDGETS)) {
    bench.say(`measuring ${operation} in a large company`);
    const contestants = Object.entries({ small, large }).map(([name, server]) => ({
      name,
      server,
      operation,
    }));
    const measured = await measureInTurns(bench.load, contestants, bench.options);
    const title = `${operation}, ${size}`;
    lines.push(ratioLine(title, cpuRatio(measured.large, measured.small), budget, measured));
  }
  bench.say('timing the lists of the admin API');
  lines.push(...listLines(await timeLists(small.origin), await timeLists(large.origin), size));
  return lines;
}

/** Starts Eyrie on a database with a company of this size. */
async function launchFilled(bench, name, size) {
  const variant = `eyrie-company-${name}`;
  const { child } = await bench.launch('eyrie-company', variant);
  await child.stop();
  bench.say(`filling a database with ${size.people} people`);
  await fill(await bench.urlOf(variant), companyRows(size));
  return bench.launch('eyrie-company', variant);
}
