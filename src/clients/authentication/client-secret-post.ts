import { Injectable } from '@nestjs/common';
import { isGuessable } from '../../protocol/client-secret.js';
import { ClientSecretCheck } from './client-secret.js';
import type { AuthenticationRequest, PresentingMethod, PresentedCredentials } from './method.js';

/** `client_id` and `client_secret` in the form body (RFC 6749 §2.3.1). */
@Injectable()
export class ClientSecretPost implements PresentingMethod {
  readonly name = 'client_secret_post';

  constructor(private readonly check: ClientSecretCheck) {}

  find({ parameters }: AuthenticationRequest): PresentedCredentials | undefined {
    const secret = parameters.get('client_secret');
    if (secret === undefined) return undefined;
    return {
      clientId: parameters.get('client_id') ?? '',
      isGuessable: isGuessable(secret),
      verify: (client) => this.check.verify(client, secret),
    };
  }
}
