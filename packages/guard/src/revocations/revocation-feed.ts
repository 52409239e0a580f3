import { setTimeout as delay } from 'node:timers/promises';
import type { AccessToken } from '../token/access-token.js';
import type { RevocationSettings } from '../settings/revocation-settings.js';
import { askIssuer, basicCredentials } from '../fetch/issuer-client.js';
import { reasonOf } from '../fetch/reason.js';
import { type FeedAnswer, readFeedAnswer } from './feed-answer.js';
import { RevokedIds } from './revoked-ids.js';

export interface RevocationFeedOptions extends RevocationSettings {
  /** The URL of the feed. It is called before each request. */
  location: () => Promise<string>;
  fetch: typeof fetch;
  /** Milliseconds of a monotonic clock. */
  elapsed: () => number;
  report: (message: string) => void;
  /** Waits between two attempts. It must end early if the signal is aborted. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** A longer response is an error. This is enough for some 400,000 ids. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_IDS = 200_000;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 5_000;
/** The longest time for which a request waits for news. */
const MAX_WAIT_SECONDS = 25;

/**
 * Follows the revocation feed of an issuer by long polling, so that revoked tokens are refused soon after their revocation, without a
 * call per request. If there is no response for longer than the bound, the feed is lost.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions;
  readonly #revoked = new RevokedIds(MAX_IDS);
  readonly #listeners: (() => void)[] = [];
  readonly #stopping = new AbortController();
  // Each request has its own controller: signals derived from one long-lived signal would accumulate on it.
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

  /** Calls the listener after each revocation, so that it can evict tokens from its cache. */
  onRevoked(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Starts to follow the feed. Resolves after the first response or the first failure. */
  start(): Promise<void> {
    if (this.#firstTry === undefined) {
      this.#firstTry = this.#try();
      void this.#follow(this.#firstTry);
    }
    return this.#firstTry;
  }

  /** Whether there was a first response or a first failure. */
  get wasTried(): boolean {
    return this.#wasTried;
  }

  stop(): void {
    this.#stopping.abort();
    this.#request?.abort();
  }

  /** What was revoked: the token, its grant or its client; `undefined` if none was. */
  find(token: AccessToken): string | undefined {
    return this.#revoked.find(token);
  }

  /** Whether there was no response for longer than the bound, or more ids than can be kept. */
  get isLost(): boolean {
    const { elapsed, bound } = this.#options;
    const time = elapsed();
    return time - this.#confirmedAt > bound * 1000 || !this.#revoked.isComplete(time);
  }

  /** Whether all tokens are refused, since the feed is lost and `onLoss` is `refuse`. */
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
        await pause(Math.min(FIRST_BACKOFF_MS * 2 ** (this.#failures - 1), MAX_BACKOFF_MS), signal);
        if (signal.aborted) return;
      }
      await this.#try();
    }
  }

  async #try(): Promise<void> {
    try {
      this.#apply(await this.#poll());
      if (this.#lossReported) this.#options.report('The revocation feed responds again');
      this.#failures = 0;
      this.#lossReported = false;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures += 1;
      this.#reportLoss(error);
    }
  }

  async #poll(): Promise<FeedAnswer> {
    const { location, fetch, bound } = this.#options;
    const url = new URL(await location());
    // Half the bound, so that a response without news arrives before the feed counts as lost.
    const wait = this.#cursor === undefined ? 0 : Math.min(Math.floor(bound / 2), MAX_WAIT_SECONDS);
    if (this.#cursor !== undefined) {
      url.searchParams.set('after', this.#cursor);
      url.searchParams.set('wait', String(wait));
    }
    const answer = await this.#within((wait + bound) * 1000, (signal) =>
      askIssuer(fetch, url.href, {
        headers: { Authorization: basicCredentials(this.#options) },
        maxBytes: MAX_BYTES,
        signal,
      }),
    );
    // The feed does not accept the cursor. Start again without one.
    if (answer.status === 400) this.#cursor = undefined;
    return readFeedAnswer(answer);
  }

  async #within<T>(milliseconds: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const request = new AbortController();
    this.#request = request;
    if (this.#stopping.signal.aborted) request.abort();
    const timer = setTimeout(() => request.abort(new Error('no response in time')), milliseconds);
    try {
      return await ask(request.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #apply({ cursor, grants, tokens, clients, retainFor }: FeedAnswer): void {
    const now = this.#options.elapsed();
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
    const consequence =
      onLoss === 'refuse' ? 'requests get 503' : 'revoked tokens are accepted until they expire';
    report(`The revocation feed is lost, and ${consequence}: ${reasonOf(error)}`);
  }
}

async function unreferencedPause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
