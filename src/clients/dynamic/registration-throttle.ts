import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { NetworkLimits } from '../../http/network-limits.js';
import { OAuthError } from '../../protocol/errors.js';

/** The window in which registrations are counted. */
export const registrationWindowSeconds = 3_600;

/** Limits open registrations from one network (RFC 7591 §5). The count is in the database, so that all replicas share it. */
@Injectable()
export class RegistrationThrottle {
  constructor(
    private readonly limits: NetworkLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts an attempt. Failed attempts count too, since they may cause a fetch.
   * @throws OAuthError temporarily_unavailable with status 429 if there were too many
   */
  async enter(address: string): Promise<void> {
    const limit = {
      name: 'registration',
      maxCount: this.settings.registrationAttemptsPerAddress,
      windowSeconds: registrationWindowSeconds,
      isRecorded: true,
    };
    const retryAfter = await this.limits.count(limit, address);
    if (retryAfter !== undefined)
      throw new OAuthError('temporarily_unavailable', 'there were too many registrations from this address', {
        status: 429,
        retryAfter,
      });
  }
}
