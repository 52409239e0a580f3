import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { Browser } from '../http/browser.js';
import { type Answer, InteractionAnswers } from '../interaction/interaction-answers.js';
import type { AuthorizationInteraction } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { newId } from '../persistence/id.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { AuthorizationResponses } from './authorization-response.js';
import { type Allowed, Issuance, type Unasked } from './issuance.js';
import type { Basis, NextStep } from './interaction-policy.js';
import { answeredMeanwhile, PushedRequests } from './pushed-requests.js';
import { type Evaluation, type Failure, RequestEvaluation } from './request-evaluation.js';
import { languageOfTags } from '../locales/negotiation.js';

/** How often a request is evaluated again because something changed while it was answered. */
const maxAttempts = 3;

/** Takes an authorization request from its arrival, through our pages, to the response. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly evaluation: RequestEvaluation,
    private readonly walk: Walk,
    private readonly answers: InteractionAnswers,
    private readonly issuance: Issuance,
    private readonly pushedRequests: PushedRequests,
    private readonly responses: AuthorizationResponses,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  /** Answers a request that arrives or comes back from a page, or redirects the browser to the page that it needs. */
  async advance(
    parameters: Parameters,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const evaluation = await this.evaluate(parameters, interaction, http, reply);
      if (!evaluation) return;
      const { request, step, organization } = evaluation;
      if (step.kind !== 'issue') {
        if (!interaction) await this.pushedRequests.keepForPages(request);
        const arrived = interaction ?? this.begin(request, http, reply);
        // Only an answer from this session counts.
        const begun =
          step.kind === 'select-organization'
            ? { ...arrived, shownToSessionHash: step.session.tokenHash }
            : arrived;
        // Whoever has signed in keeps what they were asked for. Somebody else may take their place on any page.
        const isAnew = step.kind === 'sign-in' || step.kind === 'select-account';
        const wanted = isAnew ? evaluation.wanted : (begun.wanted ?? evaluation.wanted);
        await this.ask(step.kind, evaluation, { ...begun, wanted }, reply);
        return;
      }
      const { session, basis } = step;
      const allowed = {
        session,
        scopes: request.scopes,
        organizationId: organization?.id ?? null,
        ...unaskedBy(basis, evaluation),
      };
      if (await this.issue(request, allowed, interaction, reply)) return;
    }
    throw new OAuthError('temporarily_unavailable', 'too much changed meanwhile: try again', { status: 503 });
  }

  /**
   * Issues what the resource owner allows, and sends it to the client.
   * @returns false if what the answer rests on has changed meanwhile: the request is to be evaluated again
   * @throws PageError if the request was pushed, and has been answered meanwhile
   */
  async issue(
    request: AuthorizationRequest,
    allowed: Allowed,
    interaction: AuthorizationInteraction | undefined,
    reply: FastifyReply,
  ): Promise<boolean> {
    const issued = await this.issuance.issue(request, allowed, interaction);
    if (issued) await this.responses.success(reply, request, issued);
    return issued !== undefined;
  }

  private async ask(
    page: Exclude<NextStep['kind'], 'issue'>,
    { session, sessionHashes }: Pick<Evaluation, 'session' | 'sessionHashes'>,
    begun: AuthorizationInteraction,
    reply: FastifyReply,
  ): Promise<void> {
    const endsWithSignIn = page === 'sign-in' || page === 'sign-up';
    const buildsOn = page === 'sign-in' ? session?.tokenHash : undefined;
    // No page that was shown to a session is answered any more.
    const toSignIn = { earlierSessionHashes: sessionHashes, buildsOn, shownToSessionHash: undefined };
    const next = endsWithSignIn ? { ...begun, ...toSignIn } : begun;
    await this.walk.goOn(page, next, reply.request, reply);
  }

  /**
   * Evaluates a request. An error is sent to the client; so is the answer of a request that was answered a moment ago.
   * @returns undefined if the response has been sent
   * @throws PageError if there is no proven client to answer
   */
  async evaluate(
    parameters: Parameters,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Evaluation | undefined> {
    const outcome = await this.evaluation.evaluate(parameters, interaction, http);
    const proven = 'error' in outcome ? outcome.proven : outcome.request;
    const answer = interaction
      ? await this.answers.repeat(interaction)
      : pushedAnswer(proven, 'error' in outcome ? undefined : outcome.session);
    if (answer && 'error' in answer) {
      const { code, description } = answer.error;
      await this.responses.error(reply, proven, new OAuthError(code, description));
    } else if ('error' in outcome) {
      await this.refuse(outcome, interaction, http, reply);
    } else if (answer && outcome.session) {
      await this.responses.success(reply, outcome.request, answer.issued);
    } else {
      return outcome;
    }
    return undefined;
  }

  /**
   * Sends an error to the client, once somebody has signed in if that is due.
   * @throws PageError if the request was pushed, and has been answered meanwhile
   */
  private async refuse(
    { proven, error, isSignInDue }: Failure,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (isSignInDue) {
      if (!interaction) await this.pushedRequests.keepForPages(proven);
      const nobody = { session: undefined, sessionHashes: [] };
      await this.ask('sign-in', nobody, interaction ?? this.begin(proven, http, reply), reply);
      return;
    }
    await this.pushedRequests.useForError(proven, error);
    await this.responses.error(reply, proven, error);
  }

  /**
   * Sends the error that the resource owner decided on.
   * @returns false if the interaction has been answered meanwhile
   * @throws PageError if the request was pushed, and has been answered meanwhile
   */
  async deny(
    request: ProvenRequest,
    error: OAuthError,
    interaction: AuthorizationInteraction,
    reply: FastifyReply,
  ): Promise<boolean> {
    if (!(await this.issuance.deny(request, error, interaction))) return false;
    await this.responses.error(reply, request, error);
    return true;
  }

  private begin(request: ProvenRequest, http: FastifyRequest, reply: FastifyReply): AuthorizationInteraction {
    const loginHint = request.parameters.get('login_hint');
    const domainHint = request.parameters.get('domain_hint');
    const language = languageOfTags(request.parameters.get('ui_locales'));
    return {
      kind: 'authorization',
      id: newId(),
      parameters: request.travelling.entries(),
      signed: request.signed,
      browser: this.browser.binding(http, reply),
      startedAt: this.clock.now(),
      clientId: request.client.clientId,
      clientName: request.client.name,
      redirectOrigin: redirectOrigin(request.redirectUri),
      ...(loginHint === undefined ? {} : { loginHint }),
      ...(domainHint === undefined ? {} : { domainHint }),
      ...(language === undefined ? {} : { language: language.tag }),
    };
  }
}

/** On what it rests that the resource owner is not asked. */
function unaskedBy(
  basis: Basis,
  { remembered, consented, request }: Pick<Evaluation, 'remembered' | 'consented' | 'request'>,
): Unasked {
  if (basis === 'remembered') return { remembered };
  if (basis === 'trusted') return { isTrusted: true };
  const isConsentedAlone =
    request.authorizationDetails.length === 0 && request.scopes.every((scope) => consented.scopes.has(scope));
  return { consentedScope: consented.scope, remembered: isConsentedAlone ? undefined : remembered };
}

/**
 * The answer that a pushed request got a moment ago: the browser brought it twice.
 * @throws PageError if it is not for this session
 */
function pushedAnswer({ answered }: ProvenRequest, session: ActiveSession | undefined): Answer | undefined {
  if (answered === undefined) return undefined;
  const { answer, sessionHash } = answered;
  if (sessionHash !== undefined && sessionHash !== session?.tokenHash) throw answeredMeanwhile();
  return answer;
}
