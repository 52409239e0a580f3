import { BlockList, isIPv6 } from 'node:net';
import { BearerError, BearerGuard, type BearerRequest } from '@eyrie/guard';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { adminScope } from './in-process-verifier.js';

/** Lets whoever calls from an address in `EYRIE_METRICS` read metrics, and others with an access token as for the admin API. */
@Injectable()
export class MetricsGuard implements CanActivate {
  private readonly addresses = new BlockList();

  constructor(
    private readonly bearer: BearerGuard,
    @Inject(SETTINGS) settings: Settings,
  ) {
    for (const entry of settings.metrics?.addresses ?? []) {
      const [address = '', bits] = entry.split('/');
      if (bits === undefined) this.addresses.addAddress(address, familyOf(address));
      else this.addresses.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** @throws BearerError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & BearerRequest>();
    if (this.isAllowed(request.ip)) return true;
    await this.bearer.canActivate(context);
    const token = request.accessToken;
    if (token?.scopes.has(adminScope.read) && token.claims.administers === true) return true;
    const description = `Metrics need the scope ${adminScope.read}`;
    const refusal = new BearerError('insufficient_scope', description, {
      status: 403,
      challenge: `Bearer realm="eyrie", error="insufficient_scope", scope="${adminScope.read}"`,
    });
    http.getResponse<FastifyReply>().headers(refusal.headers);
    throw refusal;
  }

  private isAllowed(ip: string): boolean {
    // An IPv4 address as a socket for both families tells it.
    const address = ip.replace(/^::ffff:(?=\d+\.)/i, '');
    return this.addresses.check(address, familyOf(address));
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
