import { randomInt } from 'node:crypto';

/** Letters and digits that nobody mistakes for one another: 31 of them. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be copied by a person once: five groups of four, some 99 bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}
