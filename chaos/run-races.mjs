import { races } from './races/races.mjs';
import { createClients, createWorld } from './world.mjs';

/** Rounds at a time, each of another person. */
const lanes = 4;

/**
 * Runs each race many times over, on replicas that nothing disturbs: every request must be answered.
 *
 * @param {object} options of the command line
 * @param {(line: string) => void} tell hears of each race
 * @returns {Promise<{ results: object[], violationCount: number, violations: object[] }>}
 */
export async function runRaces(options, tell) {
  const results = [];
  const violations = [];
  let violationCount = 0;
  for (const group of bySettings()) {
    const world = await createWorld({ ...options, clients: lanes, settings: group[0].settings });
    try {
      const clients = await createClients(world, { ...options, clients: lanes });
      for (const race of group) results.push(await runRace(world, clients, race, options.rounds, tell));
    } finally {
      violations.push(...world.watch.violations);
      violationCount += world.watch.violationCount;
      await world.close();
    }
  }
  return { results, violationCount, violations };
}

/** Those that need the same settings run on one service. */
function bySettings() {
  const groups = new Map();
  for (const race of races) {
    const key = JSON.stringify(race.settings);
    groups.set(key, [...(groups.get(key) ?? []), race]);
  }
  return [...groups.values()];
}

async function runRace({ watch }, clients, race, rounds, tell) {
  const [before, from] = [watch.violationCount, performance.now()];
  let left = Math.ceil(rounds * (race.share ?? 1));
  let unanswered = 0;
  const count = left;
  watch.subject = race.name;
  await Promise.all(
    clients.map(async (client) => {
      while (left > 0) {
        left -= 1;
        if (!(await client.perform(race.name, () => race.run(client)))) unanswered += 1;
      }
    }),
  );
  const result = {
    race: race.name,
    rounds: count,
    unanswered,
    seconds: Math.round((performance.now() - from) / 1_000),
    violations: watch.violationCount - before,
  };
  tell(
    `${race.name.padEnd(40)} ${count} rounds, ${unanswered} unanswered, ${result.seconds} s, ${result.violations} violations`,
  );
  return result;
}
