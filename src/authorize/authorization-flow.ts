import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { Browser } from '../http/browser.js';
import { noStore } from '../http/headers.js';
import { type AuthorizationInteraction, Interactions } from '../interaction/interaction.js';
import type { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { AuthorizationResponses } from './authorization-response.js';
import { Issuance } from './issuance.js';
import { PushedRequests } from './pushed-requests.js';
import { type Evaluation, RequestEvaluation } from './request-evaluation.js';

/** Takes an authorization request from its arrival, through our pages, to the response. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly evaluation: RequestEvaluation,
    private readonly interactions: Interactions,
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
    const evaluation = await this.evaluate(parameters, interaction, http, reply);
    if (!evaluation) return;
    const { request, step } = evaluation;
    if (step.kind === 'issue') {
      const issued = await this.issuance.issue(request, step.session, request.scopes, false);
      await this.responses.success(reply, request, step.session, issued);
      return;
    }
    const begun = interaction ?? this.begin(request, http, reply);
    const next =
      step.kind === 'sign-in'
        ? { ...begun, insufficientSessionHash: evaluation.session?.tokenHash ?? '' }
        : begun;
    noStore(reply);
    reply.redirect(await this.interactions.urlOf(step.kind, next), 303);
  }

  /**
   * Evaluates a request. An error is sent to the client.
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
    if (!('error' in outcome)) return outcome;
    await this.refuse(outcome.proven, outcome.error, reply);
    return undefined;
  }

  /**
   * Sends an error to the client.
   * @throws PageError if the request was pushed, and has been answered meanwhile
   */
  async refuse(request: ProvenRequest, error: OAuthError, reply: FastifyReply): Promise<void> {
    await this.pushedRequests.useForError(request);
    await this.responses.error(reply, request, error);
  }

  private begin(
    request: AuthorizationRequest,
    http: FastifyRequest,
    reply: FastifyReply,
  ): AuthorizationInteraction {
    const loginHint = request.parameters.get('login_hint');
    return {
      kind: 'authorization',
      parameters: request.travelling.entries(),
      signed: request.signed,
      browser: this.browser.binding(http, reply),
      startedAt: this.clock.now(),
      clientName: request.client.name,
      redirectOrigin: redirectOrigin(request.redirectUri),
      ...(loginHint === undefined ? {} : { loginHint }),
    };
  }
}
