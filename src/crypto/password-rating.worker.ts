import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
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
  /** The guesses that an attacker needs who knows the dictionaries and the words. */
  readonly guesses: number;
  /** The key of the warning in zxcvbn's translations; null if there is none. */
  readonly warning: string | null;
}

/** Characters that are looked at: the work grows faster than the length. */
const maxRatedLength = 64;

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...commonPasswords, ...englishWords },
  graphs: adjacencyGraphs,
  maxLength: maxRatedLength,
});

/** The thread that rates passwords: each message is a request, and is answered with a rating. */
parentPort?.on('message', ({ password, words }: RatingRequest) => {
  const { guesses, feedback } = zxcvbn.check(password, [...words]);
  parentPort?.postMessage({ guesses, warning: feedback.warning } satisfies Rating);
});
