import { randomBytes } from 'node:crypto';
import { Breaker } from '../fetch/breaker.js';
import { Line } from '../fetch/line.js';
import { reasonOf } from '../fetch/reason.js';
import { traced } from '../telemetry/tracing.js';
import type { Observer } from '../telemetry/observer.js';
import type { AccessToken } from '../token/access-token.js';
import { InvalidToken, VerifierUnavailable } from '../token/token-verifier.js';
import { introspect, IntrospectionFailure, type IntrospectionRules } from './introspection.js';

/** Introspection requests at once, and requests that wait for them. Further ones get 503. */
const MAX_AT_ONCE = 32;
const MAX_WAITING = 512;

export interface IntrospectorOptions {
  /** The URL of the endpoint. It is called before each request. @throws {VerifierUnavailable} if it is not known */
  location: () => Promise<string>;
  /** Milliseconds of a monotonic clock. */
  elapsed: () => number;
  report: (message: string) => void;
  observer: Observer | undefined;
}

/**
 * The introspection endpoint of an issuer. Since anybody can cause requests by tokens that do not exist, the number of requests is
 * limited; and if the endpoint fails, it is left alone for a while.
 */
export class Introspector {
  readonly #options: IntrospectorOptions;
  readonly #line = new Line(MAX_AT_ONCE, MAX_WAITING);
  readonly #breaker: Breaker;
  #worked = false;

  constructor(options: IntrospectorOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.elapsed);
  }

  /**
   * Introspects a token.
   *
   * @returns the token, and the monotonic time in milliseconds at which it was asked for
   * @throws {InvalidToken} if the token is not active, or is for another audience
   * @throws {VerifierUnavailable} if that is not known
   */
  async ask(token: string, rules: IntrospectionRules): Promise<[token: AccessToken, askedAt: number]> {
    const endpoint = await this.#options.location();
    if (this.#line.isFull) throw new VerifierUnavailable('Too many tokens are being introspected', 1);
    return this.#line.run(async () => {
      if (!this.#breaker.enter()) throw this.#unavailable();
      const askedAt = this.#options.elapsed();
      return [await this.#asked(() => introspect(token, endpoint, rules)), askedAt];
    });
  }

  /**
   * Checks that the endpoint answers, by asking for a token that does not exist, unless its last response was good.
   *
   * @throws {VerifierUnavailable} if it does not
   */
  async check(rules: IntrospectionRules): Promise<void> {
    if (this.#worked && this.#breaker.reason === undefined) return;
    try {
      await this.ask(randomBytes(32).toString('base64url'), rules);
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
    }
  }

  async #asked(ask: () => Promise<AccessToken>): Promise<AccessToken> {
    try {
      const token = await traced('introspect access token', ask);
      this.#succeeded();
      return token;
    } catch (error) {
      if (error instanceof InvalidToken) {
        this.#succeeded();
        throw error;
      }
      return this.#failed(error);
    }
  }

  #succeeded(): void {
    if (this.#breaker.reason !== undefined) this.#options.report('Introspection works again');
    this.#worked = true;
    this.#breaker.succeeded();
    this.#options.observer?.called('introspection', 'ok');
  }

  #failed(error: unknown): never {
    const reason = reasonOf(error);
    // Other tokens are not to suffer from a token that the endpoint cannot digest.
    if (error instanceof IntrospectionFailure && error.ofToken) this.#breaker.succeeded();
    else this.#breaker.failed(reason);
    const { pause } = this.#breaker;
    const next = pause > 0 ? `, next attempt in ${Math.ceil(pause)} s` : '';
    this.#options.report(`Introspection failed${next}: ${reason}`);
    this.#options.observer?.called('introspection', 'failed');
    throw this.#unavailable(error);
  }

  #unavailable(cause: unknown = this.#breaker.reason): VerifierUnavailable {
    const retryAfter = Math.max(1, Math.ceil(this.#breaker.pause));
    return new VerifierUnavailable('The token cannot be introspected', retryAfter, { cause });
  }
}
