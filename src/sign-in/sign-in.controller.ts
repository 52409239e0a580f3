import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { hasSignedInSince } from '../interaction/signed-in-since.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import type { Factor, FactorOutcome, UnlinkedOutcome } from './factors/factor.js';
import { Factors } from './factors/factors.js';
import { failureOf } from './sign-in-completion.js';
import { SignInBeginning } from './sign-in-beginning.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { SignInPages } from './sign-in-pages.js';
import { type SignInProgress, SignInProgresses } from './sign-in-progress.js';
import { accountTarget, sealedPurposeOf, type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';
import { SignInSteps } from './sign-in-steps.js';
import { message } from '../locales/message.js';

const tooLate = { kind: 'refused', message: message('factor.tooLate') } as const;

/** The sign-in page. It is public. Its form is accepted only from the browser to which it was shown. */
@ApiExcludeController()
@Controller(endpoints.signIn)
export class SignInController {
  constructor(
    private readonly factors: Factors,
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    private readonly progresses: SignInProgresses,
    private readonly decisions: SignInDecisions,
    private readonly steps: SignInSteps,
    private readonly sessions: Sessions,
    private readonly beginning: SignInBeginning,
  ) {}

  /** Somebody may come back to an old page, by a bookmark or the Back button: they go on from where they are. */
  @Get()
  async show(
    @Query('interaction') interaction: string | undefined,
    @Query('back') back: string | undefined,
    @Query('to') to: string | undefined,
    @Query('choose') choose: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const purpose = await this.purposes.find({ interaction, back, to }, request);
    const session = await this.sessions.current(request);
    // Whoever else has signed in meanwhile does not stand in for the account that was asked.
    const basis = purpose.kind === 'interaction' ? await this.beginning.basisOf(purpose, request) : undefined;
    if (session && !basis && isSignedInFor(purpose, session))
      await this.purposes.goOn(purpose, request, reply, session.tokenHash);
    else if (purpose.kind === 'restart') await this.purposes.goOn(purpose, request, reply);
    else if (!session && purpose.kind === 'account' && (await this.sessions.held(request)).length > 0) {
      const target = accountTarget(purpose);
      const query = target === undefined ? '' : `?to=${encodeURIComponent(target)}`;
      reply.redirect(`${endpoints.accountSwitch}${query}`, 303);
    } else await this.beginning.begin(purpose, request, reply, choose !== undefined);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const form = formParameters(request);
    const progress = await this.progresses.open(form.get('progress') ?? '', request);
    const factor = this.factors.named(form.get('factor') ?? 'password');
    const outcome = await this.check(factor, progress, request);
    if (outcome.kind === 'proven') {
      const next = this.decisions.advance(progress, outcome, form.get('keep') !== undefined);
      await this.steps.goOn(next, purpose, request, reply);
      return;
    }
    if (outcome.kind === 'unlinked') {
      const keep = form.get('keep') !== undefined;
      await this.steps.askToLink(outcome, { purpose, keep }, request, reply);
      return;
    }
    const failure = failureOf(outcome, reply);
    if (factor && progress)
      await this.steps.repeat(factor.name, progress, { purpose, ...failure }, request, reply);
    else
      await this.pages.showFirst(
        { purpose, keep: form.get('keep') !== undefined, username: form.get('username'), ...failure },
        request,
        reply,
      );
  }

  /** Checks the answer of a form, if it is one of a factor at which the sign-in may be. */
  private async check(
    factor: Factor | undefined,
    progress: SignInProgress | undefined,
    request: FastifyRequest,
  ): Promise<FactorOutcome | UnlinkedOutcome> {
    if (!factor) return { kind: 'refused', message: message('factor.notOffered') };
    if (!progress && !this.factors.isFirst(factor)) return tooLate;
    return factor.check(request, progress);
  }
}

/** Whether nothing has to be proven any more. Pages of the account say themselves what they ask for. */
function isSignedInFor(purpose: SignInPurpose, session: ActiveSession): boolean {
  if (purpose.kind === 'account') return purpose.page === undefined;
  return purpose.kind !== 'interaction' || hasSignedInSince(session, purpose.opened);
}
