import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { networkOf } from '../http/network.js';
import { ThrottlesStore } from '../persistence/stores/throttles.store.js';
import { usernameKey } from '../persistence/stores/users.store.js';

/** Who tries to sign in, and from where. */
export interface SignInAttempt {
  readonly username: string;
  readonly address: string;
  /** The device, when this very user signed in on it before. */
  readonly knownDevice: string | undefined;
}

/**
 * Counts failed sign-ins per account and per address, in the database, so that all replicas count together. Devices on which
 * the user signed in before are counted apart: a stranger who uses up an account's attempts does not lock its owner out.
 */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an attempt before its password is looked at, so that parallel ones cannot slip through.
   * @returns the seconds to wait when there were too many, else undefined
   */
  async enter(attempt: SignInAttempt): Promise<number | undefined> {
    const { attempts, attemptsPerAddress, window } = this.settings.signIn;
    const now = this.clock.now();
    const byAddress = await this.store.count(addressKey(attempt), now, window);
    if (byAddress.attempts > attemptsPerAddress) return byAddress.endsAt - now;
    const byAccount = await this.store.count(accountKey(attempt), now, window);
    if (byAccount.attempts > attempts) return byAccount.endsAt - now;
    return undefined;
  }

  /** The attempt was good: it does not count, and the account starts afresh. */
  async succeed(attempt: SignInAttempt): Promise<void> {
    await this.store.refund(addressKey(attempt));
    await this.store.forget(accountKey(attempt));
  }
}

const addressKey = ({ address }: SignInAttempt): string =>
  lookupHash(`sign-in address ${networkOf(address)}`);

const accountKey = ({ username, knownDevice }: SignInAttempt): string =>
  lookupHash(`sign-in account ${usernameKey(username)} ${knownDevice ?? ''}`);
