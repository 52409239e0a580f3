import { lookupHash } from './opaque-token.js';
import { readableCode } from './readable-code.js';

export const recoveryCodeCount = 10;

/** New codes, each of about 79 bits. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCodeCount }, () => readableCode(4));

/**
 * The stored form of a code.
 * @param code as typed: case, blanks and hyphens are ignored
 */
export const recoveryCodeHash = (userId: string, code: string): string =>
  lookupHash(`recovery code ${userId} ${code.slice(0, 64).toLowerCase().replaceAll(/[\s-]/g, '')}`);
