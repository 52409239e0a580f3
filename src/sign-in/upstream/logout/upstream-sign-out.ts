import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { verbatim } from '../../../locales/message.js';
import { SignedOut, type SignedOutWay } from '../../../sessions/signed-out.js';
import { Upstreams } from '../upstreams.js';
import { SignOutsUnderWay } from './sign-outs-under-way.js';
import { type SessionThere, UpstreamSignOutHandles } from './upstream-sign-out-handles.js';

/** Answers a sign-out here. It goes on at the upstreams from which the sessions came, where their definitions say so. */
@Injectable()
export class UpstreamSignOut {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly handles: UpstreamSignOutHandles,
    private readonly underWay: SignOutsUnderWay,
    private readonly signedOut: SignedOut,
  ) {}

  /** @param sessionIds the sessions that have just ended */
  async answer(reply: FastifyReply, sessionIds: readonly string[], way: SignedOutWay = {}): Promise<void> {
    const isWanted = (await this.upstreams.all()).some(({ sign_out_there: wanted }) => wanted);
    const there = isWanted ? await this.handles.of(sessionIds) : [];
    await this.goOn(reply, there, way, sessionIds);
  }

  /** Goes on at the next upstream, or in the end where the person wanted to go. */
  async goOn(
    reply: FastifyReply,
    there: readonly SessionThere[],
    way: SignedOutWay,
    sessionIds: readonly string[] = [],
  ): Promise<void> {
    const wanted = (await this.upstreams.all()).filter(({ sign_out_there: isWanted }) => isWanted);
    const known = there.filter(({ upstreamId }) => wanted.some(({ id }) => id === upstreamId));
    const [session, ...others] = known;
    const upstream = wanted.find(({ id }) => id === session?.upstreamId);
    if (!session || !upstream) {
      await this.signedOut.answer(reply, sessionIds, way);
      return;
    }
    const state = await this.underWay.keep({ session, others, way });
    const returnTo = `${endpoints.upstream}/${upstream.alias}/sign-out?state=${state}`;
    await this.signedOut.answer(reply, sessionIds, { upstream: verbatim(upstream.name), returnTo });
  }
}
