import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { queryParameters } from '../../../http/forms.js';
import { Views } from '../../../views/views.js';
import { showOnwards } from '../onwards.js';
import { UpstreamProtocols } from '../protocols/protocols.js';
import { upstreamIsGone } from '../upstream-refusals.js';
import { Upstreams } from '../upstreams.js';
import { signOutPageOf } from './sign-out-refusals.js';
import { SignOutsUnderWay } from './sign-outs-under-way.js';
import { UpstreamSignOut } from './upstream-sign-out.js';
import { SignOutReturn } from './sign-out-return.js';

/** Leads people who have signed out here to the upstream, and takes them back. It is public: the handle of a sign-out counts once. */
@ApiExcludeController()
@Controller(endpoints.upstream)
export class SignOutController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly protocols: UpstreamProtocols,
    private readonly underWay: SignOutsUnderWay,
    private readonly signOut: UpstreamSignOut,
    private readonly signOutReturn: SignOutReturn,
    private readonly views: Views,
  ) {}

  /** @throws PageError 404; 400 for a handle that is not known; 503 if the upstream does not answer */
  @Get(':alias/sign-out')
  async begin(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = (await this.upstreams.all()).find((one) => one.alias === alias);
    if (!upstream) throw upstreamIsGone();
    const state = queryParameters(request).get('state') ?? '';
    let onwards: string | undefined;
    try {
      const { requestId: id, session, others, way } = await this.underWay.look(state, upstream.id);
      onwards = way.returnTo;
      const returnUri = this.signOutReturn.uriAt(upstream);
      const there = await this.protocols
        .named(upstream.protocol)
        .signOut?.(upstream, session.handle, { id, state, returnUri });
      if (there) {
        showOnwards(this.views, upstream, there, reply, 'sign-out');
        return;
      }
      await this.underWay.use(state);
      await this.signOut.goOn(reply, others, way);
    } catch (error) {
      throw signOutPageOf(error, upstream, onwards);
    }
  }

  /** Where OpenID providers send the browser back (OIDC RP-Initiated Logout §3). */
  @Get(':alias/signed-out')
  async finish(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = (await this.upstreams.all()).find((one) => one.alias === alias);
    if (upstream?.protocol !== 'oidc') throw upstreamIsGone();
    await this.signOutReturn.receive(upstream, queryParameters(request).get('state'), async () => {}, reply);
  }
}
