import { cpuRatio, measureInTurns } from './measure.mjs';

const BUDGET = 1.03;
const OPERATIONS = ['client_credentials', 'refresh'];

/**
 * What recording each token in the audit trail (`EYRIE_AUDIT_TOKENS=all`) costs: the CPU of an operation as a share of the same without.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureAuditCost(bench) {
  const [off, on] = [await bench.server('eyrie'), await bench.server('eyrie-audited')];
  const rows = [];
  for (const operation of OPERATIONS) {
    bench.say(`measuring ${operation} with and without the audit of tokens`);
    const contestants = [
      { name: 'off', server: off, operation },
      { name: 'on', server: on, operation },
    ];
    const results = await measureInTurns(bench.load, contestants, bench.options);
    const share = cpuRatio(results.on, results.off);
    rows.push({
      title: `${operation} with its tokens in the audit trail, CPU`,
      eyrie: `${(100 * share).toFixed(1)} %`,
      budget: `≤ ${(100 * BUDGET).toFixed(0)} %`,
      met: share <= BUDGET,
      ...results,
    });
  }
  return rows;
}
