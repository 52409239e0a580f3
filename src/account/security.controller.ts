import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { Views } from '../views/views.js';
import { byOwner } from './by-owner.js';
import { FactorRemoval } from '../users/factor-removal.js';
import { Notices } from './notices.js';
import { type Owner, RecentProof } from './recent-proof.js';
import { SecurityPages } from './security-page.js';
import { type Message, message } from '../locales/message.js';

/**
 * The page on which people look after what they sign in with. It shows and changes only what is their own, and only for who has just
 * proven to be them with all that they have: a stolen session alone changes nothing.
 */
@ApiExcludeController()
@Controller(endpoints.accountSecurity)
export class SecurityController {
  constructor(
    private readonly pages: SecurityPages,
    private readonly recentProof: RecentProof,
    private readonly removal: FactorRemoval,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const csrfToken = this.browser.csrfToken(request, reply);
    const notice = await this.notices.take(owner.session, request, reply);
    const content = await this.pages.contentFor(owner.session);
    pageHeaders(reply);
    reply.send(this.views.render('security', { ...content, csrfToken, notice }, reply));
  }

  @Post('remove-authenticator')
  @UseGuards(FormGuard)
  async removeAuthenticator(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const { session } = owner;
    await this.removal.removeAuthenticator(session.userId, byOwner(session, request));
    await this.done(message('security.appRemoved'), owner, reply);
  }

  @Post('remove-passkey')
  @UseGuards(FormGuard)
  async removePasskey(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const { session } = owner;
    const id = formParameters(request).require('id');
    const isRemoved = await this.removal.removePasskey(session.userId, id, byOwner(session, request));
    const notice = isRemoved ? message('security.passkeyRemoved') : message('security.lastPasskey');
    await this.done(notice, owner, reply);
  }

  /** Shows the page again, which says what was done. */
  private async done(notice: Message, { session }: Owner, reply: FastifyReply): Promise<void> {
    await this.notices.leave(session, notice, reply);
    reply.redirect(endpoints.accountSecurity, 303);
  }
}
