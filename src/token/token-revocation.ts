import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { GrantRevocation } from '../consent/grant-revocation.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { AccessTokensStore, type TokenParties } from '../persistence/stores/access-tokens.store.js';
import { RefreshTokensStore } from '../persistence/stores/refresh-tokens.store.js';
import { type ActiveToken, ActiveTokens } from '../resource/active-tokens.js';

/** The result of a revocation: `foreign` is a token of another client, which is not revoked. */
export type RevocationOutcome = 'revoked' | 'unknown' | 'foreign';

/**
 * Revokes tokens: an access token alone, a refresh token with its whole grant (RFC 7009 §2.1). `actor` is the caller, for the audit
 * trail.
 */
@Injectable()
export class TokenRevocation {
  constructor(
    private readonly activeTokens: ActiveTokens,
    private readonly accessTokens: AccessTokensStore,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly grantRevocation: GrantRevocation,
    private readonly changes: Changes,
  ) {}

  /** @param owner the client_id of the client that the token must belong to */
  async revoke(token: string, owner: string): Promise<RevocationOutcome> {
    const active = await this.activeTokens.find(token);
    if (active)
      return active.clientId === owner ? this.revokeAccessToken(active, `client:${owner}`) : 'foreign';

    const refresh = await this.refreshTokens.find(lookupHash(token));
    if (!refresh) return 'unknown';
    if (refresh.clientId !== owner) return 'foreign';
    const grant = { ...refresh.grant, clientId: owner };
    await this.grantRevocation.revoke(grant, 'revoked_by_client', `client:${owner}`);
    return 'revoked';
  }

  /**
   * Revokes an opaque access token by its id.
   * @returns false if there is no active token with this id
   */
  async revokeById(id: string, actor: Originator): Promise<boolean> {
    const parties = await this.changes.change<TokenParties | false>(
      (found) => ({ event: 'access_token.revoked', actor, ...found, detail: { jti: id } }),
      async (tx, now) =>
        (await this.accessTokens.revoke(tx, id, now)) &&
        ((await this.accessTokens.partiesOf(tx, id)) ?? false),
    );
    return parties !== false;
  }

  async revokeAccessToken(token: ActiveToken, actor: Originator): Promise<'revoked'> {
    const { jti, clientId, grantId, userId, expiresAt } = token;
    const event = {
      event: 'access_token.revoked',
      actor,
      userId,
      clientId,
      grantId,
      detail: { jti },
    } as const;
    await this.changes.change(event, async (tx, now) => {
      if (token.format === 'opaque') await this.accessTokens.revoke(tx, jti, now);
      else await this.accessTokens.revokeJwt(tx, { jti, clientId, revokedAt: now, expiresAt });
    });
    return 'revoked';
  }
}
