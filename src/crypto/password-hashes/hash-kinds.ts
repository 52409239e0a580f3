import { argon2 } from './argon2.js';
import { bcrypt } from './bcrypt.js';
import type { HashKind } from './hash-kind.js';
import { pbkdf2 } from './pbkdf2.js';
import { scrypt } from './scrypt.js';

/** The forms of hashes that a password can be checked against. New hashes are argon2id; the others come from other services. */
const kinds: readonly HashKind[] = [argon2, pbkdf2, scrypt, bcrypt];

/** What a hash looks like that a password can be checked against. */
export const storedHashPattern = new RegExp(kinds.map(({ pattern }) => pattern.source).join('|'));

/** Whether a password can be checked against the hash. */
export const isStoredHash = (text: string): boolean => storedHashPattern.test(text);

/** Whether the password has this hash. */
export async function hasHash(stored: string, password: string): Promise<boolean> {
  const kind = kinds.find(({ pattern }) => pattern.test(stored));
  return kind !== undefined && kind.matches(stored, password);
}
