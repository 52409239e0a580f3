import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { networkOf } from '../../http/network.js';
import { ThrottlesStore } from '../../persistence/stores/throttles.store.js';
import { OAuthError } from '../../protocol/errors.js';

/** Seconds in which registrations are counted. */
export const registrationWindow = 3_600;

/** Bounds how many clients a stranger registers (RFC 7591 §5), counted in the database, so that all replicas count together. */
@Injectable()
export class RegistrationThrottle {
  constructor(
    private readonly store: ThrottlesStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an attempt, refused ones too: what they name may have to be fetched.
   * @throws OAuthError 429 when there were too many
   */
  async enter(address: string): Promise<void> {
    const now = this.clock.now();
    const key = lookupHash(`registration ${networkOf(address)}`);
    const { attempts, endsAt } = await this.store.count(key, now, registrationWindow);
    if (attempts > this.settings.registrationAttemptsPerAddress)
      throw new OAuthError('temporarily_unavailable', 'there were too many registrations from this address', {
        status: 429,
        retryAfter: endsAt - now,
      });
  }
}
