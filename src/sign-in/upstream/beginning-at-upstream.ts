import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { upstreamIsGone, UpstreamRefusals } from './upstream-refusals.js';
import { type BegunAtUpstream, UpstreamSignIn } from './upstream-sign-in.js';
import { Upstreams } from './upstreams.js';

/** Sends people to an upstream, counted per network, with a page where that does not work. */
@Injectable()
export class BeginningAtUpstream {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly signIn: UpstreamSignIn,
    private readonly refusals: UpstreamRefusals,
    private readonly anonymous: AnonymousRequests,
  ) {}

  /** @throws PageError also if nobody can sign in at an upstream of that alias */
  async beginAt(
    alias: string,
    begun: Omit<BegunAtUpstream, 'upstream'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.upstreams.find(alias);
    if (!upstream) throw upstreamIsGone();
    await this.begin({ ...begun, upstream }, request, reply);
  }

  /** @throws PageError */
  async begin(begun: BegunAtUpstream, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.anonymous.count('upstream sign-in', request);
    try {
      await this.signIn.begin(begun, request, reply);
    } catch (error) {
      throw await this.refusals.pageOf(error, begun.upstream, request, begun.fields);
    }
  }
}
