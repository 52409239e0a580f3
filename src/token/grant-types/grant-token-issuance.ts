import { Injectable } from '@nestjs/common';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { RefreshTokensStore } from '../../persistence/stores/refresh-tokens.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { invalidGrant } from '../../protocol/errors.js';
import { AccessTokenMint, type MintedAccessToken } from '../mint/access-token.js';
import { IdTokenMint } from '../mint/id-token.js';
import { RefreshTokenMint } from '../mint/refresh-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import type { TokenRequest } from './grant-type.js';
import { type Entitlement, Entitlements, isEmpty } from '../entitlements.js';

/** The tokens of a response except the refresh token. */
export interface GrantTokens {
  readonly access: MintedAccessToken;
  readonly idToken: string | undefined;
  /** The scopes of the access token. */
  readonly scopes: readonly string[];
}

/** An authorization code or a device code, which can be exchanged once. */
export interface Exchanged {
  /** As sent in the authorization request, for the ID token. */
  readonly nonce?: string | null;
  /**
   * Consumes the code, in the transaction that stores the tokens. Returns false if it was consumed before, or its grant was revoked.
   */
  readonly consume: (tx: Transaction) => Promise<boolean>;
}

/** Issues the tokens of a resource owner's grant. */
@Injectable()
export class GrantTokenIssuance {
  constructor(
    private readonly entitlements: Entitlements,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly refreshTokenMint: RefreshTokenMint,
    private readonly idTokenMint: IdTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly grants: GrantsStore,
    private readonly database: Database,
  ) {}

  /**
   * What the client is still entitled to.
   * @throws OAuthError invalid_grant if nothing is left
   */
  async entitlement({ client }: TokenRequest, grant: IssuingGrant): Promise<Entitlement> {
    const entitlement = await this.entitlements.ofGrant(client, grant);
    if (!isEmpty(entitlement)) return entitlement;
    throw invalidGrant(
      'nothing of what was granted is available any more',
      `scopes: granted ${grant.scope}; neither client nor resource owner may have any of them now`,
    );
  }

  /**
   * Mints an access token for what the request makes of an entitlement, and an ID token if openid is part of it.
   * @param nonce as sent in the authorization request, for the first ID token
   * @throws OAuthError invalid_target, invalid_authorization_details
   */
  async mint(
    { client, parameters, confirmation, now }: TokenRequest,
    grant: IssuingGrant,
    entitlement: Entitlement,
    nonce?: string | null,
  ): Promise<GrantTokens> {
    const issued = await this.entitlements.forToken(client, parameters, entitlement);
    const { scopes } = issued;
    const { userId } = grant;
    const access = await this.accessTokenMint.mint({ client, grant, ...issued, confirmation, now });
    const idToken =
      userId !== null && entitlement.scopes.includes('openid')
        ? await this.idTokenMint.mint({
            client,
            grant,
            scopes: entitlement.scopes,
            userId,
            accessToken: access.token,
            nonce,
            now,
          })
        : undefined;
    return { access, idToken, scopes };
  }

  /**
   * Issues the first tokens of a grant, with a refresh token if one is due.
   * @param exchanged the code that the client presented
   * @returns undefined if the code was consumed or the grant revoked meanwhile; then no token is stored
   * @throws OAuthError invalid_target, invalid_authorization_details; invalid_grant if nothing of the grant is left
   */
  async issueFirst(
    request: TokenRequest,
    grant: IssuingGrant,
    { nonce, consume }: Exchanged,
  ): Promise<IssuedTokens | undefined> {
    const { client, confirmation, now } = request;
    const entitlement = await this.entitlement(request, grant);
    const { access, idToken, scopes } = await this.mint(request, grant, entitlement, nonce);
    const refresh = this.refreshTokenMint.isDue(client, grant, entitlement.scopes)
      ? this.refreshTokenMint.mint(client, grant, now, confirmation)
      : undefined;
    const isIssued = await this.consumed(async (tx) => {
      // First, so that it holds the grant: a revocation is either seen by what follows, or waits for it.
      await this.grants.confirm(tx, grant.id, grant.expiresAt);
      if (!(await consume(tx))) throw new NotConsumed();
      if (access.row) await this.accessTokens.insert(tx, access.row);
      if (refresh) await this.refreshTokens.insert(tx, refresh.row);
    });
    return isIssued ? issuedTokens(access, scopes, { refreshToken: refresh?.token, idToken }) : undefined;
  }

  /** @returns whether the work was done; nothing of it is kept if the code was not consumed */
  private async consumed(work: (tx: Transaction) => Promise<void>): Promise<boolean> {
    try {
      await this.database.write(work);
      return true;
    } catch (error) {
      if (error instanceof NotConsumed) return false;
      throw error;
    }
  }
}

/** Thrown inside of the transaction, which is rolled back. */
class NotConsumed extends Error {}
