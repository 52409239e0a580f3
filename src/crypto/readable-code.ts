import { randomInt } from 'node:crypto';

/** 31 letters and digits that are not mistaken for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groupLength = 4;

/** A random text for a person to copy: groups of four characters, 19.8 bits each. */
export function readableCode(groups: number): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

/** A password for a person to copy once: about 99 bits. */
export const generatePassword = (): string => readableCode(5);
