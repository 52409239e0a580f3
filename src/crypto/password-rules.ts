import { passwordLengthViolation, preparePassword } from '../protocol/password.js';
import { ratePassword } from './password-rating.js';

/** A password that takes fewer guesses is refused: attacks over the network would find it. */
const minGuesses = 1_000_000;

/** Why a password is easy to guess, by the keys of zxcvbn's warnings. */
const reasons: Readonly<Record<string, string>> = {
  topTen: 'is one of the most common passwords',
  topHundred: 'is one of the most common passwords',
  common: 'is a common password',
  similarToCommon: 'is similar to a common password',
  wordByItself: 'is a single word',
  namesByThemselves: 'is a name',
  commonNames: 'is a common name',
  userInputs: 'follows from the name or e-mail address of the user',
  straightRow: 'is a row of keys',
  keyPattern: 'is a short pattern of keys',
  simpleRepeat: 'repeats one character',
  extendedRepeat: 'repeats a few characters',
  sequences: 'is a sequence of characters',
  recentYears: 'contains little but a year',
  dates: 'contains little but a date',
};

/**
 * The rules for a new password: its length, and that it is not commonly used or expected (NIST SP 800-63B-4 §3.1.1.2).
 * @param texts username, names and e-mail address of the user, which attackers try first
 * @returns what is wrong with it, as a predicate with advice; undefined if nothing is
 */
export async function passwordViolation(
  password: string,
  texts: readonly (string | null | undefined)[],
): Promise<string | undefined> {
  const wrongLength = passwordLengthViolation(password);
  if (wrongLength !== undefined) return wrongLength;
  const { guesses, warning } = await ratePassword({
    password: preparePassword(password),
    words: guessableWords(texts),
  });
  if (guesses >= minGuesses) return undefined;
  const reason = reasons[warning ?? ''] ?? 'is easy to guess';
  return `${reason}: choose one that is hard to guess, such as several uncommon words`;
}

/** The texts and the words in them, and the name of this service. A word of one or two letters says nothing about a person. */
function guessableWords(texts: readonly (string | null | undefined)[]): string[] {
  const whole = texts.flatMap((text) => (text ? [preparePassword(text)] : []));
  const parts = whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length > 2);
  return [...new Set(['eyrie', ...whole, ...parts])];
}
