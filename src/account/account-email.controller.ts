import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import type { AccountEmailPage } from '../views/mailed-page-models.js';
import { Views } from '../views/views.js';
import { OwnEmail, type OwnEmailOutcome } from './own-email.js';
import { Notices } from './notices.js';

/** The page on which people verify and change their e-mail address. */
@ApiExcludeController()
@Controller(endpoints.accountEmail)
export class AccountEmailController {
  constructor(
    private readonly email: OwnEmail,
    private readonly sessions: Sessions,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const notice = await this.notices.take(session, request, reply);
    await this.render(session, { notice }, request, reply);
  }

  @Post('verify')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async verify(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const outcome = await this.email.askToVerify(session.userId, request);
    await this.answer(session, outcome, {}, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const form = formParameters(request);
    const newEmail = form.get('new_email')?.trim() ?? '';
    const outcome = await this.email.askToChange(
      session,
      { newEmail, password: form.get('password') ?? '' },
      request,
    );
    await this.answer(session, outcome, { newEmail }, request, reply);
  }

  private async answer(
    session: ActiveSession,
    outcome: OwnEmailOutcome,
    typed: Pick<AccountEmailPage, 'newEmail'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (outcome.kind === 'done') {
      await this.notices.leave(session, outcome.notice, reply);
      reply.redirect(endpoints.accountEmail, 303);
      return;
    }
    const { status, kind: _kind, ...failure } = outcome;
    reply.status(status);
    if (failure.retryAfterSeconds !== undefined)
      reply.header('retry-after', String(failure.retryAfterSeconds));
    await this.render(session, { ...typed, ...failure }, request, reply);
  }

  private async render(
    session: ActiveSession,
    shown: Pick<AccountEmailPage, 'notice' | 'newEmail' | 'error' | 'retryAfterSeconds'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const csrfToken = this.browser.csrfToken(request, reply);
    const present = await this.email.of(session.userId);
    const { username } = session;
    pageHeaders(reply);
    reply.send(this.views.render('account-email', { csrfToken, username, ...present, ...shown }, reply));
  }

  /** The session, or a redirect to the sign-in page. */
  private async signedIn(request: FastifyRequest, reply: FastifyReply): Promise<ActiveSession | undefined> {
    const session = await this.sessions.current(request);
    if (!session) reply.redirect(endpoints.signIn, 303);
    return session;
  }
}
