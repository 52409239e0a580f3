import { setTimeout as delay } from 'node:timers/promises';
import { faults } from './faults/faults.mjs';
import { verify } from './invariants.mjs';
import { pick } from './random.mjs';

const pauseMilliseconds = 25;
/** Load before a fault, and after it. */
const calmMilliseconds = 1_500;
const pollMilliseconds = 100;
const sample = 300;

/**
 * Round after round: load from all clients, a fault, its end, recovery, and a look at all records.
 *
 * @param {object} options
 * @param {object} options.world the service, its database and what watches them
 * @param {object[]} options.clients
 * @param {number} options.minutes how long; every fault comes up at least once
 * @param {string[]} options.only names of faults; all that the database knows, if empty
 * @param {(line: string) => void} options.tell hears of each round
 * @returns {Promise<object[]>} the rounds
 */
export async function chaos({ world, clients, minutes, only, tell }) {
  const { possible, leftOut } = choose(world, only);
  for (const { name, reason } of leftOut) tell(`left out: ${name} (${reason})`);
  const deadline = performance.now() + minutes * 60_000;
  const rounds = [];
  while (rounds.length < possible.length || performance.now() < deadline) {
    const fault = possible[rounds.length] ?? pick(world.random, possible);
    const round = await runRound(world, clients, fault);
    rounds.push(round);
    tell(
      `${String(rounds.length).padStart(3)}  ${fault.name.padEnd(24)} recovery ${round.recovery.toFixed(1)} s, ` +
        `${round.operations} operations, ${round.checked} records checked, ${round.violations} violations`,
    );
  }
  await verify({ ...world, clients, sample: Infinity });
  return rounds;
}

function choose(world, only) {
  const candidates = faults.filter(
    ({ name, databases }) =>
      databases.includes(world.database.kind) && (only.length === 0 || only.includes(name)),
  );
  const leftOut = candidates
    .map(({ name, isPossible }) => ({ name, reason: isPossible?.(world) }))
    .filter(({ reason }) => reason !== undefined);
  const possible = candidates.filter(({ name }) => !leftOut.some((left) => left.name === name));
  if (possible.length === 0) throw new Error(`none of these faults can be tried on ${world.database.kind}`);
  return { possible, leftOut };
}

async function runRound(world, clients, fault) {
  const { watch } = world;
  const [operationsBefore, violationsBefore] = [watch.operations, watch.violationCount];
  let isOver = false;
  const load = Promise.all(clients.map((client) => client.run(() => isOver, pauseMilliseconds)));
  try {
    await delay(calmMilliseconds);
    watch.begin(fault.name, fault.allows(world));
    await fault.begin(world);
    await delay(fault.seconds * 1_000);
    await fault.end(world);
    watch.end();
    await calm(watch);
  } finally {
    isOver = true;
    await load;
  }
  const checked = await verify({ ...world, clients, sample });
  return {
    fault: fault.name,
    recovery: watch.recovery(),
    operations: watch.operations - operationsBefore,
    checked,
    violations: watch.violationCount - violationsBefore,
  };
}

/** Resolves once everything has been answered for a moment, or the time for recovery is over. */
async function calm(watch) {
  const endedAt = performance.now();
  const isQuiet = () => performance.now() - endedAt - watch.recovery() * 1_000 > calmMilliseconds;
  while (!isQuiet() && performance.now() - endedAt < watch.recoveryLimit * 1_000 + calmMilliseconds)
    await delay(pollMilliseconds);
}
