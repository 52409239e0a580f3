import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { networkOf } from '../../http/network.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';
import { OAuthError } from '../../protocol/errors.js';

/** The window in which registrations are counted. */
export const registrationWindowSeconds = 3_600;

/** Limits open registrations from one network (RFC 7591 §5). The count is in the database, so that all replicas share it. */
@Injectable()
export class RegistrationThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an attempt. Failed attempts count too, since they may cause a fetch.
   * @throws OAuthError temporarily_unavailable with status 429 if there were too many
   */
  async enter(address: string): Promise<void> {
    const now = this.clock.now();
    const key = lookupHash(`registration ${networkOf(address)}`);
    const { attempts, endsAt } = await this.store.count(key, now, registrationWindowSeconds);
    if (attempts > this.settings.registrationAttemptsPerAddress)
      throw new OAuthError('temporarily_unavailable', 'there were too many registrations from this address', {
        status: 429,
        retryAfter: endsAt - now,
      });
  }
}
