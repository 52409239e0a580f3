import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { type Actor, actorsIn, maxActors } from '../../protocol/actor.js';
import { idJagTokenType } from '../../protocol/bearer-assertion.js';
import { tokenExchangeGrantType } from '../../protocol/client-metadata.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { formatScope } from '../../protocol/scope.js';
import { ActiveTokens } from '../../resource/active-tokens.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import { TokenUses } from '../token-uses.js';
import { ExchangedEntitlements } from './exchanged-entitlements.js';
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
    private readonly entitlements: ExchangedEntitlements,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly identityAssertions: IdentityAssertions,
    private readonly changes: Changes,
    private readonly uses: TokenUses,
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
    if (subject.grantClient.profile !== null && !confirmation)
      throw invalidRequest(
        'tokens of this grant are bound to a key: the request needs a DPoP proof or a certificate',
      );
    const actor = nextActor(client, subject);
    const entitlement = await this.entitlements.of(client, subject, parameters);
    const { scopes, resources } = entitlement;
    const { grant } = subject;
    const exchanged = {
      subject: subject.subject,
      grantClientId: subject.grantClient.clientId,
      actor,
      expiresAt: Math.min(subject.expiresAt, subject.grantClient.latestExpiry(now)),
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
    this.uses.exchanged(subject.grantClient, access.facts);
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
