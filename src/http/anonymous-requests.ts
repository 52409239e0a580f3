import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OAuthError } from '../protocol/errors.js';
import { addressOf } from './network.js';
import { type NetworkLimit, NetworkLimits } from './network-limits.js';

/** What anonymous requests can make this service write or fetch. Each is counted apart. */
export type AnonymousWork =
  | 'pushed request'
  | 'device authorization'
  | 'failed DPoP request'
  | 'request_uri fetch'
  | 'client document fetch'
  | 'cancelled sign-in'
  | 'home realm look-up'
  | 'upstream sign-in'
  | 'upstream logout';

const windowSeconds = 60;

/**
 * Bounds what anonymous requests from one network write or fetch (`EYRIE_ANONYMOUS_REQUESTS`). A request is anonymous unless its client
 * has proven who it is and an operator registered it.
 */
@Injectable()
export class AnonymousRequests {
  constructor(
    private readonly limits: NetworkLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Counts work that is about to be done for a request.
   * @throws OAuthError temporarily_unavailable with status 429 if there was too much of it from its network
   */
  async count(work: AnonymousWork, http: FastifyRequest): Promise<void> {
    refuse(await this.limits.count(this.limitOf(work), addressOf(http)));
  }

  /**
   * Looks whether there was too much work, for work that is counted only if the request fails.
   * @throws OAuthError as {@link count}
   */
  async check(work: AnonymousWork, http: FastifyRequest): Promise<void> {
    refuse(await this.limits.wait(this.limitOf(work), addressOf(http)));
  }

  private limitOf(work: AnonymousWork): NetworkLimit {
    return { name: work, maxCount: this.settings.anonymousRequests, windowSeconds, isRecorded: true };
  }
}

function refuse(retryAfter: number | undefined): void {
  if (retryAfter !== undefined)
    throw new OAuthError('temporarily_unavailable', 'there were too many requests from this network', {
      status: 429,
      retryAfter,
    });
}
