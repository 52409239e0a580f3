import {
  exceedsMaxPasswordLength,
  maxPasswordLength,
  minPasswordLength,
  passwordLength,
  preparePassword,
} from '../protocol/password.js';
import { ratePassword } from './password-rating.js';
import { type Message, message } from '../locales/message.js';

/** A password that takes fewer guesses is refused: attacks over the network would find it. */
const minGuesses = 1_000_000;

/** Why a password is easy to guess, by the keys of zxcvbn's warnings. */
const reasons: Readonly<Record<string, Message>> = {
  topTen: message('password.mostCommon'),
  topHundred: message('password.mostCommon'),
  common: message('password.common'),
  similarToCommon: message('password.similarToCommon'),
  wordByItself: message('password.singleWord'),
  namesByThemselves: message('password.name'),
  commonNames: message('password.commonName'),
  userInputs: message('password.ofUser'),
  straightRow: message('password.rowOfKeys'),
  keyPattern: message('password.patternOfKeys'),
  simpleRepeat: message('password.oneCharacter'),
  extendedRepeat: message('password.fewCharacters'),
  sequences: message('password.sequence'),
  recentYears: message('password.year'),
  dates: message('password.date'),
};

/** What is wrong with the length of a password, as a predicate; undefined if nothing is. */
export function passwordLengthViolation(password: string): Message | undefined {
  if (exceedsMaxPasswordLength(password))
    return message('password.tooLong', { characters: maxPasswordLength });
  return passwordLength(password) < minPasswordLength
    ? message('password.tooShort', { characters: minPasswordLength })
    : undefined;
}

/**
 * The rules for a new password: its length, and that it is not commonly used or expected (NIST SP 800-63B-4 §3.1.1.2).
 * @param texts username, names and e-mail address of the user, which attackers try first
 * @returns what is wrong with it, as a predicate with advice; undefined if nothing is
 */
export async function passwordViolation(
  password: string,
  texts: readonly (string | null | undefined)[],
): Promise<Message | undefined> {
  const wrongLength = passwordLengthViolation(password);
  if (wrongLength !== undefined) return wrongLength;
  const { guesses, warning } = await ratePassword({
    password: preparePassword(password),
    words: guessableWords(texts),
  });
  if (guesses >= minGuesses) return undefined;
  const reason = reasons[warning ?? ''] ?? message('password.easy');
  return message('password.guessable', { reason });
}

/** The texts and the words in them, and the name of this service. A word of one or two letters says nothing about a person. */
function guessableWords(texts: readonly (string | null | undefined)[]): string[] {
  const whole = texts.flatMap((text) => (text ? [preparePassword(text)] : []));
  const parts = whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length > 2);
  return [...new Set(['eyrie', ...whole, ...parts])];
}
