import type { RevocationOptions } from './bearer-options.js';
import { check, isText, seconds } from './checks.js';

/** The options for the revocation feed: checked, with every default filled in. */
export type RevocationSettings = Readonly<Required<RevocationOptions>>;

/** @throws {TypeError} naming the wrong option */
export function revocationSettings(options: RevocationOptions): RevocationSettings {
  const { clientId, clientSecret, onLoss } = options;
  check(isText(clientId) && isText(clientSecret), 'revocations', 'needs clientId and clientSecret');
  check(onLoss === 'continue' || onLoss === 'refuse', 'revocations.onLoss', 'must be continue or refuse');
  const bound = seconds('revocations.bound', options.bound, 2);
  check(bound >= 2, 'revocations.bound', 'must be 2 seconds or more');
  return { clientId, clientSecret, onLoss, bound };
}
