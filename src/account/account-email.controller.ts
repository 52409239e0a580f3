import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { AccountEmailPage } from '../views/mailed-page-models.js';
import { Views } from '../views/views.js';
import { OwnEmail, type OwnEmailOutcome } from './own-email.js';
import { Notices } from './notices.js';
import { RecentProof } from './recent-proof.js';

/**
 * The page on which people verify and change their e-mail address, for who has just proven to be them: a stolen session alone does not
 * suffice.
 */
@ApiExcludeController()
@Controller(endpoints.accountEmail)
export class AccountEmailController {
  constructor(
    private readonly email: OwnEmail,
    private readonly recentProof: RecentProof,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'email');
    if (!owner) return;
    const { session } = owner;
    const notice = await this.notices.take(session, request, reply);
    await this.render(session, { notice }, request, reply);
  }

  @Post('verify')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async verify(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'email');
    if (!owner) return;
    const { session } = owner;
    const outcome = await this.email.askToVerify(session.userId, request);
    await this.answer(session, outcome, {}, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'email');
    if (!owner) return;
    const { session } = owner;
    const newEmail = formParameters(request).get('new_email')?.trim() ?? '';
    const outcome = await this.email.askToChange(session.userId, newEmail, request);
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
    pageHeaders(reply);
    reply.send(this.views.render('account-email', { csrfToken, ...present, ...shown }, reply));
  }
}
