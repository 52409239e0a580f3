import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { type Message, message } from '../locales/message.js';
import { BeginningAtUpstream } from '../sign-in/upstream/beginning-at-upstream.js';
import { IdentityRemoval, type IdentityRemovalOutcome } from '../sign-in/upstream/identity-removal.js';
import { Upstreams } from '../sign-in/upstream/upstreams.js';
import { byOwner } from './by-owner.js';
import { Notices } from './notices.js';
import { RecentProof } from './recent-proof.js';

const words: Readonly<Record<IdentityRemovalOutcome, Message>> = {
  removed: message('security.identityRemoved'),
  unknown: message('security.identityRemoved'),
  last: message('security.lastIdentity'),
};

/** Links accounts at upstreams, and takes the links away, for who has just proven to be the owner of the account here. */
@ApiExcludeController()
@Controller(endpoints.accountSecurity)
export class IdentitiesController {
  constructor(
    private readonly recentProof: RecentProof,
    private readonly removal: IdentityRemoval,
    private readonly upstreams: Upstreams,
    private readonly beginning: BeginningAtUpstream,
    private readonly notices: Notices,
  ) {}

  @Post('remove-identity')
  @UseGuards(FormGuard)
  async remove(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const { session } = owner;
    const id = formParameters(request).require('id');
    const outcome = await this.removal.remove(session.userId, id, byOwner(session, request));
    await this.notices.leave(session, words[outcome], reply);
    reply.redirect(endpoints.accountSecurity, 303);
  }

  @Post('link-identity')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async link(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const upstream = await this.upstreams.find(formParameters(request).require('upstream'));
    if (!upstream) {
      reply.redirect(endpoints.accountSecurity, 303);
      return;
    }
    const fields = { to: 'security' };
    const purpose = { kind: 'account', page: 'security' } as const;
    const linkTo = owner.session.userId;
    await this.beginning.begin({ upstream, purpose, fields, linkTo }, request, reply);
  }
}
