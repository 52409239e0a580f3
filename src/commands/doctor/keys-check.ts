import { Clock } from '../../config/clock.js';
import { SigningKeysStore } from '../../persistence/stores/signing-keys.store.js';
import { type Check, type Finding, note, warning } from './finding.js';

const maxSigningDays = 365;

/** Looks at the age of the signing keys, and whether each has a successor that caches know by the time it is needed. */
export const checkKeys: Check = async (service) => {
  const now = service.get(Clock).now();
  const kept = await service.get(SigningKeysStore).kept(now);
  return kept
    .filter(({ state }) => state === 'active')
    .flatMap(({ alg, kid, activatedAt }): Finding[] => {
      const days = activatedAt === null ? 0 : Math.floor((now - activatedAt) / 86_400);
      const findings: Finding[] = [];
      if (days > maxSigningDays)
        findings.push(
          warning(
            `key ${kid}`,
            `has signed ${alg} tokens for ${days} days`,
            'rotate it with `eyrie keys rotate`, or set EYRIE_KEY_ROTATION',
          ),
        );
      if (!kept.some((key) => key.alg === alg && key.state === 'next'))
        findings.push(
          note(`key ${kid}`, `has no successor for ${alg} yet`, 'start the server: it makes one'),
        );
      return findings;
    });
};
