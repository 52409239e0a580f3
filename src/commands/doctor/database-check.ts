import { Database } from '../../persistence/database.js';
import { type Check, type Finding, warning } from './finding.js';

const maxClockDifferenceSeconds = 2;

/** Looks at how the database is set up. */
export const checkDatabase: Check = async (service) => {
  const database = service.get(Database);
  const findings: Finding[] = [];
  const difference = (Date.now() - (await database.epochMilliseconds())) / 1_000;
  if (Math.abs(difference) > maxClockDifferenceSeconds)
    findings.push(
      warning(
        'clock',
        `the clock of this machine differs from the database's by ${Math.round(difference)} seconds: the database's is used`,
        'synchronise both (NTP)',
      ),
    );
  for (const { about, weakness, remedy } of await database.weaknesses())
    findings.push(warning(about, weakness, remedy));
  return findings;
};
