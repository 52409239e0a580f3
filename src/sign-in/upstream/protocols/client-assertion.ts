import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { JwtSigner } from '../../../keys/jwt-signer.js';
import { newId } from '../../../persistence/id.js';
import type { LoadedUpstream } from '../definition.js';

const lifetimeSeconds = 60;

/** Authenticates this server at upstreams by its own signing keys, which it publishes (`private_key_jwt`, OIDC Core §9). */
@Injectable()
export class ClientAssertion {
  constructor(
    private readonly signer: JwtSigner,
    private readonly clock: Clock,
  ) {}

  /** The parameters of a token request; none if the upstream is authenticated to in another way. */
  async parametersFor(
    { token_endpoint_auth_method: method, client_id: clientId = '' }: LoadedUpstream,
    audience: string,
  ): Promise<Record<string, string>> {
    if (method !== 'private_key_jwt') return {};
    const now = this.clock.now();
    const assertion = await this.signer.sign('ES256', 'JWT', {
      iss: clientId,
      sub: clientId,
      aud: audience,
      jti: newId(),
      iat: now,
      exp: now + lifetimeSeconds,
    });
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }
}
