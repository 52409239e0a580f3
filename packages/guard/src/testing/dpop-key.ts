import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** The request for which a proof is made. */
export interface ProvenRequest {
  /** The access token of the request. */
  token: string;
  /** Default: `GET`. */
  method?: string;
  url: string;
  /** The nonce that the service requires. */
  nonce?: string;
}

/** The key of a client that uses DPoP (RFC 9449). */
export class DpopKey {
  private constructor(
    private readonly privateKey: CryptoKey,
    private readonly jwk: JWK,
    /** The `cnf.jkt` of tokens that are bound to it (RFC 7638). */
    readonly thumbprint: string,
    private readonly now: () => number,
  ) {}

  /** @param now seconds since the epoch */
  static async create(now: () => number): Promise<DpopKey> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    return new DpopKey(privateKey, jwk, await calculateJwkThumbprint(jwk), now);
  }

  /** A proof for one request: the value of the header `DPoP`, sent with `Authorization: DPoP <token>`. */
  proof({ token, method = 'GET', url, nonce }: ProvenRequest): Promise<string> {
    const { origin, pathname } = new URL(url);
    const ath = createHash('sha256').update(token).digest('base64url');
    const claims = { jti: crypto.randomUUID(), htm: method, htu: origin + pathname, iat: this.now(), ath };
    return new SignJWT({ ...claims, ...(nonce === undefined ? {} : { nonce }) })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.jwk })
      .sign(this.privateKey);
  }
}
