import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import {
  AssertionRefused,
  BearerAssertions,
  type VerifiedAssertion,
} from '../../clients/trusted-issuers/bearer-assertions.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newGrant } from '../../persistence/entities/grant-columns.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { jwtBearerGrantType } from '../../protocol/client-metadata.js';
import { invalidGrant, invalidScope, OAuthError } from '../../protocol/errors.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { formatScope, isPersonScope, parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { isAdminScope } from '../../resource/rights.js';
import { Entitlements } from '../entitlements.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import { AssertedUsers } from './asserted-users.js';
import type { GrantType, TokenRequest } from './grant-type.js';

/**
 * The JWT bearer grant (RFC 7523 §2.1): a client presents the assertion of a trusted issuer, and gets an access token for itself or for a
 * user, never a refresh token. Identity assertions (draft-ietf-oauth-identity-assertion-authz-grant §4.4) come the same way.
 */
@Injectable()
export class JwtBearerGrant implements GrantType {
  readonly name = jwtBearerGrantType;
  readonly parameters = ['assertion', 'scope'];

  constructor(
    private readonly assertions: BearerAssertions,
    private readonly assertedUsers: AssertedUsers,
    private readonly entitlements: Entitlements,
    private readonly catalogue: ResourceCatalogue,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, now } = request;
    if (client.isPublic)
      throw new OAuthError('unauthorized_client', 'a public client cannot present assertions');
    const jwt = parameters.require('assertion');
    try {
      const assertion = await this.assertions.verify(jwt, client.clientId, now, ['jwt', 'id-jag']);
      checkClient(client, assertion);
      return await this.issue(request, assertion);
    } catch (error) {
      // "If the assertion is not valid or has expired, the […] value MUST be "invalid_grant"" (RFC 7521 §4.1.1).
      if (error instanceof AssertionRefused) throw refused(error.message);
      throw error;
    }
  }

  private async issue(
    { client, parameters, confirmation, now }: TokenRequest,
    assertion: VerifiedAssertion,
  ): Promise<IssuedTokens> {
    const { issuer, subject } = assertion;
    const user = issuer.subject === 'user' ? await this.assertedUsers.find(assertion) : undefined;
    const scopes = allowedScopes(client, assertion, parseScope(parameters.get('scope')));
    const resources = await this.targets(assertion);
    const grant = newGrant({
      grantType: jwtBearerGrantType,
      clientId: client.clientId,
      userId: user?.id ?? null,
      scope: formatScope(scopes),
      resources,
      offline: true,
      createdAt: now,
      expiresAt: now + this.settings.lifetimes.accessToken,
      trustedIssuerId: issuer.id,
    });
    const left = await this.entitlements.ofGrant(client, grant);
    const entitlement = await this.entitlements.forToken(parameters, left);
    if (entitlement.scopes.length === 0)
      throw invalidScope('nothing of the scope is left for these resources');
    const access = await this.accessTokenMint.mint({ client, grant, ...entitlement, confirmation, now });
    await this.assertions.useOnce(assertion, now);
    await this.changes.change(
      {
        event: 'assertion.accepted',
        actor: `client:${client.clientId}`,
        userId: grant.userId,
        clientId: client.clientId,
        grantId: grant.id,
        detail: {
          trusted_issuer: issuer.name,
          subject: subject.slice(0, 200),
          scope: formatScope(entitlement.scopes),
        },
      },
      async (tx) => {
        if (!(await this.grants.insertOfIssuer(tx, issuer.id, grant)))
          throw new AssertionRefused('the issuer is not trusted any more, or the user was disabled');
        if (access.row) await this.accessTokens.insert(tx, access.row);
      },
    );
    return issuedTokens(access, entitlement.scopes);
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

/** "The client_id claim MUST identify the same client as the client authentication" (the draft, §4.4.1). */
function checkClient({ clientId }: RegisteredClient, { issuer, claims }: VerifiedAssertion): void {
  if (issuer.kind === 'id-jag' && claims['client_id'] !== clientId)
    throw new AssertionRefused('client_id is not that of the client that authenticates');
}

/**
 * What the policy, the client's registration and, in an identity assertion, its `scope` allow. The request may ask for less, not for more.
 */
function allowedScopes(
  client: RegisteredClient,
  { issuer, claims }: VerifiedAssertion,
  asked: readonly string[],
): string[] {
  const { scope } = claims;
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

const refused = (detail: string): Error =>
  invalidGrant(
    'the assertion is invalid or used, or is not from an issuer that is trusted for this client',
    `assertion: ${detail}`,
  );
