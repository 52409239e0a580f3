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
    // A token for other resources only holds none of our scopes: whoever has it is told which one is needed (RFC 6750 §3.1).
    const ours = active.audience.includes(this.settings.issuer);
    return {
      // Our own endpoints ask for the user, whatever clients and resources know them by.
      subject: active.userId ?? active.subject,
      clientId: active.clientId,
      scopes: new Set(ours ? parseScope(active.scope) : []),
      audience: active.audience,
      expiresAt: active.expiresAt,
      claims: { sub: active.subject, grant_id: active.grantId, jti: active.jti },
    };
  }
}
