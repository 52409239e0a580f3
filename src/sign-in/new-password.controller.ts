import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { Sessions } from '../sessions/sessions.js';
import { Factors } from './factors/factors.js';
import { PasswordFactor } from './factors/password.js';
import { type ChangingUser, PasswordChange } from './password-change.js';
import { nextSignInStep } from './policy.js';
import { accountChanged, failureOf, SignInCompletion } from './sign-in-completion.js';
import { SignInPages } from './sign-in-pages.js';
import { sealedPurposeOf, type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/** The page on which a password that must be changed is changed, between its proof and the session. */
@ApiExcludeController()
@Controller(endpoints.newPassword)
export class NewPasswordController {
  constructor(
    private readonly factors: Factors,
    private readonly passwordFactor: PasswordFactor,
    private readonly passwordChange: PasswordChange,
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    private readonly completion: SignInCompletion,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /** The page follows the sign-in page and has no URL of its own: a bookmark of it leads there. */
  @Get()
  show(@Res() reply: FastifyReply): void {
    reply.redirect(endpoints.signIn, 303);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const proof = form.get('proof') ?? '';
    const user = await this.passwordChange.open(proof, request);
    if (!user) {
      await this.pages.show(this.factors.first, { purpose }, request, reply);
      return;
    }
    const typed = {
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
    };
    const outcome = await this.passwordChange.change(user, typed, request);
    if (outcome.kind === 'changed') await this.signIn({ ...user, ...outcome.user }, purpose, request, reply);
    else if (outcome.kind === 'outdated') await this.repeat(user, typed.password, purpose, request, reply);
    else {
      const shown = { purpose, proof, username: user.username, ...failureOf(outcome, reply) };
      await this.pages.showNewPassword(shown, request, reply);
    }
  }

  private async signIn(
    user: ChangingUser,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const step = nextSignInStep(this.factors.inOrder, {
      earlier: [],
      forRequest: user.proofs,
      asked: {},
      now: this.clock.now(),
    });
    const isComplete =
      step.kind === 'done' &&
      (await this.completion.complete(
        { user, authentication: step.authentication, keep: user.keep, purpose },
        request,
        reply,
      ));
    if (!isComplete) await this.askAgain(user, purpose, request, reply);
  }

  /** The form came twice: by a double click, or from the page before. Who is signed in, or knows the new password, goes on. */
  private async repeat(
    user: ChangingUser,
    password: string,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessions.current(request);
    if (session?.userId === user.userId) {
      await this.purposes.goOn(purpose, request, reply);
      return;
    }
    const outcome = await this.passwordFactor.verify(request, user.username, password);
    if (outcome.kind === 'proven' && !outcome.account.passwordChangeRequired)
      await this.signIn({ ...user, ...outcome.user }, purpose, request, reply);
    else await this.askAgain(user, purpose, request, reply);
  }

  private async askAgain(
    { username, keep }: ChangingUser,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const failure = failureOf(accountChanged, reply);
    await this.pages.show(this.factors.first, { purpose, username, keep, ...failure }, request, reply);
  }
}
