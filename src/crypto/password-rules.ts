import {
  exceedsMaxPasswordLength,
  maxPasswordLength,
  minPasswordLength,
  passwordLength,
  preparePassword,
} from '../protocol/password.js';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type Message, message } from '../locales/message.js';
import { ratePassword } from './password-rating.js';

/** How hard a password is to guess, in words. */
export interface PasswordStrength {
  /** From 0 to 4. */
  readonly score: number;
  readonly level: Message;
  /** Sentences about how to make it stronger. */
  readonly suggestions: readonly Message[];
}

/** What is to be said of a password that somebody chooses. */
export type AssessedPassword =
  | { readonly violation?: undefined; readonly strength: PasswordStrength }
  | {
      /** What is wrong with it, as a predicate with advice. */
      readonly violation: Message;
      /** Absent if its length is wrong. */
      readonly strength?: PasswordStrength;
    };

const levels = [
  message('strength.veryWeak'),
  message('strength.weak'),
  message('strength.fair'),
  message('strength.good'),
  message('strength.strong'),
] as const;
/** A password of less strength than this is easy to guess, whatever the setting asks for. */
const minSafeScore = 2;

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

/** How to make a password harder to guess, by the keys of zxcvbn's suggestions. */
const suggestions: Readonly<Record<string, Message>> = {
  l33t: message('suggestion.substitutions'),
  reverseWords: message('suggestion.reversed'),
  allUppercase: message('suggestion.allCapitals'),
  capitalization: message('suggestion.firstCapital'),
  dates: message('suggestion.dates'),
  recentYears: message('suggestion.years'),
  associatedYears: message('suggestion.years'),
  sequences: message('suggestion.sequences'),
  repeated: message('suggestion.repetitions'),
  longerKeyboardPattern: message('suggestion.keys'),
  anotherWord: message('suggestion.moreWords'),
  useWords: message('suggestion.severalWords'),
  noNeed: message('suggestion.noSymbols'),
};

/** What is wrong with the length of a password, as a predicate; undefined if nothing is. */
export function passwordLengthViolation(password: string): Message | undefined {
  if (exceedsMaxPasswordLength(password))
    return message('password.tooLong', { characters: maxPasswordLength });
  return passwordLength(password) < minPasswordLength
    ? message('password.tooShort', { characters: minPasswordLength })
    : undefined;
}

/** The rules for a new password: its length, and that it is not commonly used or expected (NIST SP 800-63B-4 §3.1.1.2). */
@Injectable()
export class PasswordRules {
  private readonly minScore: number;

  constructor(@Inject(SETTINGS) { signIn }: Settings) {
    this.minScore = signIn.passwordMinStrength;
  }

  /** @param texts username, names and e-mail address of the user, which attackers try first */
  async assess(password: string, texts: readonly (string | null | undefined)[]): Promise<AssessedPassword> {
    const wrongLength = passwordLengthViolation(password);
    if (wrongLength !== undefined) return { violation: wrongLength };
    const rating = await ratePassword({
      password: preparePassword(password),
      words: guessableWords(texts),
    });
    const { score } = rating;
    const strength = {
      score,
      level: levels[score],
      suggestions: rating.suggestions.flatMap((key) => suggestions[key] ?? []),
    };
    if (score >= this.minScore) return { strength };
    const easy = message(score < minSafeScore ? 'password.easy' : 'password.notStrongEnough');
    const reason = reasons[rating.warning ?? ''] ?? easy;
    return { violation: message('password.guessable', { reason }), strength };
  }
}

/** The texts and the words in them, and the name of this service. A word of one or two letters says nothing about a person. */
function guessableWords(texts: readonly (string | null | undefined)[]): string[] {
  const whole = texts.flatMap((text) => (text ? [preparePassword(text)] : []));
  const parts = whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length > 2);
  return [...new Set(['eyrie', ...whole, ...parts])];
}
