import { randomInt } from 'node:crypto';

const digits = 8;
const groupLength = 4;

/** A code that is mailed: 26.6 bits, enough for ten minutes and a limited number of guesses. */
export const newMailedCode = (): string => String(randomInt(10 ** digits)).padStart(digits, '0');

/** The code in groups, for people to copy. */
export const readableMailedCode = (code: string): string =>
  `${code.slice(0, groupLength)} ${code.slice(groupLength)}`;

/** @param typed blanks and hyphens are ignored */
export const normalMailedCode = (typed: string): string => typed.slice(0, 32).replaceAll(/[\s-]/g, '');
