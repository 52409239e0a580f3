import { randomInt } from 'node:crypto';
import { userCodeAlphabet, userCodeLength } from '../protocol/user-code.js';

/** A code that a person types on another device: some 34 bits, which is enough for minutes and a bounded number of guesses. */
export function generateUserCode(): string {
  const letter = (): string => userCodeAlphabet[randomInt(userCodeAlphabet.length)] ?? '';
  return Array.from({ length: userCodeLength }, letter).join('');
}
