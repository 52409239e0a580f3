import { Injectable } from '@nestjs/common';
import { ClientSecretCheck } from './client-secret.js';
import type { AuthenticationRequest, PresentedCredentials, PresentingMethod } from './method.js';

/** `client_id` in the form body, and the secret in a header of its own. */
@Injectable()
export class ClientSecretHeader implements PresentingMethod {
  readonly name = 'client_secret_header';

  constructor(private readonly check: ClientSecretCheck) {}

  find({ http, parameters }: AuthenticationRequest): PresentedCredentials | undefined {
    const secret = http.headers['client-secret'];
    if (typeof secret !== 'string') return undefined;
    return {
      clientId: parameters.get('client_id') ?? '',
      verify: (client) => this.check.verify(client, secret),
    };
  }
}
