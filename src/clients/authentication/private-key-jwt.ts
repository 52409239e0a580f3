import { Injectable } from '@nestjs/common';
import { ClientKeys } from '../client-keys.js';
import { invalidRequest } from '../../protocol/errors.js';
import { type ClientAssertion, ClientAssertions } from './client-assertions.js';
import { FederatedAssertions } from './federated-assertions.js';
import type { AuthenticationRequest, PresentingMethod, PresentedCredentials } from './method.js';

/** A JWT that the client signed with a private key of its own (RFC 7523 §2.2, OIDC Core §9). */
@Injectable()
export class PrivateKeyJwt implements PresentingMethod {
  readonly name = 'private_key_jwt';

  constructor(
    private readonly assertions: ClientAssertions,
    private readonly keys: ClientKeys,
    private readonly federated: FederatedAssertions,
  ) {}

  find(request: AuthenticationRequest): PresentedCredentials | undefined {
    const assertion = this.assertions.find(request, this.name);
    if (!assertion) return undefined;
    const { clientId, jwt } = assertion;
    const named = request.parameters.get('client_id');
    if (named !== undefined && named !== clientId) return this.byIssuer(named, assertion);
    return {
      clientId,
      verify: async (client) => {
        // For a client with another method, no keys are fetched and no jti is recorded.
        if (client?.metadata.tokenEndpointAuthMethod !== this.name) return false;
        return this.assertions.accept(client, this.name, (options) => this.keys.verify(client, jwt, options));
      },
    };
  }

  /** Somebody else issued it: the request names the client, and only the one that is registered with this issuer. */
  private byIssuer(clientId: string, { clientId: issuer, jwt }: ClientAssertion): PresentedCredentials {
    return {
      clientId,
      verify: async (client) => {
        if (client?.metadata.eyrieFederatedIssuer !== issuer)
          throw invalidRequest('client_id differs from the client that authenticates');
        return this.federated.accept(client, jwt);
      },
    };
  }
}
