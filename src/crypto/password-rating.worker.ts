import { type Score, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as commonPasswords } from '@zxcvbn-ts/language-common';
import { dictionary as englishWords } from '@zxcvbn-ts/language-en';

/** A password to rate. */
export interface RatingRequest {
  readonly password: string;
  /** What is easy to guess of this person. */
  readonly words: readonly string[];
}

/** What the rating found. */
export interface Rating {
  /** By the guesses that an attacker needs who knows the dictionaries and the words: from 0 (fewer than a thousand) to 4. */
  readonly score: Score;
  /** The key of the warning in zxcvbn's translations; null if there is none. */
  readonly warning: string | null;
  /** The keys of its suggestions. */
  readonly suggestions: readonly string[];
}

/** Characters that are looked at: the work grows faster than the length. */
const maxRatedLength = 64;

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...commonPasswords, ...englishWords },
  graphs: adjacencyGraphs,
  maxLength: maxRatedLength,
});

/** What the thread does. */
export default function rate({ password, words }: RatingRequest): Rating {
  const { score, feedback } = zxcvbn.check(password, [...words]);
  return { score, ...feedback };
}
