import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { parseScope } from '../protocol/scope.js';
import { type ActiveToken, ActiveTokens } from './active-tokens.js';

/** Verifies tokens for Eyrie's own endpoints without a call over the network, and sees a revocation at once. */
@Injectable()
export class InProcessVerifier extends TokenVerifier {
  constructor(
    private readonly activeTokens: ActiveTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  /**
   * "Such a protected resource MUST reject a DPoP-bound access token received as a bearer token" (RFC 9449 §7.2). One that is
   * bound to a certificate has the claim `cnf`, at which the guard looks.
   */
  async verify(token: string): Promise<AccessToken> {
    const active = await this.find(token);
    if (active.confirmation?.jkt !== undefined)
      throw new InvalidToken('The access token is bound to a key, which was not proven');
    return this.accessToken(active);
  }

  /**
   * A token that is bound to a key, with that key's thumbprint (RFC 9449 §7.1). The proof is the caller's to check.
   * @param certificate the thumbprint of the sender's certificate, for a token that is bound to one too
   * @throws InvalidToken
   */
  async verifyBound(
    token: string,
    certificate: string | undefined,
  ): Promise<{ readonly accessToken: AccessToken; readonly jkt: string }> {
    const active = await this.find(token);
    const { jkt, 'x5t#S256': bound } = active.confirmation ?? {};
    if (jkt === undefined) throw new InvalidToken('The access token is not bound to a key');
    if (bound !== undefined && bound !== certificate)
      throw new InvalidToken('The access token is bound to a certificate that the request does not present');
    return { accessToken: this.accessToken(active), jkt };
  }

  private async find(token: string): Promise<ActiveToken> {
    const active = await this.activeTokens.find(token);
    if (!active) throw new InvalidToken('The access token is unknown, expired or revoked');
    return active;
  }

  /** A token for other resources only holds none of our scopes: whoever has it is told which one is needed (RFC 6750 §3.1). */
  private accessToken(active: ActiveToken): AccessToken {
    const ours = active.audience.includes(this.settings.issuer);
    return {
      // Our own endpoints ask for the user, whatever clients and resources know them by.
      subject: active.userId ?? active.subject,
      clientId: active.clientId,
      scopes: new Set(ours ? parseScope(active.scope) : []),
      audience: active.audience,
      expiresAt: active.expiresAt,
      claims: {
        sub: active.subject,
        grant_id: active.grantId,
        jti: active.jti,
        cnf: active.confirmation,
      },
    };
  }
}
