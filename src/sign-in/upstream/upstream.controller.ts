import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { queryOf } from '../../http/forms.js';
import { HomeRealms } from './home-realms.js';
import { UpstreamArrival } from './upstream-arrival.js';
import { upstreamIsGone, UpstreamRefusals } from './upstream-refusals.js';
import { UpstreamRequests } from './upstream-requests.js';
import { UpstreamSignIn } from './upstream-sign-in.js';
import { Upstreams } from './upstreams.js';

/** Takes the answers of upstreams. It is public; an answer counts once, in the browser that was sent there. */
@ApiExcludeController()
@Controller()
export class UpstreamController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly homeRealms: HomeRealms,
    private readonly signIn: UpstreamSignIn,
    private readonly requests: UpstreamRequests,
    private readonly arrival: UpstreamArrival,
    private readonly refusals: UpstreamRefusals,
    private readonly anonymous: AnonymousRequests,
  ) {}

  @Get(`${endpoints.upstream}/:alias/callback`)
  async finish(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.upstreams.find(alias);
    if (!upstream) throw upstreamIsGone();
    const query = queryOf(request);
    const parameters = new URLSearchParams(query);
    const answered = { state: parameters.get('state') ?? '', receipt: parameters.get('receipt') };
    await this.anonymous.check('upstream sign-in', request);
    const taken = await this.requests.take(answered, upstream, request).catch(async (error: unknown) => {
      await this.anonymous.count('upstream sign-in', request);
      throw await this.refusals.pageOf(error, upstream, request);
    });
    try {
      const answer = await this.signIn.finish(upstream, taken, `?${query}`);
      this.homeRealms.remember(upstream, reply);
      await this.arrival.receive(upstream, taken, answer, request, reply);
    } catch (error) {
      throw await this.refusals.pageOf(error, upstream, request, taken.purpose);
    }
  }
}
