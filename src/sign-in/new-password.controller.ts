import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { Interactions } from '../interaction/interaction.js';
import { stepUrl } from '../interaction/steps.js';
import type { Parameters } from '../protocol/parameters.js';
import { Sessions } from '../sessions/sessions.js';
import { Factors } from './factors/factors.js';
import { PasswordFactor } from './factors/password.js';
import { type ChangingUser, PasswordChange } from './password-change.js';
import { nextSignInStep } from './policy.js';
import { accountChanged, failureOf, SignInPages, type OpenInteraction } from './sign-in-pages.js';

/** The page on which a password that must be changed is changed, between its proof and the session. */
@ApiExcludeController()
@Controller(endpoints.newPassword)
export class NewPasswordController {
  constructor(
    private readonly factors: Factors,
    private readonly passwordFactor: PasswordFactor,
    private readonly passwordChange: PasswordChange,
    private readonly pages: SignInPages,
    private readonly interactions: Interactions,
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
  @UseGuards(FormGuard)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const open = await this.openInteraction(form, request);
    const proof = form.get('proof') ?? '';
    const user = await this.passwordChange.open(proof, request);
    if (!user) {
      reply.redirect(open.sealed ? stepUrl('sign-in', open.sealed) : endpoints.signIn, 303);
      return;
    }
    const typed = {
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
    };
    const outcome = await this.passwordChange.change(user, typed, request);
    if (outcome.kind === 'changed') await this.signIn({ ...user, ...outcome.user }, open, request, reply);
    else if (outcome.kind === 'outdated') await this.repeat(user, typed.password, open, request, reply);
    else
      this.pages.newPassword({ proof, username: user.username }, request, reply, {
        ...open,
        ...failureOf(outcome, reply),
      });
  }

  private async signIn(
    user: ChangingUser,
    open: OpenInteraction,
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
      step.kind === 'done' && (await this.pages.complete(user, step.authentication, open, request, reply));
    if (!isComplete) this.askAgain(user, open, request, reply);
  }

  /** The form came twice: by a double click, or from the page before. Who is signed in, or knows the new password, goes on. */
  private async repeat(
    user: ChangingUser,
    password: string,
    open: OpenInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessions.current(request);
    if (session?.userId === user.userId) {
      await this.pages.goOn(open, request, reply);
      return;
    }
    const outcome = await this.passwordFactor.verify(request, user.username, password);
    if (outcome.kind === 'proven' && !outcome.account.passwordChangeRequired)
      await this.signIn({ ...user, ...outcome.user }, open, request, reply);
    else this.askAgain(user, open, request, reply);
  }

  private askAgain(
    { username }: ChangingUser,
    open: OpenInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const failure = failureOf(accountChanged, reply);
    this.pages.factor(this.factors.first, request, reply, { ...open, username, ...failure });
  }

  private async openInteraction(form: Parameters, request: FastifyRequest): Promise<OpenInteraction> {
    const sealed = form.get('interaction');
    return { sealed, interaction: sealed ? await this.interactions.open(sealed, request) : undefined };
  }
}
