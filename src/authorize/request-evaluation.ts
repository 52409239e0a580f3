import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ConsentRecords, type Consented, nothingConsented } from '../consent/consent-records.js';
import type { AuthorizationInteraction, WantedSignIn } from '../interaction/interaction.js';
import type { NamedOrganization } from '../persistence/stores/organizations.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { AuthorizationDetail } from '../protocol/authorization-details.js';
import { OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { asksForSilence } from '../protocol/prompt.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { RequestChecks } from './checks/request-checks.js';
import { isAskedEachTime, type NextStep, nextStep, wantedBy, withinRoles } from './interaction-policy.js';
import { lesserAge } from '../sign-in/policy.js';
import { OrganizationChoice } from './organization-choice.js';
import { RequestSources } from './request-sources.js';
import { SessionChoice } from './session-choice.js';
import { SignInDemands } from './sign-in-demands.js';

/** A request that passed all checks, with what it needs next. */
export interface Evaluation {
  readonly request: AuthorizationRequest;
  readonly session: ActiveSession | undefined;
  /** The token hashes of all sessions of the browser. */
  readonly sessionHashes: readonly string[];
  /** The organization for which the client wants to act, once it is known. */
  readonly organization: NamedOrganization | undefined;
  /** The scopes that the session's user allowed this client before, for that organization or for none. */
  readonly remembered: ReadonlySet<string>;
  /** What an administrator allows the client in place of the members of that organization. */
  readonly consented: Consented;
  /** The authorization details that they allowed it before, if any are requested. */
  readonly rememberedDetails: readonly AuthorizationDetail[];
  readonly step: NextStep;
  /** What the sign-in must reach of whoever signs in from here on. */
  readonly wanted: WantedSignIn;
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
    private readonly organizations: OrganizationChoice,
    private readonly demands: SignInDemands,
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
      const found =
        session &&
        (await this.organizations.find(
          request.organization,
          session.userId,
          interaction?.chosenOrganizationId,
        ));
      const organization = found?.state === 'found' ? found.organization : undefined;
      const organizationId = organization?.id ?? request.organization?.id;
      const key = session && {
        userId: session.userId,
        clientId: request.client.clientId,
        organizationId: organization?.id ?? null,
      };
      const remembered = key ? await this.consents.remembered(key) : new Set<string>();
      const consented = organization
        ? await this.consents.consented(organization.id, request.client)
        : nothingConsented;
      const rememberedDetails =
        key && request.authorizationDetails.length > 0 ? await this.consents.rememberedDetails(key) : [];
      const subject = session && this.choice.subjectOf(request, session);
      const askedEachTime = isAskedEachTime(request, this.settings.issuer);
      const now = this.clock.now();
      const proving = session && (await this.demands.of(request, session, organizationId));
      const step = nextStep({
        request,
        session,
        hasOthers,
        subject,
        interaction,
        organization: found,
        remembered,
        consented: consented.scopes,
        rememberedDetails,
        person: proving?.person,
        secondFactor: proving?.secondFactor,
        upstream: proving?.upstream,
        organizationAge: proving?.organizationAge,
        askedEachTime,
        now,
      });
      return {
        request: session ? withinRoles(request, session) : request,
        session,
        sessionHashes: this.choice.hashes(http),
        organization,
        remembered,
        consented,
        rememberedDetails,
        step,
        wanted: await this.wantedOf(request, step, organizationId),
      };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return { proven, error, isSignInDue: await this.isSignInDue(proven, http) };
    }
  }

  /** An organization that the request does not name is that of who is asked to sign in, and of nobody who takes their place. */
  private async wantedOf(
    request: AuthorizationRequest,
    step: NextStep,
    organizationId: string | undefined,
  ): Promise<WantedSignIn> {
    const named = request.organization?.id;
    const id = step.kind === 'sign-in' ? organizationId : named;
    const maxAge = step.kind === 'issue' ? undefined : await this.demands.maxAgeFor(id);
    const organization = id === undefined ? undefined : { id, isNamed: id === named };
    return wantedBy({ ...request, maxAge: lesserAge(request.maxAge, maxAge) }, organization);
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
