import { Injectable } from '@nestjs/common';
import { OAuthError } from '../../protocol/errors.js';
import { isGuessable } from '../../protocol/client-secret.js';
import { ClientSecretCheck } from './client-secret.js';
import type { AuthenticationRequest, PresentingMethod, PresentedCredentials } from './method.js';

/** The challenge of the response if authentication by HTTP Basic fails (RFC 6749 §5.2). */
export const basicChallenge = 'Basic realm="eyrie", charset="UTF-8"';

const basicForm = /^basic +([A-Za-z\d+/]+={0,2}) *$/i;

/** HTTP Basic, with client_id and secret form-encoded (RFC 6749 §2.3.1). */
@Injectable()
export class ClientSecretBasic implements PresentingMethod {
  readonly name = 'client_secret_basic';

  constructor(private readonly check: ClientSecretCheck) {}

  find({ authorization }: AuthenticationRequest): PresentedCredentials | undefined {
    if (authorization === undefined) return undefined;
    const encoded = basicForm.exec(authorization)?.[1];
    const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const clientId = formDecode(text.slice(0, Math.max(colon, 0)));
    const secret = formDecode(text.slice(colon + 1));
    if (colon < 1 || clientId === undefined || secret === undefined) {
      throw new OAuthError(
        'invalid_client',
        'the Authorization header is not well-formed Basic credentials',
        {
          challenge: basicChallenge,
        },
      );
    }
    return {
      clientId,
      isGuessable: isGuessable(secret),
      verify: (client) => this.check.verify(client, secret),
    };
  }
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
