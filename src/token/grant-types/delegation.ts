import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { type Actor, actorsIn, maxActors } from '../../protocol/actor.js';
import { invalidRequest } from '../../protocol/errors.js';
import { formatScope } from '../../protocol/scope.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import { TokenUses } from '../token-uses.js';
import { ExchangedEntitlements } from './exchanged-entitlements.js';
import type { TokenRequest } from './grant-type.js';
import { refused, type SubjectToken, tokenTypes } from './subject-tokens.js';

/**
 * Lets a client act for the resource owner of a token of this server (RFC 8693 §1.1): the new token names the client (`act`), never only
 * the person. It belongs to the grant of the subject token, so that it ends with it, and is neither wider nor longer than the subject
 * token. Administrators decide who may exchange whose tokens: `token_exchange_clients`.
 */
@Injectable()
export class Delegation {
  constructor(
    private readonly entitlements: ExchangedEntitlements,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly changes: Changes,
    private readonly uses: TokenUses,
  ) {}

  /** @throws OAuthError invalid_request, invalid_scope, invalid_target, invalid_authorization_details */
  async issue(
    { client, parameters, confirmation, now }: TokenRequest,
    subject: SubjectToken,
  ): Promise<IssuedTokens> {
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
