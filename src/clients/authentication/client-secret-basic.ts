import { Injectable } from '@nestjs/common';
import { OAuthError } from '../../protocol/errors.js';
import { isGuessable } from '../../protocol/client-secret.js';
import { ClientSecretCheck } from './client-secret.js';
import type { AuthenticationRequest, PresentingMethod, PresentedCredentials } from './method.js';

/** The challenge of the response if authentication by HTTP Basic fails (RFC 6749 §5.2). */
export const basicChallenge = 'Basic realm="eyrie", charset="UTF-8"';

const basicForm = /^basic +([A-Za-z\d+/]+={0,2}) *$/i;

/**
 * HTTP Basic, with client_id and secret form-encoded (RFC 6749 §2.3.1). Many clients do not encode them: each half also counts as it
 * came.
 */
@Injectable()
export class ClientSecretBasic implements PresentingMethod {
  readonly name = 'client_secret_basic';

  constructor(private readonly check: ClientSecretCheck) {}

  find({ authorization }: AuthenticationRequest): PresentedCredentials | undefined {
    if (authorization === undefined) return undefined;
    const encoded = basicForm.exec(authorization)?.[1];
    const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1) {
      throw new OAuthError(
        'invalid_client',
        'the Authorization header is not well-formed Basic credentials',
        {
          challenge: basicChallenge,
        },
      );
    }
    const [clientId, rawClientId] = readings(text.slice(0, colon));
    const [secret, rawSecret] = readings(text.slice(colon + 1));
    // A request is one guess: of two readings, the second one counts only if nobody can guess it.
    const secrets = rawSecret === undefined || isGuessable(rawSecret) ? [secret] : [secret, rawSecret];
    return {
      clientId,
      rawClientId,
      isGuessable: isGuessable(secret),
      isEmpty: secret === '',
      // All are checked, so that the time does not depend on which one is right.
      verify: (client) => secrets.filter((candidate) => this.check.verify(client, candidate)).length > 0,
    };
  }
}

/** What a half of the credentials may mean: its form-decoded text, and the text itself if it differs. */
function readings(half: string): [string] | [string, string] {
  const decoded = formDecode(half);
  return decoded === undefined || decoded === half ? [half] : [decoded, half];
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
