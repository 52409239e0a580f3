import { Injectable } from '@nestjs/common';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import { RefreshTokensStore } from '../../persistence/stores/refresh-tokens.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { parseScope } from '../../protocol/scope.js';
import { AccessTokenMint, type MintedAccessToken } from '../mint/access-token.js';
import { IdTokenMint } from '../mint/id-token.js';
import { RefreshTokenMint } from '../mint/refresh-token.js';
import { type TokenResponse, tokenResponse } from '../mint/token-response.js';
import type { TokenRequest } from './grant-type.js';
import { Targets } from './targets.js';

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
  /** Consumes the code, in the transaction that stores the tokens. Returns false if it was consumed before. */
  readonly consume: (tx: Transaction) => Promise<boolean>;
}

/** Issues the tokens of a resource owner's grant. */
@Injectable()
export class GrantTokenIssuance {
  constructor(
    private readonly targets: Targets,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly refreshTokenMint: RefreshTokenMint,
    private readonly idTokenMint: IdTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly database: Database,
  ) {}

  /**
   * Mints an access token, and an ID token if openid is among the allowed scopes.
   * @param allowed the scopes that the token may have; the resources of the request can narrow them
   * @param nonce as sent in the authorization request, for the first ID token
   * @throws OAuthError invalid_target
   */
  async mint(
    { client, parameters, confirmation, now }: TokenRequest,
    grant: IssuingGrant,
    allowed: readonly string[],
    nonce?: string | null,
  ): Promise<GrantTokens> {
    const { scopes, resources } = await this.targets.resolve(parameters, allowed, grant.resources);
    const { userId } = grant;
    const access = await this.accessTokenMint.mint({
      client,
      grant,
      scopes,
      resources,
      confirmation,
      now,
    });
    const idToken =
      userId !== null && allowed.includes('openid')
        ? await this.idTokenMint.mint({ client, grant, userId, accessToken: access.token, nonce, now })
        : undefined;
    return { access, idToken, scopes };
  }

  /**
   * Issues the first tokens of a grant, with a refresh token if one is due.
   * @param exchanged the code that the client presented
   * @returns undefined if the code was consumed meanwhile; then nothing is stored
   * @throws OAuthError invalid_target
   */
  async issueFirst(
    request: TokenRequest,
    grant: IssuingGrant,
    { nonce, consume }: Exchanged,
  ): Promise<TokenResponse | undefined> {
    const { client, confirmation, now } = request;
    const { access, idToken, scopes } = await this.mint(request, grant, parseScope(grant.scope), nonce);
    const refresh = this.refreshTokenMint.isDue(client, grant)
      ? this.refreshTokenMint.mint(client, grant, now, confirmation)
      : undefined;
    const consumed = await this.database.write(async (tx) => {
      if (!(await consume(tx))) return false;
      if (access.row) await this.accessTokens.insert(tx, access.row);
      if (refresh) await this.refreshTokens.insert(tx, refresh.row);
      return true;
    });
    return consumed ? tokenResponse(access, scopes, { refreshToken: refresh?.token, idToken }) : undefined;
  }
}
