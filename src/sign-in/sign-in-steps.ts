import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Enrolments } from './enrolment/enrolments.js';
import type { UnlinkedOutcome } from './factors/factor.js';
import { Factors } from './factors/factors.js';
import type { FactorName } from '../protocol/factors.js';
import { accountChanged, failureOf, SignInCompletion } from './sign-in-completion.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { type Failure, type ShownProgress, SignInPages } from './sign-in-pages.js';
import type { SignInProgress } from './sign-in-progress.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';
import { BeginningAtUpstream } from './upstream/beginning-at-upstream.js';
import { PendingIdentities } from './upstream/pending-identities.js';

/** Which of the factors of a step is shown. */
interface Choice {
  readonly offered: readonly FactorName[];
  /** The one that the person chose. */
  readonly chosen?: FactorName;
  /** Whether its page was answered, so that nothing is to be prepared for it. */
  readonly isAnswered: boolean;
}

/** Leads a sign-in from one step to the next, as the policy says. */
@Injectable()
export class SignInSteps {
  constructor(
    private readonly decisions: SignInDecisions,
    private readonly factors: Factors,
    private readonly pages: SignInPages,
    private readonly enrolments: Enrolments,
    private readonly purposes: SignInPurposes,
    private readonly completion: SignInCompletion,
    private readonly pending: PendingIdentities,
    private readonly upstream: BeginningAtUpstream,
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
    } else if (step.kind === 'upstream') {
      await this.leadTo(step.alias, shown, request, reply);
    } else if (step.kind === 'further-factor') {
      await this.showFactor({ offered: step.factors, isAnswered: false }, shown, request, reply);
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
      const { directory } = progress.outdatedPassword ?? {};
      await this.pages.showNext('new-password', shown, { directory }, request, reply);
    } else if (progress.proofs.length === 0) {
      await this.purposes.goOn(purpose, request, reply);
    } else if (await this.completion.complete(progress, request, reply)) {
      if (purpose.link !== undefined)
        await this.pending.link(purpose.link.sealed, progress.user.userId, request);
      await this.purposes.goOnSignedIn(purpose, request, reply);
    } else {
      await this.askAgain(progress, purpose, request, reply);
    }
  }

  /** The page of the factor that the person chose, or asks for once more. */
  async choose(
    chosen: FactorName,
    progress: SignInProgress,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.showOneOf({ chosen, isAnswered: false }, { purpose, progress }, request, reply);
  }

  /** The page of a factor whose answer failed, with what it failed for. */
  async repeat(
    chosen: FactorName,
    progress: SignInProgress,
    failure: Failure & { readonly purpose: SignInPurpose },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.showOneOf({ chosen, isAnswered: true }, { ...failure, progress }, request, reply);
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

  /** Begins again, with an account here to which the person of a directory is then linked. */
  async askToLink(
    { upstream, person }: UnlinkedOutcome,
    { purpose, keep }: { readonly purpose: SignInPurpose; readonly keep: boolean },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const link = await this.pending.seal(upstream, person, request, reply);
    await this.pages.showFirst({ purpose: { ...purpose, link }, keep }, request, reply);
  }

  private async leadTo(
    alias: string,
    { purpose, progress: { username, keep } }: ShownProgress,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { link: _link, ...fields } = await this.pages.fieldsOf(purpose);
    const loginHint = username.includes('@') ? username : undefined;
    await this.upstream.beginAt(alias, { purpose, fields, keep, loginHint }, request, reply);
  }

  private async showOneOf(
    choice: Omit<Choice, 'offered'>,
    shown: ShownProgress,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { progress, purpose } = shown;
    const step = await this.decisions.stepOf(progress, purpose, request);
    if (step?.kind === 'further-factor')
      await this.showFactor({ ...choice, offered: step.factors }, shown, request, reply);
    else await this.goOn(progress, purpose, request, reply);
  }

  private async showFactor(
    { offered, chosen, isAnswered }: Choice,
    { progress, ...shown }: ShownProgress,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const [preferred] = offered;
    const factor = chosen !== undefined && offered.includes(chosen) ? chosen : preferred;
    if (factor === undefined) throw new Error('a step without a factor');
    const prepared = isAnswered
      ? undefined
      : await this.factors.named(factor)?.prepare?.(progress, request, chosen !== undefined);
    const next =
      prepared === undefined || prepared.kind === 'prepared'
        ? { ...shown, progress: prepared?.progress ?? progress }
        : { ...shown, progress, ...failureOf(prepared, reply) };
    const others = offered.filter((other) => other !== factor);
    await this.pages.showFurther({ ...next, factor, others }, request, reply);
  }
}
