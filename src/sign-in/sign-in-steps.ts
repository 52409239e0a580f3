import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Enrolments } from './enrolment/enrolments.js';
import type { FactorName } from '../protocol/factors.js';
import { accountChanged, failureOf, SignInCompletion } from './sign-in-completion.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { type Failure, SignInPages } from './sign-in-pages.js';
import type { SignInProgress } from './sign-in-progress.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/** Leads a sign-in from one step to the next, as the policy says. */
@Injectable()
export class SignInSteps {
  constructor(
    private readonly decisions: SignInDecisions,
    private readonly pages: SignInPages,
    private readonly enrolments: Enrolments,
    private readonly purposes: SignInPurposes,
    private readonly completion: SignInCompletion,
  ) {}

  /** Answers with the page of the next step or, if nothing more is needed, signs in and leads to what the sign-in is for. */
  async goOn(
    progress: SignInProgress,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const step = await this.decisions.stepOf(progress, purpose, request);
    if (!step) {
      await this.askAgain(progress, purpose, request, reply);
      return;
    }
    const shown = { purpose, progress };
    if (step.kind === 'first-factor') {
      await this.pages.showFirst({ purpose, username: progress.username }, request, reply);
    } else if (step.kind === 'further-factor') {
      await this.showFactor(step.factors, undefined, shown, request, reply);
    } else if (step.kind === 'enrolment') {
      await this.pages.showNext('enrolment', shown, { offered: this.enrolments.offered }, request, reply);
    } else if (step.kind === 'restoration') {
      await this.pages.showNext(
        'keep-account',
        shown,
        { dueAt: new Date(step.dueAt * 1_000) },
        request,
        reply,
      );
    } else if (step.kind === 'new-password') {
      await this.pages.showNext('new-password', shown, {}, request, reply);
    } else if (progress.proofs.length === 0 || (await this.completion.complete(progress, request, reply))) {
      await this.purposes.goOn(purpose, request, reply);
    } else {
      await this.askAgain(progress, purpose, request, reply);
    }
  }

  /** The page of a factor of the step, with what the last attempt failed for. */
  async repeat(
    name: FactorName,
    progress: SignInProgress,
    { purpose, ...failure }: Failure & { readonly purpose: SignInPurpose },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const step = await this.decisions.stepOf(progress, purpose, request);
    if (step?.kind === 'further-factor')
      await this.showFactor(step.factors, name, { purpose, progress, ...failure }, request, reply);
    else await this.goOn(progress, purpose, request, reply);
  }

  /** Begins again: the account was changed meanwhile. */
  async askAgain(
    { username, keep }: SignInProgress,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const failure = failureOf(accountChanged, reply);
    await this.pages.showFirst({ purpose, username, keep, ...failure }, request, reply);
  }

  private async showFactor(
    factors: readonly FactorName[],
    chosen: FactorName | undefined,
    shown: Failure & { readonly purpose: SignInPurpose; readonly progress: SignInProgress },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const [preferred] = factors;
    const factor = chosen !== undefined && factors.includes(chosen) ? chosen : preferred;
    if (factor === undefined) throw new Error('a step without a factor');
    const others = factors.filter((other) => other !== factor);
    await this.pages.showFurther({ ...shown, factor, others }, request, reply);
  }
}
