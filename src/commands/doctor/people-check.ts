import { UpkeepStore } from '../../persistence/stores/upkeep.store.js';
import { type Check, error, type Finding, note, warning } from './finding.js';

/** Looks at who administers the service, and how they prove who they are. */
export const checkPeople: Check = async (service) => {
  const administrators = await service.get(UpkeepStore).administrators();
  const findings: Finding[] = [];
  if (administrators.length === 0)
    findings.push(
      error(
        'administrators',
        'nobody can sign in as administrator',
        'use `eyrie user create --administrator`',
      ),
    );
  if (administrators.length === 1)
    findings.push(
      note(
        `user ${administrators[0]?.username}`,
        'is the only administrator who can sign in',
        'make a second person an administrator',
      ),
    );
  for (const { username, secondFactors } of administrators)
    if (secondFactors === 0)
      findings.push(
        warning(
          `user ${username}`,
          'is an administrator without a second factor',
          'set EYRIE_SECOND_FACTOR_REQUIRED_OF=administrators: they set one up at the next sign-in',
        ),
      );
  return findings;
};
