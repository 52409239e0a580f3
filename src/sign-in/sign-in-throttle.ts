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
  /** The id of the device, if this user has signed in on it before. */
  readonly knownDevice: string | undefined;
}

/**
 * Counts failed sign-ins per account and per address, in the database, so that all replicas count together. Devices on which
 * the user has signed in before are counted separately: an attacker who uses up the attempts of an account does not lock out its
 * owner.
 */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an attempt before its answer is checked, so that parallel attempts cannot exceed the limit.
   * @returns the seconds to wait if there were too many attempts, else undefined
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

  /** Records that an attempt succeeded: it does not count, and the count of the account is reset. */
  async succeed(attempt: SignInAttempt): Promise<void> {
    await this.store.refund(addressKey(attempt));
    await this.store.forget(accountKey(attempt));
  }
}

const addressKey = ({ address }: SignInAttempt): string =>
  lookupHash(`sign-in address ${networkOf(address)}`);

const accountKey = ({ username, knownDevice }: SignInAttempt): string =>
  lookupHash(`sign-in account ${usernameKey(username)} ${knownDevice ?? ''}`);
