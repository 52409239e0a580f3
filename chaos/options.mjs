import { parseArgs } from 'node:util';
import { databases } from './databases.mjs';
import { faults } from './faults/faults.mjs';

/** In seconds: from the end of a fault until everything works, and from a request to its answer. */
const limits = { recoveryLimit: 5, requestLimit: 15 };
const busyLimits = { recoveryLimit: 120, requestLimit: 120 };

/**
 * Reads the command line.
 *
 * @throws {Error} naming the wrong argument and its possible values
 */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      database: { type: 'string', default: 'sqlite' },
      minutes: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '1000' },
      clients: { type: 'string', default: '10' },
      busy: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [part = 'faults'] = positionals;
  return {
    part: oneOf('chaos', part, ['faults', 'races', 'soak']),
    database: oneOf('--database', values.database, Object.keys(databases)),
    minutes: positive('--minutes', values.minutes),
    only: values.only
      .split(',')
      .filter(Boolean)
      .map((name) =>
        oneOf(
          '--only',
          name,
          faults.map((fault) => fault.name),
        ),
      ),
    seed: positive('--seed', values.seed),
    rounds: positive('--rounds', values.rounds),
    clients: positive('--clients', values.clients),
    isBusy: values.busy,
    ...(values.busy ? busyLimits : limits),
    json: values.json,
  };
}

function oneOf(name, value, known) {
  if (!known.includes(value)) throw new Error(`${name}: "${value}" is unknown; use ${known.join(', ')}`);
  return value;
}

function positive(name, value) {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`${name} must be a positive number`);
  return number;
}
