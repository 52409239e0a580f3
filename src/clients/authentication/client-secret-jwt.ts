import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { Clock } from '../../config/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import type { RegisteredClient } from '../registered-client.js';
import { ClientAssertions } from './client-assertions.js';
import type { AuthenticationRequest, PresentingMethod, PresentedCredentials } from './method.js';

/** A JWT with a MAC, whose key is the client's secret (RFC 7523 §2.2, OIDC Core §9). */
@Injectable()
export class ClientSecretJwt implements PresentingMethod {
  readonly name = 'client_secret_jwt';

  constructor(
    private readonly assertions: ClientAssertions,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  find(request: AuthenticationRequest): PresentedCredentials | undefined {
    const assertion = this.assertions.find(request, this.name);
    if (!assertion) return undefined;
    const { clientId, jwt } = assertion;
    return {
      clientId,
      verify: async (client) => {
        if (client?.metadata.tokenEndpointAuthMethod !== this.name) return false;
        return this.assertions.accept(client, this.name, (options) => this.check(client, jwt, options));
      },
    };
  }

  /** Tries each active secret: during the overlap of a rotation there are several. */
  private async check(client: RegisteredClient, jwt: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    for (const sealed of client.sealedSecrets(this.clock.now())) {
      const secret = await this.secrets.unseal('client-secret', sealed);
      if (typeof secret !== 'string') continue;
      try {
        return (await jwtVerify(jwt, new TextEncoder().encode(secret), options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
