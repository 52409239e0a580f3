import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';

/** Knows the token `good`, of Alice. */
export class OneToken extends TokenVerifier {
  revoked = false;
  claims: Record<string, unknown> = {};

  async verify(token: string): Promise<AccessToken> {
    if (token !== 'good' || this.revoked) throw new InvalidToken();
    const { scope } = this.claims;
    return {
      subject: 'alice',
      clientId: 'writer',
      scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
      audience: [],
      expiresAt: 0,
      claims: this.claims,
    };
  }
}
