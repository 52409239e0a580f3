import { parseArgs } from 'node:util';
import { operations } from './operations.mjs';
import { databases } from './databases.mjs';
import { starters } from './servers.mjs';

/** Operations that are measured by a measurement of their own. */
const PARTS = ['open_route', 'guarded_route', 'member_refresh', 'member_code_flow', 'member_sign_in'];
const OPT_IN = ['growth', 'company', 'audit', 'storm', 'workers'];

/** The values of `--only`: the operations, and the measurements of more than one operation. */
const measurements = [
  ...Object.keys(operations).filter((name) => !PARTS.includes(name)),
  'guard',
  'start',
  ...OPT_IN,
];

/**
 * Reads the command line.
 *
 * @throws {Error} naming the wrong argument and its possible values
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      servers: { type: 'string' },
      database: { type: 'string', default: 'sqlite' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      concurrency: { type: 'string', default: '16' },
      rows: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const byDefault = measurements.filter((name) => !OPT_IN.includes(name));
  return {
    only: list('--only', values.only, measurements, byDefault),
    servers: list('--servers', values.servers, Object.keys(starters), Object.keys(starters)),
    database: list('--database', values.database, Object.keys(databases))[0],
    rounds: positive('--rounds', values.rounds),
    seconds: positive('--seconds', values.seconds),
    concurrency: positive('--concurrency', values.concurrency),
    rows: positive('--rows', values.rows ?? (values.database === 'sqlite' ? 2_000_000 : 10_000_000)),
    json: values.json,
    profile: values.profile && list('--profile', values.profile, Object.keys(operations), [])[0],
  };
}

function list(name, value, known, byDefault) {
  if (value === undefined) return byDefault;
  const given = value.split(',');
  const unknown = given.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`${name}: "${unknown}" is unknown; use ${known.join(', ')}`);
  return given;
}

function positive(name, value) {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${name} must be a positive number`);
  return number;
}
