import { Injectable } from '@nestjs/common';
import type { AccessTokenFacts } from '../audit/issue-groups.js';
import { TokenEvents } from '../audit/token-events.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import type { OpaqueAccessToken } from '../persistence/entities/access-token.entity.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { AccessTokensStore } from '../persistence/stores/access-tokens.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { issues } from '../protocol/response-type.js';
import { formatScope, parseScope } from '../protocol/scope.js';
import { Entitlements } from '../token/entitlements.js';
import { AccessTokenMint, type MintedAccessToken } from '../token/mint/access-token.js';
import { IdTokenMint } from '../token/mint/id-token.js';
import { TokenUses } from '../token/token-uses.js';
import type { AuthorizationRequest } from './authorization-request.js';

/** Tokens that are ready to be sent. */
export interface MintedTokens {
  /** The parameters of the response. */
  readonly parameters: Record<string, string>;
  /** What is to be stored of an opaque access token. */
  readonly row: OpaqueAccessToken | undefined;
  /** What the audit trail says of the access token, if there is one. */
  readonly facts: AccessTokenFacts | undefined;
}

/** Tokens from the authorization endpoint itself (OIDC Core §3.2.2.5 and §3.3.2.5), for relying parties that still need them. */
@Injectable()
export class FrontChannelTokens {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly accessTokens: AccessTokenMint,
    private readonly store: AccessTokensStore,
    private readonly idTokens: IdTokenMint,
    private readonly events: TokenEvents,
    private readonly uses: TokenUses,
  ) {}

  /**
   * Mints the tokens of the response type.
   * @param userId the resource owner of the grant
   */
  async mint(
    request: AuthorizationRequest,
    grant: Grant,
    userId: string,
    code: string | undefined,
  ): Promise<MintedTokens> {
    const { client, responseType } = request;
    const scopes = parseScope(grant.scope);
    const entitlement = await this.entitlements.withoutForeignAdministration({
      scopes,
      resources: grant.resources,
      authorizationDetails: request.authorizationDetails,
    });
    const access = issues(responseType, 'token')
      ? await this.accessTokens.mint({ client, grant, ...entitlement, now: grant.createdAt })
      : undefined;
    // Without the scope openid there is no ID token.
    const isIdTokenDue = issues(responseType, 'id_token') && scopes.includes('openid');
    const parameters = {
      ...(access ? accessParameters(access, formatScope(entitlement.scopes)) : {}),
      ...(isIdTokenDue
        ? {
            id_token: await this.idTokens.mint({
              client,
              grant,
              scopes,
              userId,
              accessToken: access?.token,
              code,
              alone: responseType === 'id_token',
              nonce: request.nonce,
              now: grant.createdAt,
            }),
          }
        : {}),
    };
    return { parameters, row: access?.row, facts: access?.facts };
  }

  /** Stores what has to be stored of them. */
  async keep(tx: Transaction, { row }: MintedTokens): Promise<void> {
    if (row) await this.store.insert(tx, row);
  }

  /** Records that they were issued. */
  record({ facts }: MintedTokens, client: RegisteredClient): void {
    if (!facts) return;
    this.events.issued(facts, { grantType: 'implicit', address: undefined });
    this.uses.issued(client, facts);
  }
}

/** RFC 6749 §4.2.2 */
const accessParameters = (access: MintedAccessToken, scope: string): Record<string, string> => ({
  access_token: access.token,
  token_type: 'Bearer',
  expires_in: String(access.expiresIn),
  scope,
});
