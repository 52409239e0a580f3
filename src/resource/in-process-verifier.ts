import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { parseScope } from '../protocol/scope.js';
import { ActiveTokens } from './active-tokens.js';

/** Verifies tokens for Eyrie's own endpoints without a call over the network, and sees a revocation at once. */
@Injectable()
export class InProcessVerifier extends TokenVerifier {
  constructor(
    private readonly activeTokens: ActiveTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async verify(token: string): Promise<AccessToken> {
    const active = await this.activeTokens.find(token);
    if (!active) throw new InvalidToken('The access token is unknown, expired or revoked');
    if (!active.audience.includes(this.settings.issuer)) {
      throw new InvalidToken('The access token is meant for another resource', {
        detail: `audience ${active.audience.join(' ')}, expected ${this.settings.issuer}`,
      });
    }
    return {
      // Our own endpoints ask for the user, whatever clients and resources know them by.
      subject: active.userId ?? active.subject,
      clientId: active.clientId,
      scopes: new Set(parseScope(active.scope)),
      audience: active.audience,
      expiresAt: active.expiresAt,
      claims: { sub: active.subject, grant_id: active.grantId, jti: active.jti },
    };
  }
}
