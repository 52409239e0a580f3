import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { areWithin, type AuthorizationDetail, invalidDetails } from '../../protocol/authorization-details.js';
import { invalidScope } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { isPersonScope, parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { isAdminScope } from '../../resource/rights.js';
import { type Entitlement, Entitlements } from '../entitlements.js';
import type { SubjectToken } from './subject-tokens.js';

/** Says what a token that another one is exchanged for may hold (RFC 8693). */
@Injectable()
export class ExchangedEntitlements {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly catalogue: ResourceCatalogue,
    private readonly details: AuthorizationDetails,
  ) {}

  /**
   * What the new token may hold: the scopes and authorization details of the subject token that the grant still allows, that this client
   * is registered for, and that belong to the targets.
   */
  async of(
    client: RegisteredClient,
    { scopes, authorizationDetails, grant, grantClient }: SubjectToken,
    parameters: Parameters,
  ): Promise<Entitlement & { readonly resources: readonly string[] }> {
    const left = await this.entitlements.ofGrant(grantClient, grant);
    const possible = scopes.filter(
      (name) =>
        left.scopes.includes(name) && client.allowsScope(name) && !isPersonScope(name) && !isAdminScope(name),
    );
    const asked = parseScope(parameters.get('scope'));
    if (!asked.every((name) => possible.includes(name)))
      throw invalidScope('scope is wider than the subject_token, or than what this client may have of it');
    const chosen = asked.length > 0 ? asked : possible;
    const held = authorizationDetails.filter((detail) => areWithin([detail], left.authorizationDetails));
    const details = await this.detailsFor(client, held, parameters);
    const others = await this.details.resourcesOf(details);
    const resources = await this.targets(client, { scopes: chosen, others }, parameters);
    return {
      scopes: await this.catalogue.scopesAt(chosen, resources, others),
      resources,
      authorizationDetails: await this.details.at(details, resources),
    };
  }

  /** The authorization details that this client may have of those of the subject token, or those of them that it asks for. */
  private async detailsFor(
    { authorizationDetailsTypes: types }: RegisteredClient,
    held: readonly AuthorizationDetail[],
    parameters: Parameters,
  ): Promise<readonly AuthorizationDetail[]> {
    const asked = await this.details.requested(parameters.get('authorization_details'), types);
    if (!areWithin(asked, held))
      throw invalidDetails('authorization_details are wider than those of the subject_token');
    return asked.length > 0 ? asked : held.filter(({ type }) => types.includes(type));
  }

  /** The targets by `resource` or `audience`, which both name resources here; without them, those that the scopes and details belong to. */
  async targets(
    client: RegisteredClient,
    { scopes, others }: { readonly scopes: readonly string[]; readonly others: readonly string[] },
    parameters: Parameters,
  ): Promise<string[]> {
    const { tokenExchangeResources: allowed } = client.metadata;
    const asked = [...parameters.all('resource'), ...parameters.all('audience')];
    if (asked.length === 0) {
      const audience = await this.catalogue.audienceOf(scopes, null, others);
      const possible = audience.filter((identifier) => namesUri(allowed, identifier));
      if (scopes.length + others.length > 0 && possible.length > 0) return possible;
      throw invalidTarget(
        'the subject_token allows nothing at the resources for which this client may get tokens',
      );
    }
    const named = await this.catalogue.registered(parseResources(asked));
    const foreign = named.find((identifier) => !namesUri(allowed, identifier));
    if (foreign !== undefined)
      throw invalidTarget(
        'this client may not get tokens for this resource by exchange',
        `resource ${foreign}: token_exchange_resources are ${allowed.join(' ') || 'none'}`,
      );
    return named;
  }
}
