import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Subjects } from '../clients/subjects.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { ConsentRecords } from '../consent/consent-records.js';
import { Browser } from '../http/browser.js';
import { noStore } from '../http/headers.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { type Interaction, Interactions, interactionPath } from '../interaction/interaction.js';
import { Sessions } from '../sessions/sessions.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { AuthorizationResponses } from './authorization-response.js';
import { type NextStep, nextStep } from './interaction-policy.js';
import { Issuance } from './issuance.js';
import { PushedRequests } from './pushed-requests.js';
import { RequestChecks } from './request-checks.js';
import { RequestSources } from './request-sources.js';

/** A request at one stop of its way: checked again, with what it needs next. */
export interface Stop {
  readonly request: AuthorizationRequest;
  readonly remembered: ReadonlySet<string>;
  readonly step: NextStep;
}

/** The way of an authorization request: checks, pages, answer. */
@Injectable()
export class AuthorizationFlow {
  constructor(
    private readonly sources: RequestSources,
    private readonly checks: RequestChecks,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly subjects: Subjects,
    private readonly consents: ConsentRecords,
    private readonly issuance: Issuance,
    private readonly pushedRequests: PushedRequests,
    private readonly responses: AuthorizationResponses,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  /** A request that arrives, or comes back from a page: answers it, or leads to the page it needs. */
  async advance(
    parameters: Parameters,
    interaction: Interaction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const stop = await this.stopAt(parameters, interaction, http, reply);
    if (!stop) return;
    const { request, step } = stop;
    if (step.kind === 'issue') {
      const issued = await this.issuance.issue(request, step.session, request.scopes, false);
      await this.responses.success(reply, request, step.session, issued);
      return;
    }
    await this.lead(request, step, interaction, http, reply);
  }

  /**
   * Checks a request and decides what it needs next. A refusal is sent to the client.
   * @returns undefined when the answer has been sent
   * @throws PageError when there is no proven client to answer
   */
  async stopAt(
    parameters: Parameters,
    interaction: Interaction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Stop | undefined> {
    const source = await this.sources.find(parameters, interaction);
    const proven = await this.checks.prove(source);
    try {
      this.checks.checkWay(proven);
      const request = await this.checks.check(proven);
      const session = await this.sessions.current(http);
      const remembered = session
        ? await this.consents.remembered(session.userId, request.client.clientId)
        : new Set<string>();
      const subject = session && this.subjects.subjectFor(request.client, session.userId);
      const step = nextStep({ request, session, subject, interaction, remembered, now: this.clock.now() });
      return { request, remembered, step };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      await this.refuse(proven, error, reply);
      return undefined;
    }
  }

  /**
   * Answers the client with an error.
   * @throws PageError when the request was pushed, and answered meanwhile
   */
  async refuse(request: ProvenRequest, error: OAuthError, reply: FastifyReply): Promise<void> {
    await this.pushedRequests.useForError(request);
    await this.responses.error(reply, request, error);
  }

  /** Sends the browser to a page, with the request sealed and bound to it. */
  private async lead(
    request: AuthorizationRequest,
    step: Exclude<NextStep, { kind: 'issue' }>,
    interaction: Interaction | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessions.current(http);
    const sealed = await this.interactions.seal({
      ...(interaction ?? this.begin(request, http, reply)),
      ...(step.kind === 'sign-in' ? { outdatedSession: session?.tokenHash ?? '' } : {}),
    });
    const page = {
      'sign-in': endpoints.signIn,
      'select-account': endpoints.selectAccount,
      consent: endpoints.consent,
    } as const;
    noStore(reply);
    reply.redirect(interactionPath(page[step.kind], sealed), 303);
  }

  private begin(request: AuthorizationRequest, http: FastifyRequest, reply: FastifyReply): Interaction {
    const loginHint = request.parameters.get('login_hint');
    return {
      parameters: request.travelling.entries(),
      ...(request.signed ? { signed: true } : {}),
      browser: this.browser.binding(http, reply),
      startedAt: this.clock.now(),
      clientName: request.client.name,
      redirectOrigin: redirectOrigin(request.redirectUri),
      ...(loginHint === undefined ? {} : { loginHint }),
    };
  }
}
