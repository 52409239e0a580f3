import { Injectable } from '@nestjs/common';
import { errors, type JSONWebKeySet, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { verifyWith } from './key-set.js';
import type { RegisteredClient } from './registered-client.js';
import { RemoteKeySets } from './remote-key-sets.js';

/** The public keys that a client registered, by value (`jwks`) or by reference (`jwks_uri`). */
@Injectable()
export class ClientKeys {
  constructor(private readonly remote: RemoteKeySets) {}

  /**
   * Whether the client registered this certificate, as the first of `x5c` of one of its keys: "The PKIX certificate containing the
   * key value MUST be the first certificate" (RFC 7517 §4.7).
   * @param der the certificate in DER form
   * @throws OutboundError if the keys cannot be fetched
   */
  async hasCertificate({ metadata }: RegisteredClient, der: Buffer): Promise<boolean> {
    const { jwks, jwksUri } = metadata;
    if (jwks) return holdsCertificate(jwks as unknown as JSONWebKeySet, der);
    if (jwksUri === null) return false;
    if (holdsCertificate(await this.remote.current(jwksUri), der)) return true;
    return holdsCertificate(await this.remote.refetch(jwksUri), der);
  }

  /**
   * Verifies a JWT that the client signed with one of its keys, and returns its claims.
   * @param options the expected algorithms (asymmetric ones only), issuer, audience, time and so on
   * @throws JOSEError if the JWT is invalid, OutboundError if the keys cannot be fetched
   */
  async verify(client: RegisteredClient, jwt: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { jwks, jwksUri } = client.metadata;
    if (jwks) return verifyWith(jwks as unknown as JSONWebKeySet, jwt, options);
    if (jwksUri === null) throw new errors.JWKSNoMatchingKey('the client registered no keys');
    try {
      return await verifyWith(await this.remote.current(jwksUri), jwt, options);
    } catch (error) {
      // The client may have changed its keys since they were fetched.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return verifyWith(await this.remote.refetch(jwksUri), jwt, options);
    }
  }
}

function holdsCertificate({ keys }: JSONWebKeySet, der: Buffer): boolean {
  return keys.some(
    ({ x5c: [first] = [] }) => first !== undefined && Buffer.from(first, 'base64').equals(der),
  );
}
