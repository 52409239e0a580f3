import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import type { NewRefreshToken } from '../../persistence/stores/refresh-tokens.store.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { parseScope } from '../../protocol/scope.js';

/** Makes refresh tokens, and says when one is due. */
@Injectable()
export class RefreshTokenMint {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /**
   * A client gets one with its grant type and, in OpenID Connect, the resource owner's consent to offline_access (OIDC Core §11).
   * @param scopes what is left of those of the grant
   */
  isDue(client: RegisteredClient, grant: GrantContext, scopes: readonly string[]): boolean {
    return (
      client.allowsGrantType('refresh_token') &&
      (scopes.includes('offline_access') || !needsOfflineAccess(parseScope(grant.scope)))
    );
  }

  /**
   * @param confirmation what the access token beside it is bound to. That of a public client is bound to the same; a confidential
   * one proves itself whenever it uses it, and may change its key (RFC 9449 §5, RFC 8705 §4).
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

  /** The end of its idle life, never past the end of the grant. */
  expiry(grant: GrantContext, now: number): number {
    return Math.min(now + this.settings.lifetimes.refreshIdle, grant.expiresAt ?? Number.MAX_SAFE_INTEGER);
  }
}

const needsOfflineAccess = (granted: readonly string[]): boolean =>
  granted.includes('openid') || granted.includes('offline_access');
