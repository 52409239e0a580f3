import { randomUUID } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { TrustedIssuerRegistration } from '../../src/clients/trusted-issuers/trusted-issuer-registration.js';
import type { PutTrustedIssuerDto } from '../../src/clients/trusted-issuers/trusted-issuers.dto.js';
import { type KeyPair, keyPair } from './assertions.js';
import type { TestServer } from './server.js';

/** An issuer of assertions, with its keys. */
export class AssertionIssuer {
  private constructor(
    readonly issuer: string,
    readonly keys: KeyPair,
  ) {}

  static async make(issuer: string, alg = 'ES256'): Promise<AssertionIssuer> {
    return new AssertionIssuer(issuer, await keyPair(alg, 'one'));
  }

  /** Has the server trust it. */
  async register(
    server: TestServer,
    members: Omit<PutTrustedIssuerDto, 'issuer'> & { readonly issuer?: string },
  ): Promise<void> {
    const registered = { issuer: this.issuer, jwks: { keys: [this.keys.publicJwk] }, ...members };
    await server.app.get(TrustedIssuerRegistration).put(registered, 'test');
  }

  /** A good assertion for that server, with what is to differ; undefined leaves a claim or header out. */
  async sign(
    server: TestServer,
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> {
    const now = server.clock.now();
    const claims = {
      iss: this.issuer,
      sub: 'system:serviceaccount:shop:worker',
      aud: server.issuer,
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
      ...changes,
    } as JWTPayload;
    const protectedHeader = { alg: 'ES256', kid: 'one', ...header } as JWTHeaderParameters;
    return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(this.keys.privateKey);
  }
}
