import { randomBytes } from 'node:crypto';
import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { Sessions } from '../sessions/sessions.js';
import { UpstreamSignOut } from '../sign-in/upstream/logout/upstream-sign-out.js';
import { Views } from '../views/views.js';
import { byOwner } from './by-owner.js';
import { Notices } from './notices.js';
import { AccountPages } from './account-page.js';
import { ConsentRecords } from '../consent/consent-records.js';
import { type Message, message } from '../locales/message.js';

/** The page on which resource owners see and withdraw what they granted. It shows the signed-in user only their own data. */
@ApiExcludeController()
@Controller(endpoints.account)
export class AccountController {
  constructor(
    private readonly pages: AccountPages,
    private readonly consents: ConsentRecords,
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly signedOut: UpstreamSignOut,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const csrfToken = this.browser.csrfToken(request, reply);
    const notice = await this.notices.take(session, request, reply);
    const scriptNonce = randomBytes(16).toString('base64url');
    const content = await this.pages.contentFor(session);
    pageHeaders(reply, { scriptNonce });
    reply.send(this.views.render('account', { ...content, csrfToken, notice, scriptNonce }, reply));
  }

  @Post('withdraw')
  @UseGuards(FormGuard)
  async withdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const clientId = formParameters(request).require('client_id');
    const name = await this.pages.clientName(clientId);
    await this.consents.withdraw(session.userId, clientId, byOwner(session, request));
    await this.done(message('account.withdrawn', { client: name }), session, reply);
  }

  /** Stops every agent at once: one button, for when there is no time to look for the one. */
  @Post('agents/stop')
  @UseGuards(FormGuard)
  async stopAgents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const stopped = await this.consents.withdrawAgents(session.userId, byOwner(session, request));
    await this.done(
      stopped === 0 ? message('account.noAgents') : message('account.agentsStopped', { count: stopped }),
      session,
      reply,
    );
  }

  @Post('sessions/revoke')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async endSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const id = formParameters(request).require('session_id');
    if (id === session.id) {
      await this.sessions.close(session, reply);
      await this.signedOut.answer(reply, [session.id], { returnTo: endpoints.account });
      return;
    }
    await this.sessions.end(id, session.userId, byOwner(session, request));
    await this.done(message('account.sessionEnded'), session, reply);
  }

  @Post('sessions/revoke-others')
  @UseGuards(FormGuard)
  async endOtherSessions(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const ended = await this.sessions.endOthers(session, byOwner(session, request));
    await this.done(
      ended === 0 ? message('account.noOthers') : message('account.othersEnded', { count: ended }),
      session,
      reply,
    );
  }

  @Post('devices/forget')
  @UseGuards(FormGuard)
  async forgetDevices(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    await this.devices.forgetAll(session.userId, byOwner(session, request));
    await this.done(message('account.devicesForgotten'), session, reply);
  }

  @Post('sign-out')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (formParameters(request).get('all') !== undefined) {
      await this.signedOut.answer(reply, await this.sessions.closeAll(reply));
      return;
    }
    const session = await this.sessions.current(request);
    if (session) await this.sessions.close(session, reply);
    else await this.sessions.forgetEnded(reply);
    await this.signedOut.answer(reply, session ? [session.id] : []);
  }

  /** Shows the page again, which says what was done. */
  private async done(notice: Message, session: ActiveSession, reply: FastifyReply): Promise<void> {
    await this.notices.leave(session, notice, reply);
    reply.redirect(endpoints.account, 303);
  }

  /** The session, or a redirect to the sign-in page. */
  private async signedIn(request: FastifyRequest, reply: FastifyReply): Promise<ActiveSession | undefined> {
    const session = await this.sessions.current(request);
    if (!session) reply.redirect(endpoints.signIn, 303);
    return session;
  }
}
