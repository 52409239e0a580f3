import { setTimeout as delay } from 'node:timers/promises';
import type { AccessToken } from '../token/access-token.js';
import type { RevocationSettings } from '../settings/revocation-settings.js';
import { askIssuer, basicCredentials } from '../fetch/issuer-client.js';
import { type FeedAnswer, readFeedAnswer } from './feed-answer.js';
import { RevokedIds } from './revoked-ids.js';

export interface RevocationFeedOptions extends RevocationSettings {
  /** Where the feed is; asked anew before each call. */
  location: () => Promise<string>;
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now: () => number;
  report: (message: string) => void;
  /** Milliseconds to wait between two tries; ends early when the signal is aborted. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** No answer is longer; in bytes, some 400,000 ids. */
const LIMIT = 16 * 1024 * 1024;
const MOST_IDS = 200_000;
const FIRST_BACKOFF = 250;
const LONGEST_BACKOFF = 5_000;

/**
 * Follows the revocation feed of an issuer, by long poll, so that what it revokes dies here within a moment and without
 * a call per request. When no answer comes for longer than the bound, the feed is lost.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  readonly #revoked = new RevokedIds(MOST_IDS);
  readonly #listeners: (() => void)[] = [];
  readonly #stopping = new AbortController();
  // One for each request: signals that depend on one that lasts would pile up on it.
  #request: AbortController | undefined;
  #firstTry: Promise<void> | undefined;
  #wasTried = false;
  #cursor: string | undefined;
  #confirmedAt = -Infinity;
  #failures = 0;
  #lossReported = false;

  constructor(options: RevocationFeedOptions) {
    this.#options = options;
  }

  /** Tells those who remember tokens that some of them may have died. */
  onRevoked(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Follows the feed from now on; resolves once it has answered, or failed to, for the first time. */
  start(): Promise<void> {
    if (this.#firstTry === undefined) {
      this.#firstTry = this.#try();
      void this.#follow(this.#firstTry);
    }
    return this.#firstTry;
  }

  /** Whether it has answered, or failed to, for the first time. */
  get wasTried(): boolean {
    return this.#wasTried;
  }

  stop(): void {
    this.#stopping.abort();
    this.#request?.abort();
  }

  /** What of a token was revoked, `undefined` when nothing was. */
  find(token: AccessToken): string | undefined {
    return this.#revoked.find(token);
  }

  /** Whether the feed has not answered for longer than the bound, or told more than can be kept. */
  get isLost(): boolean {
    const { now, bound } = this.#options;
    const time = now();
    return time - this.#confirmedAt > bound * 1000 || !this.#revoked.isComplete(time);
  }

  /** Whether no token is to be believed, since the feed is lost and the policy is not to go on. */
  get refuses(): boolean {
    return this.#options.onLoss === 'refuse' && this.isLost;
  }

  async #follow(firstTry: Promise<void>): Promise<void> {
    const { pause = unreferencedPause } = this.#options;
    const { signal } = this.#stopping;
    await firstTry;
    this.#wasTried = true;
    while (!signal.aborted) {
      if (this.#failures > 0) {
        await pause(Math.min(FIRST_BACKOFF * 2 ** (this.#failures - 1), LONGEST_BACKOFF), signal);
        if (signal.aborted) return;
      }
      await this.#try();
    }
  }

  async #try(): Promise<void> {
    try {
      this.#learn(await this.#ask());
      if (this.#lossReported) this.#options.report('The revocation feed answers again');
      this.#failures = 0;
      this.#lossReported = false;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures += 1;
      this.#reportLoss(error);
    }
  }

  async #ask(): Promise<FeedAnswer> {
    const { location, fetch, bound } = this.#options;
    const url = new URL(await location());
    // Half the bound, so that an answer without news tells in time that the feed is there.
    const wait = this.#cursor === undefined ? 0 : Math.min(Math.floor(bound / 2), 25);
    if (this.#cursor !== undefined) {
      url.searchParams.set('after', this.#cursor);
      url.searchParams.set('wait', String(wait));
    }
    const answer = await this.#askWithin((wait + bound) * 1000, (signal) =>
      askIssuer(fetch, url.href, {
        headers: { Authorization: basicCredentials(this.#options) },
        limit: LIMIT,
        signal,
      }),
    );
    // A cursor that the feed does not know any longer: begin anew.
    if (answer.status === 400) this.#cursor = undefined;
    return readFeedAnswer(answer);
  }

  async #askWithin<T>(milliseconds: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const request = new AbortController();
    this.#request = request;
    if (this.#stopping.signal.aborted) request.abort();
    const timer = setTimeout(() => request.abort(new Error('no answer in time')), milliseconds);
    try {
      return await ask(request.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #learn({ cursor, grants, tokens, clients, retainFor }: FeedAnswer): void {
    const now = this.#options.now();
    const until = now + retainFor * 1000;
    this.#revoked.add('grant', grants, until);
    this.#revoked.add('token', tokens, until);
    if (clients !== undefined) this.#revoked.setClients(clients);
    this.#revoked.tidy(now);
    this.#cursor = cursor;
    this.#confirmedAt = now;
    if (grants.length + tokens.length + (clients?.length ?? 0) > 0) {
      for (const listener of this.#listeners) listener();
    }
  }

  #reportLoss(error: unknown): void {
    if (this.#lossReported || !this.isLost) return;
    this.#lossReported = true;
    const { onLoss, report } = this.#options;
    const consequence = onLoss === 'refuse' ? 'requests get 503' : 'revoked tokens pass until they expire';
    const reason = error instanceof Error ? error.message : String(error);
    report(`The revocation feed is lost, and ${consequence}: ${reason}`);
  }
}

async function unreferencedPause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
