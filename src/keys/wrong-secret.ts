import { SettingError } from '../config/setting-error.js';
import type { Secrets } from '../crypto/secrets.js';

/**
 * What to tell an operator whose secrets do not open what is stored.
 * @param what the stored things, for instance `the signing keys`
 */
export function wrongSecret({ hasPrevious }: Secrets, what: string): string {
  return hasPrevious
    ? `EYRIE_SECRET_PREVIOUS does not decrypt ${what} in this database, nor does EYRIE_SECRET: set EYRIE_SECRET_PREVIOUS to the secret with which they were stored`
    : `EYRIE_SECRET does not decrypt ${what} in this database: set the secret with which they were created, as EYRIE_SECRET_PREVIOUS if it is being replaced`;
}

/** The secrets of the service do not open what is stored. */
export class WrongSecretError extends SettingError {
  constructor(secrets: Secrets, what: string) {
    super(wrongSecret(secrets, what));
    this.name = 'WrongSecretError';
  }
}
