import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { KeyRing } from './key-ring.js';
import { signingAlgorithms } from './jws.js';

/** Verifies JWTs that this server issued. */
@Injectable()
export class JwtVerifier {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The claims of a JWT that this server issued.
   * @returns undefined if it is not ours, damaged, of another type, or expired
   */
  async verify(token: string, typ: string): Promise<JWTPayload | undefined> {
    return this.check(token, { typ, requiredClaims: ['exp'] });
  }

  /**
   * The claims of an ID token in an id_token_hint: signature and issuer are checked, expiry and the key's retirement are not
   * (OIDC Core §3.1.2.1, RP-Initiated Logout §2).
   */
  async verifyHint(idToken: string): Promise<JWTPayload | undefined> {
    // At the epoch nothing has expired; `iat` is only compared if a maximum age is given.
    return this.check(idToken, { typ: 'JWT', currentDate: new Date(0) });
  }

  private async check(token: string, options: JWTVerifyOptions): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(
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
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
