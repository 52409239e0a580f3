import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { AssertionRefused, type VerifiedAssertion } from '../../clients/trusted-issuers/bearer-assertions.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import { invalidScope } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { isPersonScope, parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { isAdminScope } from '../../resource/rights.js';
import { type Entitlement, Entitlements } from '../entitlements.js';

/** Decides what an assertion entitles a client to. */
@Injectable()
export class AssertedEntitlements {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly catalogue: ResourceCatalogue,
  ) {}

  /**
   * What the grant holds.
   * @param asked the scopes that the request names
   * @throws AssertionRefused @throws OAuthError invalid_scope, invalid_target
   */
  async of(
    client: RegisteredClient,
    assertion: VerifiedAssertion,
    asked: readonly string[],
  ): Promise<{ readonly scopes: readonly string[]; readonly resources: string[] | null }> {
    const scopes = allowedScopes(client, assertion, asked);
    return { scopes, resources: await this.targets(assertion) };
  }

  /**
   * What the token holds: what is left of the grant at the resources that the request names.
   * @throws OAuthError invalid_scope, invalid_target
   */
  async left(client: RegisteredClient, grant: GrantContext, parameters: Parameters): Promise<Entitlement> {
    const ofGrant = await this.entitlements.ofGrant(client, grant);
    const entitlement = await this.entitlements.forToken(client, parameters, ofGrant);
    if (entitlement.scopes.length > 0) return entitlement;
    throw invalidScope('nothing of the scope is left for these resources');
  }

  /** The resources to which the policy and the claim `resource` of an identity assertion limit the tokens; null if neither does. */
  private async targets({ issuer, claims }: VerifiedAssertion): Promise<string[] | null> {
    const { resource } = claims;
    const allowed = [...issuer.resources];
    if (issuer.kind !== 'id-jag' || resource === undefined) return allowed.length > 0 ? allowed : null;
    const named = [resource].flat();
    if (!named.every((one): one is string => typeof one === 'string') || named.length === 0)
      throw new AssertionRefused('resource is malformed');
    const registered = await this.catalogue.registered(parseResources(named));
    if (allowed.length > 0 && !registered.every((one) => namesUri(allowed, one)))
      throw invalidTarget('the issuer is not trusted for this resource');
    return registered;
  }
}

/**
 * What the policy, the client's registration and, in an identity assertion, its `scope` allow. The request may ask for less, not for more.
 */
export function allowedScopes(
  client: RegisteredClient,
  { issuer, claims }: VerifiedAssertion,
  asked: readonly string[],
): string[] {
  const { scope } = claims;
  // What it narrows would otherwise be granted whole.
  if (issuer.kind === 'id-jag' && claims['authorization_details'] !== undefined)
    throw new AssertionRefused('authorization_details are not supported');
  if (issuer.kind === 'id-jag' && scope !== undefined && typeof scope !== 'string')
    throw new AssertionRefused('scope is malformed');
  const asserted = issuer.kind === 'id-jag' && typeof scope === 'string' ? scope.split(' ') : undefined;
  const possible = parseScope(issuer.scope).filter(
    (name) =>
      client.allowsScope(name) &&
      !isPersonScope(name) &&
      !isAdminScope(name) &&
      (asserted?.includes(name) ?? true),
  );
  if (!asked.every((name) => possible.includes(name)))
    throw invalidScope('scope is wider than what this client may have by this assertion');
  if (possible.length === 0) throw invalidScope('this assertion allows this client no scope');
  return asked.length > 0 ? [...asked] : possible;
}
