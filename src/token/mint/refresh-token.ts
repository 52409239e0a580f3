import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import type { NewRefreshToken } from '../../persistence/stores/refresh-tokens.store.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { parseScope } from '../../protocol/scope.js';

/** Mints refresh tokens. */
@Injectable()
export class RefreshTokenMint {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /**
   * Whether the client gets a refresh token: it needs the grant type and, with openid, the scope offline_access (OIDC Core §11) or
   * `session_refresh_tokens`. Only a grant with offline_access outlives its session.
   * @param scopes what is left of those of the grant
   */
  isDue(client: RegisteredClient, grant: GrantContext, scopes: readonly string[]): boolean {
    if (!client.allowsGrantType('refresh_token')) return false;
    if (scopes.includes('offline_access')) return true;
    const granted = parseScope(grant.scope);
    if (granted.includes('offline_access')) return false;
    return !granted.includes('openid') || (client.metadata.sessionRefreshTokens && grant.sessionId !== null);
  }

  /**
   * @param confirmation what the access token is bound to. The refresh token of a public client is bound to the same. A confidential
   * client authenticates whenever it uses the token, and may change its key (RFC 9449 §5, RFC 8705 §4).
   */
  mint(
    client: RegisteredClient,
    grant: GrantContext,
    now: number,
    confirmation?: Confirmation,
  ): { token: string; row: NewRefreshToken } {
    const token = generateOpaqueToken();
    const row = {
      tokenHash: lookupHash(token),
      grantId: grant.id,
      clientId: client.clientId,
      issuedAt: now,
      expiresAt: this.expiry(grant, now),
      cnf: client.isPublic ? (confirmation ?? null) : null,
    };
    return { token, row };
  }

  /** When an unused refresh token expires: after the idle lifetime, and with its grant at the latest. */
  expiry(grant: GrantContext, now: number): number {
    return Math.min(now + this.settings.lifetimes.refreshIdle, grant.expiresAt ?? Number.MAX_SAFE_INTEGER);
  }
}
