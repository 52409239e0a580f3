import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { type Actor, actorsIn, maxActors } from '../../protocol/actor.js';
import { idJagTokenType } from '../../protocol/bearer-assertion.js';
import { tokenExchangeGrantType } from '../../protocol/client-metadata.js';
import { areWithin, type AuthorizationDetail, invalidDetails } from '../../protocol/authorization-details.js';
import { invalidRequest, invalidScope, OAuthError } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { formatScope, isPersonScope, parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import { ActiveTokens } from '../../resource/active-tokens.js';
import { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { isAdminScope } from '../../resource/rights.js';
import { type Entitlement, Entitlements } from '../entitlements.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { IdentityAssertions } from './identity-assertions.js';
import { refused, type SubjectToken, SubjectTokens, tokenTypes } from './subject-tokens.js';

/**
 * Token exchange (RFC 8693): a service that was called with a token gets another one, to call on for the same person. Always delegation:
 * the new token names the client that acts (`act`), never only the person. It belongs to the grant of the subject token, so that it ends
 * with it, and is neither wider nor longer than the subject token. Who may exchange whose tokens, for which resources, administrators
 * decide: `token_exchange_clients` and `token_exchange_resources`. An identity assertion is asked for the same way, and is something else.
 */
@Injectable()
export class TokenExchangeGrant implements GrantType {
  readonly name = tokenExchangeGrantType;
  readonly parameters = [
    'scope',
    'authorization_details',
    'requested_token_type',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
  ];

  constructor(
    private readonly subjectTokens: SubjectTokens,
    private readonly activeTokens: ActiveTokens,
    private readonly entitlements: Entitlements,
    private readonly catalogue: ResourceCatalogue,
    private readonly details: AuthorizationDetails,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly identityAssertions: IdentityAssertions,
    private readonly changes: Changes,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, confirmation, now } = request;
    if (client.isPublic)
      throw new OAuthError('unauthorized_client', 'a public client cannot exchange tokens');
    const wanted = parameters.get('requested_token_type') ?? tokenTypes.accessToken;
    if (wanted === idJagTokenType)
      return this.identityAssertions.issue(request, await this.subjectTokens.read(request));
    if (wanted !== tokenTypes.accessToken)
      throw invalidRequest('requested_token_type can only be an access token or an identity assertion');
    await this.checkActor(client, parameters);
    const subject = await this.subjectTokens.read(request);
    checkPolicy(client, subject);
    const actor = nextActor(client, subject);
    const entitlement = await this.entitlement(client, subject, parameters);
    const { scopes, resources } = entitlement;
    const { grant } = subject;
    const exchanged = {
      subject: subject.subject,
      grantClientId: subject.grantClient.clientId,
      actor,
      expiresAt: subject.expiresAt,
    };
    const contents = { client, grant, ...entitlement, confirmation, exchanged, now };
    const access = await this.accessTokenMint.mint(contents);
    await this.changes.change(
      {
        event: 'token.exchanged',
        actor: `client:${client.clientId}`,
        userId: grant.userId,
        clientId: client.clientId,
        grantId: grant.id,
        detail: {
          subject_client: subject.grantClient.clientId,
          resources: resources.join(' '),
          scope: formatScope(scopes),
        },
      },
      async (tx) => {
        if (access.row) await this.accessTokens.insert(tx, access.row);
      },
    );
    return issuedTokens(access, scopes, { issuedTokenType: tokenTypes.accessToken });
  }

  /** The client that authenticates is the actor. It may say so by an access token of its own (§2.1), and by nobody else's. */
  private async checkActor(client: RegisteredClient, parameters: Parameters): Promise<void> {
    const token = parameters.get('actor_token');
    const type = parameters.get('actor_token_type');
    if (token === undefined && type === undefined) return;
    // "This parameter is REQUIRED when the actor_token parameter is present in the request but MUST NOT be included otherwise."
    if (token === undefined || type === undefined)
      throw invalidRequest('actor_token and actor_token_type come together');
    const active = type === tokenTypes.accessToken ? await this.activeTokens.find(token) : undefined;
    if (active?.clientId !== client.clientId || active.userId !== null)
      throw invalidRequest('the actor_token is not an access token with which this client acts for itself');
  }

  /**
   * What the new token may hold: the scopes and authorization details of the subject token that the grant still allows, that this client
   * is registered for, and that belong to the targets.
   */
  private async entitlement(
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
    { metadata }: RegisteredClient,
    held: readonly AuthorizationDetail[],
    parameters: Parameters,
  ): Promise<readonly AuthorizationDetail[]> {
    const types = metadata.authorizationDetailsTypes;
    const asked = await this.details.requested(parameters.get('authorization_details'), types);
    if (!areWithin(asked, held))
      throw invalidDetails('authorization_details are wider than those of the subject_token');
    return asked.length > 0 ? asked : held.filter(({ type }) => types.includes(type));
  }

  /** The targets by `resource` or `audience`, which both name resources here; without them, those that the scopes and details belong to. */
  private async targets(
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

/** A client exchanges tokens of the clients that administrators name for it. A token that was exchanged before counts as its holder's. */
function checkPolicy(client: RegisteredClient, { holder, grantClient }: SubjectToken): void {
  const { tokenExchangeClients: allowed } = client.metadata;
  const clients = [holder, grantClient.clientId];
  const foreign = clients.find((clientId) => !allowed.includes(clientId));
  if (foreign !== undefined)
    throw refused(`of ${foreign}: token_exchange_clients are ${allowed.join(' ') || 'none'}`);
}

/** Who acts from now on (§4.1). A chain has an end: it stands in every token. */
function nextActor({ clientId }: RegisteredClient, { actor }: SubjectToken): Actor {
  if (actorsIn(actor) >= maxActors) throw refused(`it has been exchanged ${maxActors} times`);
  return actor === undefined ? { sub: clientId } : { sub: clientId, act: actor };
}
