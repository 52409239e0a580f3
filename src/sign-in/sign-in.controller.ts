import { Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { hasSignedInSince } from '../interaction/signed-in-since.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { Sessions } from '../sessions/sessions.js';
import type { Factor, FactorOutcome } from './factors/factor.js';
import { Factors } from './factors/factors.js';
import { nextSignInStep, type SignInStep } from './policy.js';
import { type ShownSignIn, SignInPages } from './sign-in-pages.js';
import { type SealedPurpose, type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

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
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly clock: Clock,
  ) {}

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
    if (isDone || purpose.kind === 'restart') await this.purposes.goOn(purpose, reply);
    else
      await this.pages.show(this.factors.first, { purpose, username: loginHintOf(purpose) }, request, reply);
  }

  @Post()
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
    const step = this.stepAfter(factor);
    if (step.kind === 'factor') {
      await this.pages.show(step.factor, shown, request, reply);
      return;
    }
    const { user } = outcome;
    if (!(await this.sessions.open(user, { ...step.authentication, keep }, request, reply))) {
      await this.pages.show(factor, { ...shown, ...failureOf(accountChanged, reply) }, request, reply);
      return;
    }
    await this.devices.remember(reply, user.userId);
    await this.purposes.goOn(purpose, reply);
  }

  private stepAfter({ amr }: Factor): SignInStep<Factor> {
    const now = this.clock.now();
    const forRequest = amr.map((method) => ({ method, provenAt: now }));
    return nextSignInStep(this.factors.inOrder, { earlier: [], forRequest, asked: {}, now });
  }
}

function sealedPurposeOf(request: FastifyRequest): SealedPurpose {
  const form = formParameters(request);
  return { interaction: form.get('interaction'), back: form.get('back') };
}

/** Sets the status of a failed attempt, and says on the page why it failed. */
function failureOf(outcome: Failure, reply: FastifyReply): Pick<ShownSignIn, 'error' | 'retryAfterSeconds'> {
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

function loginHintOf(purpose: SignInPurpose): string | undefined {
  if (purpose.kind !== 'interaction' || purpose.opened.kind !== 'authorization') return undefined;
  return purpose.opened.loginHint;
}
