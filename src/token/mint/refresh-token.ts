import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import type { IssuingGrant } from '../../persistence/stores/issuing-grant.js';
import type { NewRefreshToken } from '../../persistence/stores/refresh-tokens.store.js';
import { parseScope } from '../../protocol/scope.js';

/** Makes refresh tokens, and says when one is due. */
@Injectable()
export class RefreshTokenMint {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** A client gets one with its grant type and, in OpenID Connect, the resource owner's consent to offline_access (OIDC Core §11). */
  isDue(client: RegisteredClient, grant: IssuingGrant): boolean {
    const scopes = parseScope(grant.scope);
    return (
      client.allowsGrantType('refresh_token') &&
      (scopes.includes('offline_access') || !scopes.includes('openid'))
    );
  }

  mint(client: RegisteredClient, grant: IssuingGrant, now: number): { token: string; row: NewRefreshToken } {
    const token = generateOpaqueToken();
    const row = {
      tokenHash: lookupHash(token),
      grantId: grant.id,
      clientId: client.clientId,
      issuedAt: now,
      expiresAt: this.expiry(grant, now),
    };
    return { token, row };
  }

  /** The end of its idle life, never past the end of the grant. */
  expiry(grant: IssuingGrant, now: number): number {
    return Math.min(now + this.settings.lifetimes.refreshIdle, grant.expiresAt ?? Number.MAX_SAFE_INTEGER);
  }
}
