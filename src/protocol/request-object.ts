import { assertionAlgorithms, furthestIssuedAt } from './client-assertion.js';
import { namesUri } from './uri.js';

/** Algorithms of signed request objects: those with a public key, never `none` (RFC 9101 §10.2). */
export const requestObjectAlgorithms = assertionAlgorithms.private_key_jwt;

/** Types of a request object; "JWT" and none are what OpenID Connect's own have (RFC 9101 §10.8, OIDC Core §6.1). */
const types: readonly (string | undefined)[] = [
  undefined,
  'jwt',
  'oauth-authz-req+jwt',
  'application/oauth-authz-req+jwt',
];

/** Claims about the JWT itself, which are no parameters of the request (RFC 7519 §4.1). */
const aboutTheJwt = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** NUL as JSON writes it: its backslash is not itself escaped. */
const writtenNul = /(?<!\\)(?:\\\\)*\\u0000/;

/** What is wrong with the type of a request object, or undefined: a JWT that was made for something else is none. */
export function requestObjectTypeProblem(typ: string | undefined): string | undefined {
  return types.includes(typ?.toLowerCase()) ? undefined : `typ is ${typ?.slice(0, 100)}`;
}

/**
 * What is wrong with the claims of a verified request object, or undefined.
 * @param clientId the client_id outside: "the values … in the client_id request parameter and in the Request Object client_id
 * claim MUST be identical" (RFC 9101 §5)
 * @param issuer our own identifier. §4 recommends it as `aud`. Here it is required.
 */
export function requestObjectProblem(
  claims: Readonly<Record<string, unknown>>,
  clientId: string,
  issuer: string,
): string | undefined {
  const audiences: unknown[] = [claims.aud].flat();
  if (!audiences.some((audience) => typeof audience === 'string' && namesUri([issuer], audience)))
    return `aud is ${JSON.stringify(audiences).slice(0, 500)}, expected ${issuer}`;
  if (claims.client_id !== clientId) return 'client_id inside is not the one outside';
  // "the Request Object MUST NOT" hold these (§4); with sub = client_id it could be a client assertion (§10.8).
  if (claims.request !== undefined || claims.request_uri !== undefined)
    return 'request and request_uri cannot stand inside';
  if (claims.sub === clientId) return 'sub is the client, as in a client assertion';
  return nulProblem(claims);
}

/** What is wrong with `iat`, or undefined: "shall reject JWTs with an iat […] timestamp greater than 60 seconds in the future" (FAPI 2.0 Security Profile §5.3.2.1). */
export const requestObjectIssueProblem = (
  { iat }: { readonly iat?: number },
  now: number,
): string | undefined =>
  iat !== undefined && iat > now + furthestIssuedAt ? 'iat lies in the future' : undefined;

/** Whether a text in the claims has a character that no parameter may have, or undefined. */
export const nulProblem = (claims: Readonly<Record<string, unknown>>): string | undefined =>
  writtenNul.test(JSON.stringify(claims)) ? 'it holds a NUL character' : undefined;

/** FAPI 2.0 Message Signing §5.3.1 */
const maxAgeSeconds = 3_600;
const maxLifetimeSeconds = 3_600;

/**
 * What is wrong with the time of a verified request object of a client that must sign, or undefined: "shall require the request object
 * to contain an nbf claim that is no longer than 60 minutes in the past" and "an exp claim that has a lifetime of no longer than 60
 * minutes after the nbf claim" (FAPI 2.0 Message Signing §5.3.1).
 * @param now seconds since the epoch
 */
export function requestObjectTimeProblem(
  { nbf, exp }: { readonly nbf?: number; readonly exp?: number },
  now: number,
): string | undefined {
  if (nbf === undefined) return 'nbf is missing, which a client that must sign its requests has to send';
  if (exp === undefined) return 'exp is missing, which a client that must sign its requests has to send';
  if (now - nbf > maxAgeSeconds) return `nbf is ${now - nbf} seconds ago: expected ${maxAgeSeconds} at most`;
  if (exp - nbf > maxLifetimeSeconds)
    return `exp is ${exp - nbf} seconds after nbf: expected ${maxLifetimeSeconds} at most`;
  return undefined;
}

/** The parameters of a request object (RFC 9101 §4): numbers and objects in the form that they have outside, an array as several values. */
export function requestObjectParameters(
  claims: Readonly<Record<string, unknown>>,
): [name: string, value: string][] {
  return Object.entries(claims).flatMap(([name, claim]) => {
    if (aboutTheJwt.has(name)) return [];
    const values: unknown[] = Array.isArray(claim) ? claim : [claim];
    return values.flatMap((value): [string, string][] =>
      value === null || value === undefined
        ? []
        : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    );
  });
}
