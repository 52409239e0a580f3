import { askIssuer, basicCredentials, type IssuerAnswer } from '../fetch/issuer-client.js';
import type { IntrospectionSettings } from '../settings/introspection-settings.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import type { AccessToken } from '../token/access-token.js';
import { isAudience } from '../token/audience.js';
import { InvalidToken } from '../token/token-verifier.js';
import { accessToken, audienceIn, listOf } from './claims.js';
import { checkIntrospectedKind } from './token-kind.js';

/** How a response is read. */
export type IntrospectionRules = Pick<IssuerSettings, 'issuer' | 'audience' | 'shapes' | 'fetch' | 'now'> & {
  credentials: IntrospectionSettings;
};

type Response = Readonly<Record<string, unknown>>;

/** The issuer does not respond as RFC 7662 says. */
export class IntrospectionFailure extends Error {
  override readonly name = 'IntrospectionFailure';

  /** @param ofToken whether another token may well get a proper response */
  constructor(
    message: string,
    readonly ofToken = false,
  ) {
    super(message);
  }
}

/**
 * Introspects a token at the issuer (RFC 7662).
 *
 * @throws {InvalidToken} if the token is not active, or is for another audience
 * @throws {IntrospectionFailure} if the response is not as RFC 7662 says
 * @throws {Error} if there is no response
 */
export async function introspect(
  token: string,
  endpoint: string,
  rules: IntrospectionRules,
): Promise<AccessToken> {
  const { status, body } = await ask(token, endpoint, rules);
  if (status !== 200) throw new IntrospectionFailure(failureOf(endpoint, status), status === 400);
  if (typeof body?.['active'] !== 'boolean') {
    throw new IntrospectionFailure(
      `${endpoint}: the response does not say whether the token is active`,
      true,
    );
  }
  if (!body['active']) throw new InvalidToken('The access token is not active');
  return read(body, rules);
}

function failureOf(endpoint: string, status: number): string {
  const hint = status === 401 || status === 403 ? ', check introspection.clientId and .clientSecret' : '';
  return `${endpoint}: status ${status}${hint}`;
}

function ask(
  token: string,
  endpoint: string,
  { fetch, credentials }: IntrospectionRules,
): Promise<IssuerAnswer> {
  return askIssuer(fetch, endpoint, {
    method: 'POST',
    headers: {
      Authorization: basicCredentials(credentials),
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
  });
}

function read(response: Response, rules: IntrospectionRules): AccessToken {
  const { iss, exp, sub } = response;
  if (iss !== undefined && iss !== rules.issuer) {
    throw new InvalidToken('The access token is from another issuer', {
      finding: { check: 'iss', expected: rules.issuer, received: iss },
    });
  }
  const { introspected } = rules.shapes;
  checkAudience(response, rules);
  checkType(response);
  checkIntrospectedKind(response, introspected.profile);
  const now = rules.now() / 1000;
  if (typeof exp === 'number' && exp <= now) {
    throw new InvalidToken('The access token has expired', {
      finding: { check: 'exp', expected: `after ${now}`, received: exp },
    });
  }
  // RFC 7662 §2.2: every member but "active" is optional. Without exp, the response is valid as long as it is cached. Without sub, the
  // client acts on its own behalf (RFC 9068 §2.2). Without client_id, the client is not known.
  const claims = {
    ...response,
    exp: exp ?? Math.floor(now + rules.credentials.cacheFor),
    sub: sub ?? undefined,
  };
  return accessToken(claims, rules.issuer, introspected);
}

// Without aud, the response does not say whether the token is for this service: the option says whether that is good enough.
function checkAudience(response: Response, { audience, credentials, shapes }: IntrospectionRules): void {
  const aud = listOf('aud', audienceIn(response, shapes.introspected.profile) ?? []);
  if (aud.length === 0 && credentials.missingAudience === 'accept') return;
  if (aud.some((one) => isAudience(audience, one))) return;
  throw new InvalidToken('The access token is for another audience', {
    finding: { check: 'aud', expected: audience, received: response['aud'] },
  });
}

// RFC 7662 §2.2 and RFC 9449 §6.2: for a token of type DPoP, the response has cnf.
function checkType({ token_type: type, cnf }: Response): void {
  const name = typeof type === 'string' ? type.toLowerCase() : type;
  if (name === undefined || name === 'bearer' || (name === 'dpop' && cnf !== undefined)) return;
  throw new InvalidToken('The token is not a bearer token', {
    finding: { check: 'token_type', expected: 'Bearer, or DPoP with cnf', received: type },
  });
}
