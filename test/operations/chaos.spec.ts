import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
// The machine runs other tests beside it: --busy judges no time.
jest.setTimeout(1_200_000);

interface Report {
  readonly violations: readonly object[];
  readonly rounds?: readonly { readonly fault: string; readonly checked: number }[];
  readonly results?: readonly {
    readonly race: string;
    readonly rounds: number;
    readonly unanswered: number;
  }[];
  readonly replicas?: readonly object[];
}

describe('Under load from real clients', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-chaos-report-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The report of `npm run chaos -- …`. What it prints is the message of the failure, if it fails. */
  const chaos = async (...commandLine: readonly string[]): Promise<Report> => {
    const file = join(folder, 'report.json');
    const options = { cwd: root, env: { PATH: process.env.PATH }, maxBuffer: 2 ** 26 };
    await promisify(execFile)(
      process.execPath,
      ['chaos/run.mjs', ...commandLine, '--busy', '--clients', '6', '--json', file],
      options,
    ).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout + (error as { stderr: string }).stderr);
    });
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  };
  const faultsIn = ({ rounds = [] }: Report): string[] => [...new Set(rounds.map(({ fault }) => fault))];

  it.each([
    ['sqlite', 'server-killed,server-terminated,database-locked'],
    [
      'mysql',
      'server-killed,worker-killed,database-killed,database-black-holed,database-read-only,clock-ahead',
    ],
  ])('and faults, nothing that was acknowledged is lost on %s', async (database, only) => {
    const report = await chaos('--database', database, '--only', only, '--minutes', '0.1');
    expect(report.violations).toEqual([]);
    expect(faultsIn(report).toSorted()).toEqual(only.split(',').toSorted());
    expect(report.rounds?.every(({ checked }) => checked > 0)).toBe(true);
  });

  it.each(['mysql', 'postgres'])('races are decided once on %s', async (database) => {
    const report = await chaos('races', '--database', database, '--rounds', '20');
    expect(report.violations).toEqual([]);
    expect(report.results?.filter(({ rounds, unanswered }) => unanswered < rounds)).toHaveLength(10);
  });

  it('a soak ends with its report, and without an error', async () => {
    const report = await chaos('soak', '--minutes', '0.5');
    expect(report.violations).toEqual([]);
    expect(report.replicas).toEqual([
      expect.objectContaining({ residentMegabytes: expect.any(Number), lagMedian: expect.any(Number) }),
    ]);
  });
});
