import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { UpstreamRefusals } from './upstream-refusals.js';
import { type BegunAtUpstream, UpstreamSignIn } from './upstream-sign-in.js';

/** Sends people to an upstream, counted per network, with a page where that does not work. */
@Injectable()
export class BeginningAtUpstream {
  constructor(
    private readonly signIn: UpstreamSignIn,
    private readonly refusals: UpstreamRefusals,
    private readonly anonymous: AnonymousRequests,
  ) {}

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
