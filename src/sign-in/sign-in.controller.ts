import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { hasSignedInSince } from '../interaction/signed-in-since.js';
import { Walk } from '../interaction/walk.js';
import { Sessions } from '../sessions/sessions.js';
import { Factors } from './factors/factors.js';
import { PasswordChange } from './password-change.js';
import { nextSignInStep } from './policy.js';
import { accountChanged, failureOf, SignInCompletion } from './sign-in-completion.js';
import { SignInPages } from './sign-in-pages.js';
import { sealedPurposeOf, type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/** The sign-in page. It is public. Its form is accepted only from the browser to which it was shown. */
@ApiExcludeController()
@Controller(endpoints.signIn)
export class SignInController {
  constructor(
    private readonly factors: Factors,
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    private readonly completion: SignInCompletion,
    private readonly sessions: Sessions,
    private readonly passwordChange: PasswordChange,
    private readonly clock: Clock,
    walk: Walk,
  ) {
    walk.register('sign-in', async (opened, request, reply) =>
      this.begin(await purposes.of(opened), request, reply),
    );
  }

  /** Somebody may come back to an old page, by a bookmark or the Back button: they go on from where they are. */
  @Get()
  async show(
    @Query('interaction') interaction: string | undefined,
    @Query('back') back: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const purpose = await this.purposes.find({ interaction, back }, request);
    const session = await this.sessions.current(request);
    const isDone =
      session !== undefined && (purpose.kind !== 'interaction' || hasSignedInSince(session, purpose.opened));
    if (isDone || purpose.kind === 'restart') await this.purposes.goOn(purpose, request, reply);
    else await this.begin(purpose, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const factor = this.factors.first;
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const form = formParameters(request);
    const keep = form.get('keep') !== undefined;
    const shown = { purpose, keep, username: form.get('username') };
    const outcome = await factor.check(request);
    if (outcome.kind !== 'proven') {
      await this.pages.show(factor, { ...shown, ...failureOf(outcome, reply) }, request, reply);
      return;
    }
    const { user, account } = outcome;
    const now = this.clock.now();
    const proofs = factor.amr.map((method) => ({ method, provenAt: now }));
    const step = nextSignInStep(this.factors.inOrder, {
      earlier: [],
      forRequest: proofs,
      asked: {},
      now,
      passwordChangeRequired: account.passwordChangeRequired,
    });
    if (step.kind === 'factor') {
      await this.pages.show(step.factor, shown, request, reply);
      return;
    }
    if (step.kind === 'new-password') {
      const { username } = account;
      const proof = await this.passwordChange.prove({ ...user, username, proofs, keep }, request, reply);
      await this.pages.showNewPassword({ purpose, proof, username }, request, reply);
      return;
    }
    const { authentication } = step;
    if (!(await this.completion.complete({ user, authentication, keep, purpose }, request, reply)))
      await this.pages.show(factor, { ...shown, ...failureOf(accountChanged, reply) }, request, reply);
  }

  /** Shows the page of the first factor. */
  private async begin(purpose: SignInPurpose, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.pages.show(this.factors.first, { purpose, username: loginHintOf(purpose) }, request, reply);
  }
}

function loginHintOf(purpose: SignInPurpose): string | undefined {
  if (purpose.kind !== 'interaction' || purpose.opened.kind !== 'authorization') return undefined;
  return purpose.opened.loginHint;
}
