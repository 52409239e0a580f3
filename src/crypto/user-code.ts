import { randomInt } from 'node:crypto';
import { userCodeAlphabet, userCodeLength } from '../protocol/user-code.js';

/** A code that a person types on another device: about 34 bits, enough for a few minutes and a limited number of guesses. */
export function generateUserCode(): string {
  const letter = (): string => userCodeAlphabet[randomInt(userCodeAlphabet.length)] ?? '';
  return Array.from({ length: userCodeLength }, letter).join('');
}
