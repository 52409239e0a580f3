import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { GrantContext } from '../persistence/entities/grant-columns.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { areWithin, type AuthorizationDetail, invalidDetails } from '../protocol/authorization-details.js';
import type { Parameters } from '../protocol/parameters.js';
import { invalidTarget, parseResources } from '../protocol/resource-indicator.js';
import { organizationScope } from '../protocol/organization.js';
import { isGrantScope, isWithin, parseScope } from '../protocol/scope.js';
import { AuthorizationDetails } from '../resource/authorization-details/authorization-details.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { isAdminScope, narrowedTo, rolesOf, scopesOfRoles } from '../resource/rights.js';

/** What may be issued. */
export interface Entitlement {
  readonly scopes: readonly string[];
  /** The resources that the audience is limited to (RFC 8707); null if the scopes alone decide. */
  readonly resources: readonly string[] | null;
  /** What is allowed beside the scopes (RFC 9396). */
  readonly authorizationDetails: readonly AuthorizationDetail[];
}

/** Whether nothing may be issued. */
export const isEmpty = ({ scopes, authorizationDetails }: Entitlement): boolean =>
  scopes.length === 0 && authorizationDetails.length === 0;

/** Decides, whenever tokens are issued, what they may hold: never more than client and resource owner may have at that moment. */
@Injectable()
export class Entitlements {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly users: UsersStore,
    private readonly details: AuthorizationDetails,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What is left of a grant: the granted scopes and authorization details that the client is still registered for, that the resource
   * owner may still give, and whose resource or type still exists. Empty if nothing is left, as of a grant for an organization if the
   * client may not ask for one any more.
   */
  async ofGrant(client: RegisteredClient, grant: GrantContext): Promise<Entitlement> {
    const { scope, userId, resources, orgId } = grant;
    if (orgId !== null && !client.allowsScope(organizationScope))
      return { scopes: [], resources, authorizationDetails: [] };
    const registered = parseScope(scope).filter((name) => client.allowsScope(name));
    const given = await this.givenBy(userId, registered);
    const { authorizationDetailsTypes } = client;
    const authorizationDetails = await this.details.left(
      grant.authorizationDetails,
      authorizationDetailsTypes,
    );
    if (!resources) return { scopes: given, resources, authorizationDetails };
    const { existing, usable } = await this.catalogue.existing(resources, given);
    const scopes = given.filter((name) => usable.has(name) || isGrantScope(name));
    return { scopes: usable.size > 0 ? scopes : [], resources: existing, authorizationDetails };
  }

  /**
   * Narrows an entitlement to the authorization details (RFC 9396 §6) and the resources (RFC 8707 §2.2) that a token request names, and
   * to what one token may hold: the scopes of the admin API stand only in tokens whose sole audience is this server, as every other
   * audience could use them.
   * @throws OAuthError invalid_authorization_details if they are malformed or were not granted
   * @throws OAuthError invalid_target if a resource is malformed, unknown, or was not granted
   */
  async forToken(
    client: RegisteredClient,
    parameters: Parameters,
    entitlement: Entitlement,
  ): Promise<Entitlement> {
    const { scopes, resources } = entitlement;
    const authorizationDetails = await this.detailsFor(client, parameters, entitlement);
    const named = parameters.all('resource');
    if (named.length === 0)
      return this.withoutForeignAdministration({
        scopes,
        resources,
        authorizationDetails: resources
          ? await this.details.at(authorizationDetails, resources)
          : authorizationDetails,
      });
    const parsed = await this.catalogue.registered(parseResources(named));
    if (resources && !isWithin(parsed, resources)) throw invalidTarget('a resource was not granted');
    const others = await this.details.resourcesOf(authorizationDetails);
    return this.withoutForeignAdministration({
      scopes: await this.catalogue.scopesAt(scopes, parsed, others),
      resources: parsed,
      authorizationDetails: await this.details.at(authorizationDetails, parsed),
    });
  }

  /** The entitlement without scopes of the admin API, if the token would have another audience besides this server. */
  async withoutForeignAdministration(entitlement: Entitlement): Promise<Entitlement> {
    const { scopes, resources, authorizationDetails } = entitlement;
    if (!scopes.some(isAdminScope)) return entitlement;
    const others = await this.details.resourcesOf(authorizationDetails);
    const audience = await this.catalogue.audienceOf(scopes, resources, others);
    if (audience.every((identifier) => identifier === this.settings.issuer)) return entitlement;
    return { ...entitlement, scopes: scopes.filter((name) => !isAdminScope(name)) };
  }

  /** "The AS checks whether the underlying grant […] allows the issuance of an access token with the requested authorization details" (RFC 9396 §6) */
  private async detailsFor(
    { authorizationDetailsTypes }: RegisteredClient,
    parameters: Parameters,
    { authorizationDetails: granted }: Entitlement,
  ): Promise<readonly AuthorizationDetail[]> {
    const parameter = parameters.get('authorization_details');
    if (parameter === undefined) return granted;
    const asked = await this.details.requested(parameter, authorizationDetailsTypes);
    if (!areWithin(asked, granted)) throw invalidDetails('these authorization_details were not granted');
    return asked;
  }

  /** People give the scopes of the admin API as their roles allow. A client that acts for itself has those of its registration. */
  private async givenBy(userId: string | null, scopes: readonly string[]): Promise<readonly string[]> {
    if (userId === null || !scopes.some(isAdminScope)) return scopes;
    return narrowedTo(scopesOfRoles(rolesOf(await this.users.rolesOfActive(userId))), scopes);
  }
}
