import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { JwtSigner } from '../keys/jwt-signer.js';

/** The media type in the Accept header of the request and of the response (RFC 9701 §4 and §5). */
export const introspectionMediaType = 'application/token-introspection+jwt';

/** Signs introspection responses as JWTs (RFC 9701), which a resource server can keep as evidence. */
@Injectable()
export class SignedIntrospection {
  constructor(
    private readonly signer: JwtSigner,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Signs a response with the algorithm that the caller registered. "The JWT SHOULD NOT include the sub and exp claims, as an
   * additional measure to prevent misuse of the JWT as an access token" (§5). Its `typ` prevents that too.
   */
  async sign(caller: RegisteredClient, answer: Readonly<Record<string, unknown>>): Promise<string> {
    const alg = caller.metadata.introspectionSignedResponseAlg as SigningAlgorithm;
    return this.signer.sign(alg, 'token-introspection+jwt', {
      iss: this.settings.issuer,
      aud: caller.clientId,
      iat: this.clock.now(),
      token_introspection: answer,
    });
  }
}

/** Whether an Accept header names the signed form and does not prefer JSON (RFC 9110 §12.5.1). Otherwise the response is JSON. */
export function prefersJwt(accept: string | undefined): boolean {
  if (accept === undefined || !accept.toLowerCase().includes(introspectionMediaType)) return false;
  const wanted = weightOf(introspectionMediaType, accept);
  return wanted > 0 && wanted >= weightOf('application/json', accept);
}

/** The weight of exactly this media type in an Accept header; 0 if it is not named. */
function weightOf(mediaType: string, accept: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (type !== mediaType) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return /^[01](?:\.\d{0,3})?$/.test(weight) ? Number(weight) : 0;
  }
  return 0;
}
