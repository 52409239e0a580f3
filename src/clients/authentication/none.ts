import { Injectable } from '@nestjs/common';
import type { AuthenticationRequest, ClientAuthenticationMethod, PresentedCredentials } from './method.js';

/** A public client names itself and proves nothing (RFC 6749 §3.2.1). */
@Injectable()
export class NoAuthentication implements ClientAuthenticationMethod {
  readonly name = 'none';

  find({ authorization, parameters }: AuthenticationRequest): PresentedCredentials | undefined {
    const clientId = parameters.get('client_id');
    if (
      clientId === undefined ||
      authorization !== undefined ||
      parameters.get('client_secret') !== undefined ||
      parameters.get('client_assertion') !== undefined
    )
      return undefined;
    return { clientId, verify: (client) => client !== undefined };
  }
}
