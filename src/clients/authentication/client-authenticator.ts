import { Injectable } from '@nestjs/common';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { ClientDirectory } from '../client-directory.js';
import type { RegisteredClient } from '../registered-client.js';
import { basicChallenge, ClientSecretBasic } from './client-secret-basic.js';
import { ClientSecretJwt } from './client-secret-jwt.js';
import { ClientSecretPost } from './client-secret-post.js';
import type { AuthenticationRequest, ClientAuthenticationMethod } from './method.js';
import { NoAuthentication } from './none.js';
import { PrivateKeyJwt } from './private-key-jwt.js';

/** Finds out which client sends a request to a back-channel endpoint (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthenticator {
  private readonly methods: readonly ClientAuthenticationMethod[];

  constructor(
    private readonly directory: ClientDirectory,
    basic: ClientSecretBasic,
    post: ClientSecretPost,
    secretJwt: ClientSecretJwt,
    privateKeyJwt: PrivateKeyJwt,
    none: NoAuthentication,
  ) {
    this.methods = [basic, post, secretJwt, privateKeyJwt, none];
  }

  /**
   * @throws OAuthError invalid_request when several methods are used at once, invalid_client when none proves a client
   */
  async authenticate(request: AuthenticationRequest): Promise<RegisteredClient> {
    // "The client MUST NOT use more than one authentication method in each request."
    const found = this.methods.flatMap((method) => {
      const credentials = method.find(request);
      return credentials ? [{ method, credentials }] : [];
    });
    if (found.length > 1) throw invalidRequest('use one client authentication method');
    const [presented] = found;
    if (!presented)
      throw new OAuthError('invalid_client', 'client authentication is missing', {
        challenge: basicChallenge,
      });

    const { method, credentials } = presented;
    const named = request.parameters.get('client_id');
    if (named !== undefined && named !== credentials.clientId) {
      throw invalidRequest('client_id differs from the client that authenticates');
    }
    const client = await this.directory.find(credentials.clientId);
    const proven = await credentials.verify(client);
    if (!client || !proven || client.metadata.tokenEndpointAuthMethod !== method.name) {
      throw new OAuthError('invalid_client', 'client authentication failed', {
        challenge: request.authorization === undefined ? undefined : basicChallenge,
        detail: refusalDetail(client, proven, method.name),
      });
    }
    return client;
  }
}

function refusalDetail(client: RegisteredClient | undefined, proven: boolean, method: string): string {
  if (!client) return 'unknown or disabled client';
  if (!proven) return `wrong credentials of ${client.clientId}`;
  return `${client.clientId} is registered for ${client.metadata.tokenEndpointAuthMethod}, and used ${method}`;
}
