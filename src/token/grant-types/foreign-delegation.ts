import { Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Subjects } from '../../clients/subjects.js';
import {
  AssertionRefused,
  BearerAssertions,
  type VerifiedAssertion,
} from '../../clients/trusted-issuers/bearer-assertions.js';
import type { AssertionClaims } from '../../protocol/bearer-assertion.js';
import { tokenExchangeGrantType } from '../../protocol/client-metadata.js';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget } from '../../protocol/resource-indicator.js';
import { parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { allowedScopes } from './asserted-entitlements.js';
import { type AssertedGrant, AssertedTokens } from './asserted-tokens.js';
import { AssertedUsers } from './asserted-users.js';
import { ExchangedEntitlements } from './exchanged-entitlements.js';
import type { TokenRequest } from './grant-type.js';
import { refused, tokenTypes } from './subject-tokens.js';

/**
 * Lets a client act for the person whom a JWT of another issuer is about (RFC 8693 §2.1). The issuer is trusted for it: a policy of the
 * kind `subject-token` says which clients may exchange its tokens, whose audiences they have, and which scopes come of them. The new token
 * has a grant of its own, which ends with the policy, and lasts no longer than the subject token.
 */
@Injectable()
export class ForeignDelegation {
  constructor(
    private readonly assertions: BearerAssertions,
    private readonly assertedUsers: AssertedUsers,
    private readonly assertedTokens: AssertedTokens,
    private readonly exchangedEntitlements: ExchangedEntitlements,
    private readonly catalogue: ResourceCatalogue,
    private readonly subjects: Subjects,
  ) {}

  /** @throws OAuthError invalid_request, invalid_scope, invalid_target */
  async issue(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, now } = request;
    const jwt = parameters.require('subject_token');
    try {
      const assertion = await this.assertions.verify(jwt, client.clientId, now, ['subject-token']);
      checkActors(client, assertion.claims);
      const grant = await this.grantOf(request, assertion);
      // What `resource` and `audience` name stands in the grant.
      const narrowed = { ...request, parameters: parameters.without('resource') };
      return await this.assertedTokens.issue(narrowed, assertion, grant);
    } catch (error) {
      if (error instanceof AssertionRefused) throw refused(error.message);
      throw error;
    }
  }

  private async grantOf(
    { client, parameters }: TokenRequest,
    assertion: VerifiedAssertion,
  ): Promise<AssertedGrant> {
    const user = await this.assertedUsers.find(assertion);
    const possible = allowedScopes(client, assertion, parseScope(parameters.get('scope')));
    const resources = await this.targets(client, assertion, possible, parameters);
    return {
      grantType: tokenExchangeGrantType,
      userId: user.id,
      scopes: await this.catalogue.scopesAt(possible, resources, []),
      resources,
      exchanged: {
        subject: this.subjects.subjectFor(client, user.id),
        actor: { sub: client.clientId },
        expiresAt: Number(assertion.claims['exp']),
      },
      issuedTokenType: tokenTypes.accessToken,
    };
  }

  private async targets(
    client: RegisteredClient,
    { issuer }: VerifiedAssertion,
    scopes: readonly string[],
    parameters: Parameters,
  ): Promise<string[]> {
    const targets = await this.exchangedEntitlements.targets(client, { scopes, others: [] }, parameters);
    if (issuer.resources.length === 0) return targets;
    const allowed = targets.filter((identifier) => namesUri(issuer.resources, identifier));
    const isNamed = [...parameters.all('resource'), ...parameters.all('audience')].length > 0;
    if (allowed.length === 0 || (isNamed && allowed.length < targets.length))
      throw invalidTarget('tokens of this issuer are not exchanged for this resource');
    return allowed;
  }
}

/** What the issuer says of those who act: who may (§4.4), and who did. Names of its own mean nothing here. */
function checkActors({ clientId }: RegisteredClient, { act, may_act: mayAct }: AssertionClaims): void {
  if (act !== undefined)
    throw new AssertionRefused('somebody acts with it already, whom only its issuer knows');
  if (mayAct === undefined) return;
  const { sub, ...others } = Object(mayAct) as Record<string, unknown>;
  if (sub !== clientId || Object.keys(others).length > 0)
    throw new AssertionRefused('may_act names somebody else');
}
