import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { accessTokenTypes } from '../protocol/access-token.js';
import { KeyRing } from './key-ring.js';
import { signingAlgorithms } from './jws.js';

/** The claim that access tokens have and other JWTs of this server have not. */
const accessTokenClaim = 'grant_id';

/** Verifies JWTs that this server issued. */
@Injectable()
export class JwtVerifier {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Has what was verified forgotten when a key is gone.
   * @param forget called then
   */
  onKeyGone(forget: () => void): void {
    this.keyRing.onGone = forget;
  }

  /** For those who remember what was verified: sees to it that a withdrawn key is noticed. */
  touch(): void {
    this.keyRing.touch();
  }

  /**
   * The claims of an access token that this server issued. If its type is JWT, its claims alone distinguish it from an ID token.
   * @returns undefined if it is not ours, damaged, not an access token, or expired
   */
  async verifyAccessToken(token: string): Promise<JWTPayload | undefined> {
    const verified = await this.check(token, { requiredClaims: ['exp', accessTokenClaim] });
    const isOfType = accessTokenTypes.some((typ) => typ === verified?.protectedHeader.typ);
    return isOfType ? verified?.payload : undefined;
  }

  /**
   * The claims of an ID token in an id_token_hint: signature and issuer are checked, expiry and the key's retirement are not
   * (OIDC Core §3.1.2.1, RP-Initiated Logout §2).
   */
  async verifyHint(idToken: string): Promise<JWTPayload | undefined> {
    // At the epoch nothing has expired; `iat` is only compared if a maximum age is given.
    const verified = await this.check(idToken, { typ: 'JWT', currentDate: new Date(0) });
    return verified?.payload[accessTokenClaim] === undefined ? verified?.payload : undefined;
  }

  /** The claims of an ID token that this server issued; undefined if it is not ours, damaged, or expired. */
  async verifyIdToken(idToken: string): Promise<JWTPayload | undefined> {
    const verified = await this.check(idToken, { typ: 'JWT', requiredClaims: ['exp', 'sub', 'aud'] });
    return verified?.payload[accessTokenClaim] === undefined ? verified?.payload : undefined;
  }

  private async check(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult | undefined> {
    try {
      return await jwtVerify(
        token,
        async ({ kid = '', alg }) => {
          const key = await this.keyRing.find(kid);
          if (!key || key.alg !== alg) throw new errors.JWKSNoMatchingKey();
          return key.publicKey;
        },
        {
          algorithms: [...signingAlgorithms],
          issuer: this.settings.issuer,
          currentDate: new Date(this.clock.now() * 1000),
          ...options,
        },
      );
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
