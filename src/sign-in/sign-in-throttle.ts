import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { countersOf, type LimitCounter, waitFor } from '../http/network-limits.js';
import { ThrottlesStore } from '../persistence/stores/throttles.store.js';
import { usernameKey } from '../persistence/stores/users.store.js';

/** Who tries to sign in, and from where. */
export interface SignInAttempt {
  readonly username: string;
  readonly address: string;
  /** The User-Agent header, for the audit trail. */
  readonly userAgent?: string | undefined;
  /** The id of the device, if this user has signed in on it before. */
  readonly knownDevice: string | undefined;
  /** Whether a first factor is proven. Such attempts have a count of their own, which a right password does not reset. */
  readonly isFurther?: boolean;
}

/** A failure that was counted. */
export interface CountedFailure {
  /** The seconds to wait if it was one too many. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether it was the first that is one too many. */
  readonly isFirstTooMany: boolean;
}

/**
 * Counts failed sign-ins per account and per network, in the database, so that all replicas count together. Only failures count, so
 * that right passwords may come at any rate. An account with too many failures is closed; from a network with too many failures a right
 * password still opens every other account. Devices on which the user has signed in before have a count of their own alone: an
 * attacker who uses up the attempts of an account does not lock out its owner.
 */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Looks whether the account is closed: before the password is checked, and again if it was right, since other guesses may have
   * failed meanwhile. So guesses that are sent at once find out no more than those that are sent one by one.
   * @returns the seconds to wait if there were too many failures, otherwise undefined
   */
  async wait(attempt: SignInAttempt): Promise<number | undefined> {
    return waitFor([this.accountCounter(attempt)], this.store, this.clock.now());
  }

  /**
   * Counts an attempt against the account before it is made, so that no more attempts are made at once than one by one: what is checked
   * elsewhere may be checked more often than its owner allows. {@link succeed} or {@link release} takes it back.
   */
  async reserve(attempt: SignInAttempt): Promise<CountedFailure> {
    return this.count([this.accountCounter(attempt)]);
  }

  /** Takes back an attempt that was reserved, and of which nobody knows whether it was right. */
  async release(attempt: SignInAttempt): Promise<void> {
    await this.store.takeBack(this.accountCounter(attempt).keyHash);
  }

  /** Counts a failure. @param isReserved whether the account has counted it already */
  async fail(attempt: SignInAttempt, isReserved = false): Promise<CountedFailure> {
    const account = isReserved ? [] : [this.accountCounter(attempt)];
    return this.count([...account, ...this.networkCounters(attempt)]);
  }

  private async count(counters: readonly LimitCounter[]): Promise<CountedFailure> {
    if (counters.length === 0) return { retryAfterSeconds: undefined, isFirstTooMany: false };
    const { window } = this.settings.signIn;
    const now = this.clock.now();
    const counts = await this.store.countAll(
      counters.map(({ keyHash }) => keyHash),
      now,
      window,
    );
    const excess = counts.map(({ attempts, endsAt }, index) => ({
      by: attempts - (counters[index]?.maxCount ?? 0),
      endsAt,
    }));
    const over = excess.filter(({ by }) => by > 0);
    return {
      retryAfterSeconds: over.length === 0 ? undefined : Math.max(...over.map(({ endsAt }) => endsAt)) - now,
      isFirstTooMany: over.some(({ by }) => by === 1),
    };
  }

  /** Records that the right password was given: the account starts afresh. */
  async succeed(attempt: SignInAttempt): Promise<void> {
    await this.store.forget(this.accountCounter(attempt).keyHash);
  }

  private accountCounter({ username, knownDevice, isFurther = false }: SignInAttempt): LimitCounter {
    const kind = isFurther ? 'further factor' : 'account';
    return {
      keyHash: lookupHash(`sign-in ${kind} ${usernameKey(username)} ${knownDevice ?? ''}`),
      maxCount: this.settings.signIn.attempts,
    };
  }

  private networkCounters({ address, knownDevice }: SignInAttempt): LimitCounter[] {
    if (knownDevice !== undefined) return [];
    const { attemptsPerAddress, window } = this.settings.signIn;
    const limit = { name: 'sign-in address', maxCount: attemptsPerAddress, windowSeconds: window };
    return countersOf(limit, address);
  }
}
