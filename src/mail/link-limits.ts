import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { NetworkLimits } from '../http/network-limits.js';
import { ThrottlesStore } from '../persistence/stores/throttles.store.js';

const windowSeconds = 3_600;

/** Limits how many mails with links or codes people can ask for, for one account and from one network. */
@Injectable()
export class LinkLimits {
  constructor(
    private readonly limits: NetworkLimits,
    private readonly throttles: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts a request.
   * @param account what stands for the account, whether there is one or not
   * @param address the network address of the request
   * @returns the seconds to wait if it is one too many, otherwise undefined
   */
  async count(account: string, address: string): Promise<number | undefined> {
    const { perNetwork } = this.settings.mail;
    const limit = { name: 'mailed link', maxCount: perNetwork, windowSeconds, isRecorded: true };
    return (await this.limits.count(limit, address)) ?? this.countForAccount(account);
  }

  /** The same for the account alone, for whoever has proven to be its owner. */
  async countForAccount(account: string): Promise<number | undefined> {
    const now = this.clock.now();
    const { attempts, endsAt } = await this.throttles.count(keyOf(account), now, windowSeconds);
    return attempts > this.settings.mail.perAccount ? endsAt - now : undefined;
  }

  /** Forgets what was counted for an account. */
  async forget(account: string): Promise<void> {
    await this.throttles.forget(keyOf(account));
  }
}

const keyOf = (account: string): string => lookupHash(`mailed link ${account}`);
