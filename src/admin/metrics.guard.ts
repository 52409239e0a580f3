import { BearerError, BearerGuard, type BearerRequest } from '@eyrie/guard';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { addressMatcher } from '../config/address-matcher.js';
import { plainAddress } from '../http/network.js';
import { adminScope } from '../resource/rights.js';

/** Admits requests from the addresses in `EYRIE_METRICS`, and others with an access token as for the admin API. */
@Injectable()
export class MetricsGuard implements CanActivate {
  private readonly isAllowed: (address: string | undefined) => boolean;

  constructor(
    private readonly bearer: BearerGuard,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.isAllowed = addressMatcher(settings.metrics?.addresses ?? []);
  }

  /** @throws BearerError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & BearerRequest>();
    if (this.isAllowed(plainAddress(request.ip))) return true;
    await this.bearer.canActivate(context);
    const token = request.accessToken;
    if (token?.scopes.has(adminScope.read)) return true;
    const description = `Metrics need the scope ${adminScope.read}`;
    const error = new BearerError('insufficient_scope', description, {
      status: 403,
      challenge: `Bearer realm="eyrie", error="insufficient_scope", scope="${adminScope.read}"`,
    });
    http.getResponse<FastifyReply>().headers(error.headers);
    throw error;
  }
}
