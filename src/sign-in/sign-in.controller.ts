import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { type Interaction, Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { afterSignIn, stepUrl } from '../interaction/steps.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { Sessions } from '../sessions/sessions.js';
import type { Factor, FactorOutcome } from './factors/factor.js';
import { Factors } from './factors/factors.js';
import { nextSignInStep, type SignInStep } from './policy.js';

/** What a page shows beside its form. */
interface Shown {
  readonly sealed: string | undefined;
  readonly interaction: Interaction | undefined;
  readonly username: string | undefined;
  readonly error?: string;
  readonly retryAfterSeconds?: number;
}

type Failure = Exclude<FactorOutcome, { kind: 'proven' }>;

const accountChanged = {
  kind: 'refused',
  message: 'This account has just been changed. Sign in again.',
} as const;

/** The sign-in page. It is public. Its form is accepted only from the browser to which it was shown. */
@ApiExcludeController()
@Controller(endpoints.signIn)
export class SignInController {
  constructor(
    private readonly factors: Factors,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly browser: Browser,
    private readonly clock: Clock,
    private readonly walk: Walk,
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
      this.page(factor, request, reply, { ...shown, ...failureOf(outcome, reply) });
      return;
    }
    const step = this.stepAfter(factor);
    if (step.kind === 'factor') {
      this.page(step.factor, request, reply, shown);
      return;
    }
    const { user } = outcome;
    if (!(await this.sessions.open(user, step.authentication, request, reply))) {
      this.page(factor, request, reply, { ...shown, ...failureOf(accountChanged, reply) });
      return;
    }
    await this.devices.remember(reply, user.userId);
    if (interaction?.kind === 'authorization')
      await this.walk.goOn(afterSignIn.authorization, interaction, request, reply);
    else reply.redirect(sealed ? stepUrl(afterSignIn.device, sealed) : endpoints.account, 303);
  }

  /** The page of the first factor. */
  private begin(
    { sealed, interaction }: Pick<Shown, 'sealed' | 'interaction'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const username = loginHintOf(interaction);
    this.page(this.factors.first, request, reply, { sealed, interaction, username });
  }

  private stepAfter({ amr }: Factor): SignInStep<Factor> {
    const now = this.clock.now();
    const forRequest = amr.map((method) => ({ method, provenAt: now }));
    return nextSignInStep(this.factors.inOrder, { earlier: [], forRequest, asked: {}, now });
  }

  private async open(sealed: string | undefined, request: FastifyRequest): Promise<Interaction | undefined> {
    return sealed ? this.interactions.open(sealed, request) : undefined;
  }

  private page(factor: Factor, request: FastifyRequest, reply: FastifyReply, shown: Shown): void {
    const { sealed, interaction, ...rest } = shown;
    const csrfToken = this.browser.csrfToken(request, reply);
    pageHeaders(reply, {
      formAction: interaction?.kind === 'authorization' ? interaction.redirectOrigin : undefined,
    });
    reply.send(factor.page({ csrfToken, interaction: sealed, clientName: interaction?.clientName, ...rest }));
  }
}

/** Sets the status of a failed attempt, and says on the page why it failed. */
function failureOf(outcome: Failure, reply: FastifyReply): Pick<Shown, 'error' | 'retryAfterSeconds'> {
  if (outcome.kind === 'refused') {
    reply.status(401);
    return { error: outcome.message };
  }
  const { kind, retryAfterSeconds } = outcome;
  reply.status(kind === 'busy' ? 503 : 429).header('retry-after', String(retryAfterSeconds));
  const error =
    kind === 'busy' ? 'Too many people are signing in at this moment.' : 'There were too many attempts.';
  return { error, retryAfterSeconds };
}

const loginHintOf = (interaction: Interaction | undefined): string | undefined =>
  interaction?.kind === 'authorization' ? interaction.loginHint : undefined;
