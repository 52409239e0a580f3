import { Injectable } from '@nestjs/common';
import { lookupHash } from '../../crypto/opaque-token.js';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { AuditStore } from '../../persistence/stores/audit.store.js';
import {
  AuthorizationCodesStore,
  type CodeWithGrant,
} from '../../persistence/stores/authorization-codes.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { RefreshTokensStore } from '../../persistence/stores/refresh-tokens.store.js';
import { invalidGrant } from '../../protocol/errors.js';
import type { Parameters } from '../../protocol/parameters.js';
import { isCodeVerifier, verifiesChallenge } from '../../protocol/pkce.js';
import { parseScope } from '../../protocol/scope.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { IdTokenMint } from '../mint/id-token.js';
import { RefreshTokenMint } from '../mint/refresh-token.js';
import { type TokenResponse, tokenResponse } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { Targets } from './targets.js';

/** The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3). */
@Injectable()
export class AuthorizationCodeGrant implements GrantType {
  readonly name = 'authorization_code';
  readonly parameters = ['code', 'redirect_uri', 'code_verifier'];

  constructor(
    private readonly codes: AuthorizationCodesStore,
    private readonly grants: GrantsStore,
    private readonly accessTokens: AccessTokensStore,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly audit: AuditStore,
    private readonly targets: Targets,
    private readonly database: Database,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly refreshTokenMint: RefreshTokenMint,
    private readonly idTokenMint: IdTokenMint,
  ) {}

  async exchange({ client, parameters, now }: TokenRequest): Promise<TokenResponse> {
    const codeHash = lookupHash(parameters.require('code'));
    const code = await this.codes.find(codeHash);

    // "ensure that the authorization code was issued to the authenticated confidential client" (§4.1.3)
    if (!code || code.clientId !== client.clientId)
      throw refused('unknown code, or a code of another client');
    if (code.consumedAt !== null) return this.replayed(code, now);
    if (code.expiresAt <= now) throw refused('the code has expired');
    if (code.grant.revokedAt !== null) throw refused('the grant was revoked');
    if (code.grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    checkRedirectUri(code, parameters.get('redirect_uri'));
    checkVerifier(code, parameters);

    const { grant } = code;
    const granted = parseScope(grant.scope);
    const { scopes, resources } = await this.targets.of(parameters, granted, grant.resources);
    const access = await this.accessTokenMint.mint({
      client,
      grantId: grant.id,
      grantExpiresAt: grant.expiresAt,
      userId: grant.userId,
      scopes,
      resources,
      authTime: grant.authTime,
      acr: grant.acr,
      now,
    });
    const refresh = this.refreshTokenMint.isDue(client, grant)
      ? this.refreshTokenMint.mint(client, grant, now)
      : undefined;
    const idToken =
      grant.userId !== null && granted.includes('openid')
        ? await this.idTokenMint.mint({
            client,
            grant,
            userId: grant.userId,
            accessToken: access.token,
            nonce: code.nonce,
            now,
          })
        : undefined;

    const redeemed = await this.database.write(async (tx) => {
      if (!(await this.codes.redeem(tx, codeHash, now))) return false;
      if (access.row) await this.accessTokens.insert(tx, access.row);
      if (refresh) await this.refreshTokens.insert(tx, refresh.row);
      return true;
    });
    if (!redeemed) return this.replayed(code, now);
    return tokenResponse(access, scopes, { refreshToken: refresh?.token, idToken });
  }

  /**
   * "If an authorization code is used more than once, the authorization server MUST deny the request and SHOULD revoke (when
   * possible) all tokens previously issued based on that authorization code." (RFC 6749 §4.1.2)
   */
  private async replayed({ grant, clientId }: CodeWithGrant, now: number): Promise<never> {
    await this.database.write(async (tx) => {
      if (!(await this.grants.revoke(tx, grant.id, 'code_replayed', now))) return;
      await this.audit.record(
        tx,
        {
          event: 'code.replayed',
          actor: `client:${clientId}`,
          clientId,
          userId: grant.userId,
          grantId: grant.id,
        },
        now,
      );
    });
    throw refused(`the code was used before; grant ${grant.id} is revoked`);
  }
}

/** "redirect_uri REQUIRED, if the parameter was included in the authorization request […] and their values MUST be identical" */
function checkRedirectUri(code: CodeWithGrant, redirectUri: string | undefined): void {
  if (redirectUri === undefined ? code.redirectUriSent : redirectUri !== code.redirectUri) {
    throw refused(`redirect_uri: expected ${code.redirectUri}, received ${redirectUri ?? 'none'}`);
  }
}

function checkVerifier({ codeChallenge }: CodeWithGrant, parameters: Parameters): void {
  const verifier = parameters.get('code_verifier');
  if (codeChallenge === null) {
    // RFC 9700 §2.1.1: a verifier for a code without challenge is a downgrade attempt.
    if (verifier !== undefined)
      throw refused('a code_verifier was sent, and the request had no code_challenge');
    return;
  }
  if (verifier === undefined || !isCodeVerifier(verifier) || !verifiesChallenge(verifier, codeChallenge)) {
    throw refused('code_verifier is missing, malformed or wrong');
  }
}

const refused = (detail: string): Error =>
  invalidGrant('the code is invalid, expired, used, or was issued for another request', detail);
