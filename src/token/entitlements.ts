import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { GrantContext } from '../persistence/entities/grant-columns.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Parameters } from '../protocol/parameters.js';
import { invalidTarget, parseResources } from '../protocol/resource-indicator.js';
import { organizationScope } from '../protocol/organization.js';
import { isGrantScope, isWithin, parseScope } from '../protocol/scope.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { isAdminScope, narrowedTo, rolesOf, scopesOfRoles } from '../resource/rights.js';

/** What may be issued. */
export interface Entitlement {
  readonly scopes: readonly string[];
  /** The resources that the audience is limited to (RFC 8707); null if the scopes alone decide. */
  readonly resources: readonly string[] | null;
}

/** Decides, whenever tokens are issued, what they may hold: never more than client and resource owner may have at that moment. */
@Injectable()
export class Entitlements {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What is left of a grant: the granted scopes that the client is still registered for, that the resource owner may still give, and
   * whose resource still exists. Empty if nothing is left, as of a grant for an organization if the client may not ask for one any more.
   */
  async ofGrant(
    client: RegisteredClient,
    { scope, userId, resources, orgId }: GrantContext,
  ): Promise<Entitlement> {
    if (orgId !== null && !client.allowsScope(organizationScope)) return { scopes: [], resources };
    const registered = parseScope(scope).filter((name) => client.allowsScope(name));
    const given = await this.givenBy(userId, registered);
    if (!resources) return { scopes: given, resources };
    const { existing, usable } = await this.catalogue.existing(resources, given);
    const scopes = given.filter((name) => usable.has(name) || isGrantScope(name));
    return { scopes: usable.size > 0 ? scopes : [], resources: existing };
  }

  /**
   * Narrows an entitlement to the resources that a token request names (RFC 8707 §2.2), and to what one token may hold: the scopes of
   * the admin API stand only in tokens whose sole audience is this server, as every other audience could use them.
   * @throws OAuthError invalid_target if a resource is malformed, unknown, or was not granted
   */
  async forToken(parameters: Parameters, { scopes, resources }: Entitlement): Promise<Entitlement> {
    const named = parameters.all('resource');
    if (named.length === 0) return this.withoutForeignAdministration({ scopes, resources });
    const parsed = await this.catalogue.registered(parseResources(named));
    if (resources && !isWithin(parsed, resources)) throw invalidTarget('a resource was not granted');
    return this.withoutForeignAdministration({
      scopes: await this.catalogue.scopesAt(scopes, parsed),
      resources: parsed,
    });
  }

  /** The entitlement without scopes of the admin API, if the token would have another audience besides this server. */
  async withoutForeignAdministration({ scopes, resources }: Entitlement): Promise<Entitlement> {
    if (!scopes.some(isAdminScope)) return { scopes, resources };
    const audience = await this.catalogue.audienceOf(scopes, resources);
    if (audience.every((identifier) => identifier === this.settings.issuer)) return { scopes, resources };
    return { scopes: scopes.filter((name) => !isAdminScope(name)), resources };
  }

  /** People give the scopes of the admin API as their roles allow. A client that acts for itself has those of its registration. */
  private async givenBy(userId: string | null, scopes: readonly string[]): Promise<readonly string[]> {
    if (userId === null || !scopes.some(isAdminScope)) return scopes;
    return narrowedTo(scopesOfRoles(rolesOf(await this.users.rolesOfActive(userId))), scopes);
  }
}
