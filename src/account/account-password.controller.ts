import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { message } from '../locales/message.js';
import { minPasswordLength } from '../protocol/password.js';
import { SessionOpening } from '../sessions/session-opening.js';
import { accountChanged, failureOf } from '../sign-in/sign-in-completion.js';
import type { Failure } from '../sign-in/sign-in-pages.js';
import type { PasswordChangeOutcome } from '../sign-in/password-change.js';
import { Views } from '../views/views.js';
import { Notices } from './notices.js';
import { OwnPassword } from './own-password.js';
import { type Owner, RecentProof } from './recent-proof.js';

type Changed = Extract<PasswordChangeOutcome, { kind: 'changed' }>;

/** The page on which people change their password, for who has just proven to be them. */
@ApiExcludeController()
@Controller(endpoints.accountPassword)
export class AccountPasswordController {
  constructor(
    private readonly password: OwnPassword,
    private readonly recentProof: RecentProof,
    private readonly opening: SessionOpening,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'password');
    if (owner) await this.render(owner, { endsGrants: false }, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'password');
    if (!owner) return;
    if (await this.password.elsewhereFor(owner)) {
      reply.status(409);
      await this.render(owner, { endsGrants: false }, request, reply);
      return;
    }
    const form = formParameters(request);
    const endsGrants = form.get('end_grants') !== undefined;
    const typed = {
      present: form.get('password') ?? '',
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
      endsGrants,
    };
    const outcome = await this.password.change(owner, typed, request);
    if (outcome.kind === 'changed') {
      await this.goOn(owner, outcome, request, reply);
      return;
    }
    if (outcome.kind === 'repeated') {
      reply.redirect(endpoints.accountSecurity, 303);
      return;
    }
    const failure =
      outcome.kind === 'not-proven'
        ? failureOf(outcome.outcome, reply)
        : failureOf(outcome.kind === 'outdated' ? accountChanged : outcome, reply, 400);
    await this.render(owner, { endsGrants, ...failure }, request, reply);
  }

  /** The session goes on under another cookie: who has a copy of the old one is signed out. */
  private async goOn(
    { session }: Owner,
    { user, strength }: Changed,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const proofs = [{ method: 'pwd', provenAt: this.clock.now() }];
    await this.opening.open(user, { proofs, keep: session.kept }, request, reply);
    const notice = message('ownPassword.changed', { strength: strength.level });
    await this.notices.leave(session, notice, reply);
    reply.redirect(endpoints.accountSecurity, 303);
  }

  private async render(
    owner: Owner,
    shown: Failure & { readonly endsGrants: boolean },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const page = {
      csrfToken: this.browser.csrfToken(request, reply),
      username: owner.session.username,
      minLength: minPasswordLength,
      ...(await this.password.presentOf(owner)),
      elsewhere: await this.password.elsewhereFor(owner),
      ...shown,
    };
    pageHeaders(reply);
    reply.send(this.views.render('account-password', page, reply));
  }
}
