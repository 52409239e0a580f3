import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OrganizationDemands } from '../directory/organizations/organization-demands.js';
import { SecondFactorGroups } from '../directory/second-factor-groups.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { rolesOf } from '../resource/rights.js';
import { People } from '../sign-in/people.js';
import { secondFactorAsked } from '../sign-in/policy.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { asksForAdministration, type Situation } from './interaction-policy.js';

/** What of a request asks for more than a sign-in. */
export type DemandingRequest = Pick<AuthorizationRequest, 'client' | 'scopes' | 'acr'>;

/** What is demanded of somebody, with what they could prove more. */
type Demands = Pick<Situation, 'secondFactor' | 'upstream' | 'organizationAge'> &
  Partial<Pick<Situation, 'person'>>;

/** What requests and the policy of this server demand of people who are signed in. */
@Injectable()
export class SignInDemands {
  constructor(
    private readonly people: People,
    private readonly groups: SecondFactorGroups,
    private readonly organizations: OrganizationDemands,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** How long ago members of an organization may have signed in, in seconds. */
  async maxAgeFor(organizationId: string | undefined): Promise<number | undefined> {
    return (await this.organizations.of(organizationId))?.maxAge;
  }

  /**
   * Undefined if nothing asks for more than a sign-in.
   * @param organizationId of the organization for which the client wants to act
   */
  async of(
    request: DemandingRequest,
    session: ActiveSession,
    organizationId?: string,
  ): Promise<Demands | undefined> {
    const demand = await this.organizations.of(organizationId, session.userId);
    const isSensitive = asksForAdministration(request);
    const { requireSecondFactor } = request.client.metadata;
    const { essential, values = [] } = request.acr;
    const isRequiredByGroup = await this.groups.include(session.userId);
    const isRequiredByOrganization = demand?.requiresSecondFactor ?? false;
    const isRequired = requireSecondFactor || isRequiredByGroup || isRequiredByOrganization;
    const upstream = demand?.upstream;
    const organizationAge =
      organizationId === undefined || demand?.maxAge === undefined
        ? undefined
        : { organizationId, maxAge: demand.maxAge };
    if (!isSensitive && !isRequired && !essential && values.length === 0 && !upstream)
      return organizationAge && { secondFactor: undefined, organizationAge };
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
              isRequiredByOrganization,
              hasSecondFactor: person?.hasSecondFactor ?? false,
            },
          )
        : undefined;
    return { person, secondFactor, upstream, organizationAge };
  }
}
