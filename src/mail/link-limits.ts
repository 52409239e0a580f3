import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { NetworkLimits } from '../http/network-limits.js';
import { ThrottlesStore } from '../persistence/stores/throttles.store.js';

const windowSeconds = 3_600;

/** Limits how many mails with links people can ask for, for one account and from one network. */
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
    const { perAccount, perNetwork } = this.settings.mail;
    const limit = { name: 'mailed link', maxCount: perNetwork, windowSeconds, isRecorded: true };
    const closed = await this.limits.count(limit, address);
    if (closed !== undefined) return closed;
    const now = this.clock.now();
    const key = lookupHash(`mailed link ${account}`);
    const { attempts, endsAt } = await this.throttles.count(key, now, windowSeconds);
    return attempts > perAccount ? endsAt - now : undefined;
  }
}
