import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const folder = 'deploy';
const rulesFile = 'prometheus-alerts.yaml';
const testsFile = 'prometheus-alerts.test.yaml';
const promtool = process.env.EYRIE_TEST_PROMTOOL;

const read = (name: string): unknown => parse(readFileSync(`${folder}/${name}`, 'utf8'));

/** What promtool prints; rejects if it finds something wrong. */
async function run(...commandLine: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(promtool ?? '', commandLine, { cwd: folder });
  return stdout;
}

describe('The alert rules for Prometheus', () => {
  const alerts = (read(rulesFile) as { groups: { rules: { alert: string }[] }[] }).groups.flatMap(
    ({ rules }) => rules.map(({ alert }) => alert),
  );

  it('have a test each, in which it fires', () => {
    const { rule_files, tests } = read(testsFile) as {
      rule_files: string[];
      tests: { alert_rule_test: { alertname: string; exp_alerts: object[] }[] }[];
    };
    const firing = tests
      .flatMap(({ alert_rule_test }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0)
      .map(({ alertname }) => alertname);
    expect(rule_files).toEqual([rulesFile]);
    expect(firing.toSorted()).toEqual(alerts.toSorted());
  });

  (promtool === undefined ? describe.skip : describe)('checked with promtool', () => {
    it('are valid', async () => {
      expect(await run('check', 'rules', rulesFile)).toContain(`SUCCESS: ${alerts.length} rules found`);
    });

    it('fire when they should, and only then', async () => {
      expect(await run('test', 'rules', testsFile)).toContain('SUCCESS');
    });
  });
});
