import type { AccessToken } from '../token/access-token.js';
import type { IntrospectionOptions } from '../settings/bearer-options.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { InvalidToken, VerifierUnavailable } from '../token/token-verifier.js';
import { isAudience } from '../token/audience.js';
import { accessToken, audienceOf } from './claims.js';
import { askIssuer, basicCredentials, type IssuerAnswer } from '../fetch/issuer-client.js';

type IntrospectionRules = Pick<IssuerSettings, 'issuer' | 'audience' | 'scopes' | 'fetch' | 'now'> & {
  credentials: Required<IntrospectionOptions>;
};

/**
 * Introspects a token at the issuer (RFC 7662).
 *
 * @throws {InvalidToken} if the token is not active, or is for another audience
 * @throws {VerifierUnavailable} if the issuer does not respond as RFC 7662 says
 */
export async function introspect(
  token: string,
  endpoint: string,
  rules: IntrospectionRules,
): Promise<AccessToken> {
  const { status, body } = await ask(token, endpoint, rules);
  if (status !== 200 || typeof body?.['active'] !== 'boolean') {
    throw new VerifierUnavailable(`The introspection endpoint answers with status ${status}`);
  }
  if (!body['active']) throw new InvalidToken('The access token is not active');
  return read(body, rules);
}

async function ask(
  token: string,
  endpoint: string,
  { fetch, credentials }: IntrospectionRules,
): Promise<IssuerAnswer> {
  try {
    return await askIssuer(fetch, endpoint, {
      method: 'POST',
      headers: {
        Authorization: basicCredentials(credentials),
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    });
  } catch (cause) {
    throw new VerifierUnavailable('The introspection endpoint cannot be reached', 1, { cause });
  }
}

function read(response: Readonly<Record<string, unknown>>, rules: IntrospectionRules): AccessToken {
  const { iss, aud, exp, sub, client_id: clientId, token_type: type } = response;
  if (iss !== undefined && iss !== rules.issuer) {
    throw new InvalidToken('The access token is from another issuer', {
      finding: { check: 'iss', expected: rules.issuer, received: iss },
    });
  }
  if (!audienceOf(aud).some((one) => isAudience(rules.audience, one))) {
    const finding = { check: 'aud', expected: rules.audience, received: aud };
    throw new InvalidToken('The access token is for another audience', { finding });
  }
  checkType(type, response['cnf']);
  const now = rules.now() / 1000;
  if (typeof exp === 'number' && exp <= now) {
    throw new InvalidToken('The access token has expired', {
      finding: { check: 'exp', expected: `after ${now}`, received: exp },
    });
  }
  // RFC 7662 §2.2: exp and sub are optional. Without exp, the response is valid as long as it is cached. Without sub, the client
  // acts on its own behalf (RFC 9068 §2.2).
  const claims = {
    ...response,
    exp: exp ?? Math.floor(now + rules.credentials.cacheFor),
    sub: sub ?? clientId,
  };
  return accessToken(claims, rules);
}

// RFC 7662 §2.2 and RFC 9449 §6.2: for a token of type DPoP, the response has cnf.
function checkType(type: unknown, cnf: unknown): void {
  const name = typeof type === 'string' ? type.toLowerCase() : type;
  if (name === undefined || name === 'bearer' || (name === 'dpop' && cnf !== undefined)) return;
  throw new InvalidToken('The token is not a bearer token', {
    finding: { check: 'token_type', expected: 'Bearer, or DPoP with cnf', received: type },
  });
}
