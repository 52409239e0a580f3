import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { type Interaction, Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { Sessions } from '../sessions/sessions.js';
import { Factors } from './factors/factors.js';
import { PasswordChange } from './password-change.js';
import { nextSignInStep } from './policy.js';
import { accountChanged, failureOf, type OpenInteraction, SignInPages } from './sign-in-pages.js';

/** The sign-in page. It is public. Its form is accepted only from the browser to which it was shown. */
@ApiExcludeController()
@Controller(endpoints.signIn)
export class SignInController {
  constructor(
    private readonly factors: Factors,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly passwordChange: PasswordChange,
    private readonly pages: SignInPages,
    private readonly clock: Clock,
    walk: Walk,
  ) {
    walk.register('sign-in', async (interaction, request, reply) =>
      this.begin({ sealed: await interactions.seal(interaction), interaction }, request, reply),
    );
  }

  @Get()
  async show(
    @Query('interaction') sealed: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const interaction = await this.open(sealed, request);
    if (!interaction && (await this.sessions.current(request))) {
      reply.redirect(endpoints.account, 303);
      return;
    }
    this.begin({ sealed, interaction }, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const factor = this.factors.first;
    const outcome = await factor.check(request);
    const form = formParameters(request);
    const sealed = form.get('interaction');
    const interaction = await this.open(sealed, request);
    const shown = { sealed, interaction, username: form.get('username') };
    if (outcome.kind !== 'proven') {
      this.pages.factor(factor, request, reply, { ...shown, ...failureOf(outcome, reply) });
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
      this.pages.factor(step.factor, request, reply, shown);
      return;
    }
    if (step.kind === 'new-password') {
      const { username } = account;
      const proof = await this.passwordChange.prove({ ...user, username, proofs }, request, reply);
      this.pages.newPassword({ proof, username }, request, reply, { sealed, interaction });
      return;
    }
    if (!(await this.pages.complete(user, step.authentication, shown, request, reply)))
      this.pages.factor(factor, request, reply, { ...shown, ...failureOf(accountChanged, reply) });
  }

  /** The page of the first factor. */
  private begin(begun: OpenInteraction, request: FastifyRequest, reply: FastifyReply): void {
    const username = loginHintOf(begun.interaction);
    this.pages.factor(this.factors.first, request, reply, { ...begun, username });
  }

  private async open(sealed: string | undefined, request: FastifyRequest): Promise<Interaction | undefined> {
    return sealed ? this.interactions.open(sealed, request) : undefined;
  }
}

const loginHintOf = (interaction: Interaction | undefined): string | undefined =>
  interaction?.kind === 'authorization' ? interaction.loginHint : undefined;
