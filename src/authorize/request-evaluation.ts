import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SecondFactorGroups } from '../directory/second-factor-groups.js';
import { ConsentRecords } from '../consent/consent-records.js';
import type { AuthorizationInteraction } from '../interaction/interaction.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { AuthorizationDetail } from '../protocol/authorization-details.js';
import { OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { asksForSilence } from '../protocol/prompt.js';
import { rolesOf } from '../resource/rights.js';
import { People } from '../sign-in/people.js';
import { secondFactorAsked } from '../sign-in/policy.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { RequestChecks } from './checks/request-checks.js';
import {
  asksForAdministration,
  isAskedEachTime,
  type NextStep,
  nextStep,
  type Situation,
  withinRoles,
} from './interaction-policy.js';
import { RequestSources } from './request-sources.js';
import { SessionChoice } from './session-choice.js';

/** A request that passed all checks, with what it needs next. */
export interface Evaluation {
  readonly request: AuthorizationRequest;
  readonly session: ActiveSession | undefined;
  /** The token hashes of all sessions of the browser. */
  readonly sessionHashes: readonly string[];
  /** The scopes that the session's user allowed this client before. */
  readonly remembered: ReadonlySet<string>;
  /** The authorization details that they allowed it before, if any are requested. */
  readonly rememberedDetails: readonly AuthorizationDetail[];
  readonly step: NextStep;
}

/** A request whose error is sent to its client. */
export interface Failure {
  readonly proven: ProvenRequest;
  readonly error: OAuthError;
  /** Whether somebody must sign in before the error is sent. */
  readonly isSignInDue: boolean;
}

/** Checks an authorization request and decides what it needs next. */
@Injectable()
export class RequestEvaluation {
  constructor(
    private readonly sources: RequestSources,
    private readonly checks: RequestChecks,
    private readonly choice: SessionChoice,
    private readonly consents: ConsentRecords,
    private readonly people: People,
    private readonly groups: SecondFactorGroups,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param interaction the one that the browser comes back with; undefined for a request that arrives
   * @throws PageError if there is no proven client to answer
   */
  async evaluate(
    parameters: Parameters,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
  ): Promise<Evaluation | Failure> {
    const at = interaction ? 'resume' : 'authorize';
    const proven = await this.checks.prove(await this.sources.find(parameters, interaction, http), at);
    try {
      const request = await this.checks.check(proven, at);
      const { session, hasOthers } = await this.choice.choose(request, interaction, http);
      const remembered = session
        ? await this.consents.remembered(session.userId, request.client.clientId)
        : new Set<string>();
      const rememberedDetails =
        session && request.authorizationDetails.length > 0
          ? await this.consents.rememberedDetails(session.userId, request.client.clientId)
          : [];
      const subject = session && this.choice.subjectOf(request, session);
      const askedEachTime = isAskedEachTime(request, this.settings.issuer);
      const now = this.clock.now();
      const proving = session && (await this.proving(request, session));
      return {
        request: session ? withinRoles(request, session) : request,
        session,
        sessionHashes: this.choice.hashes(http),
        remembered,
        rememberedDetails,
        step: nextStep({
          request,
          session,
          hasOthers,
          subject,
          interaction,
          remembered,
          rememberedDetails,
          person: proving?.person,
          secondFactor: proving?.secondFactor,
          askedEachTime,
          now,
        }),
      };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return { proven, error, isSignInDue: await this.isSignInDue(proven, http) };
    }
  }

  /** With what the person could prove more, if the request asks for more than a sign-in. */
  private async proving(
    request: AuthorizationRequest,
    session: ActiveSession,
  ): Promise<Pick<Situation, 'person' | 'secondFactor'> | undefined> {
    const isSensitive = asksForAdministration(request);
    const { requireSecondFactor } = request.client.metadata;
    const { essential, values = [] } = request.acr;
    const isRequiredByGroup = await this.groups.include(session.userId);
    const isRequired = requireSecondFactor || isRequiredByGroup;
    if (!isSensitive && !isRequired && !essential && values.length === 0) return undefined;
    const person = await this.people.find(session.userId);
    const { secondFactorAsked: asked, secondFactorRequiredOf: requiredOf } = this.settings.signIn;
    const secondFactor =
      isSensitive || isRequired
        ? secondFactorAsked(
            { asked, requiredOf },
            {
              isAdministrator: rolesOf(session).length > 0,
              isKnownDevice: true,
              isSensitive,
              isRequiredByClient: requireSecondFactor,
              isRequiredByGroup,
              hasSecondFactor: person?.hasSecondFactor ?? false,
            },
          )
        : undefined;
    return { person, secondFactor };
  }

  /**
   * Whether somebody must sign in before a client gets an error: "the authorization server MUST always authenticate the user first and,
   * with the exception of the silent authentication use case, prompt the user for credentials when needed, before redirecting the user"
   * (RFC 9700 §4.11.2). Otherwise a link to this server could lead anybody to whatever has just registered itself.
   */
  private async isSignInDue({ client, parameters }: ProvenRequest, http: FastifyRequest): Promise<boolean> {
    if (!client.registeredItself || asksForSilence(parameters.all('prompt'))) return false;
    return !(await this.choice.isAnybodySignedIn(http));
  }
}
