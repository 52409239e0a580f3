import { assertionAlgorithms } from './client-assertion.js';

/** The member of `events` that makes a JWT a logout token (OIDC Back-Channel Logout §2.4). */
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** Characters of a logout token. */
export const maxLogoutTokenLength = 16_384;
/** A token that was issued longer ago is too old, whatever its `exp` says: its `jti` is remembered for as long. */
export const maxLogoutTokenAgeSeconds = 600;
/** Clocks of providers may be off by this much. */
export const logoutClockSkewSeconds = 30;

/** The claims of a logout token that is acted upon. */
export interface LogoutClaims {
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly sub?: string;
  readonly sid?: string;
}

/** What a logout token must be like. */
export interface LogoutTokenRules {
  readonly issuer: string;
  /** The client that it must be for. */
  readonly clientId: string;
}

/** What a JWT says of itself. */
export interface ReadLogoutToken {
  readonly typ: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * The first violation of a logout token, or undefined (OIDC Back-Channel Logout §2.6). The signature, and that the token was not used
 * before, are checked elsewhere.
 */
export function logoutTokenProblem(
  { typ, claims }: ReadLogoutToken,
  { issuer, clientId }: LogoutTokenRules,
  now: number,
): string | undefined {
  const { iss, sub, sid, jti, events } = claims;
  if (!isLogoutType(typ)) return `typ is ${shown(typ)}, expected logout+jwt or none`;
  if (iss !== issuer) return `iss is ${shown(iss)}, expected ${issuer}`;
  const otherProblem = audienceProblem(claims, clientId) ?? timeProblem(claims, now);
  if (otherProblem !== undefined) return otherProblem;
  if (typeof jti !== 'string' || jti === '') return 'jti is missing';
  // "Verify that the Logout Token contains an events Claim whose value is JSON object containing the member name […]" (step 6).
  if (!isObject(events) || !Object.hasOwn(events, logoutEvent) || !isObject(events[logoutEvent]))
    return `events is ${shown(events)}, expected an object with the member ${logoutEvent}, which is an object`;
  // "Verify that the Logout Token does not contain a nonce Claim" (step 7): it could be an ID token.
  if (Object.hasOwn(claims, 'nonce')) return 'there is a nonce';
  for (const [name, value] of Object.entries({ sub, sid }))
    if (value !== undefined && (typeof value !== 'string' || value === '')) return `${name} is not a text`;
  // "Verify that the Logout Token contains a sub Claim, a sid Claim, or both" (step 5).
  return sub === undefined && sid === undefined ? 'sub and sid are missing' : undefined;
}

/**
 * The algorithms with which a provider may sign its logout tokens: "in the same way that an ID Token signature is validated" (§2.6).
 * "none MUST NOT be used", and a MAC is never checked with a public key.
 * @param supported `id_token_signing_alg_values_supported`
 */
export function logoutTokenAlgorithms(supported: unknown): string[] {
  const named: unknown[] = Array.isArray(supported) ? supported : ['RS256'];
  return assertionAlgorithms.private_key_jwt.filter((algorithm) => named.includes(algorithm));
}

/** The type of its own, or none: "it is RECOMMENDED that […] the typ […] be logout+jwt" (§2.4). Other tokens with a type are no logout tokens. */
function isLogoutType(typ: unknown): boolean {
  if (typ === undefined) return true;
  if (typeof typ !== 'string') return false;
  return ['logout+jwt', 'jwt'].includes(typ.toLowerCase().replace(/^application\//, ''));
}

/** As for ID tokens (OIDC Core §3.1.3.7, steps 3 to 5). */
function audienceProblem({ aud, azp }: ReadLogoutToken['claims'], clientId: string): string | undefined {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) return `aud is ${shown(aud)}, expected ${clientId}`;
  if (azp === undefined ? audiences.length > 1 : azp !== clientId)
    return `azp is ${shown(azp)}, expected ${clientId}`;
  return undefined;
}

function timeProblem({ iat, exp }: ReadLogoutToken['claims'], now: number): string | undefined {
  if (typeof iat !== 'number' || iat > now + logoutClockSkewSeconds) return 'iat is missing or in the future';
  if (iat < now - maxLogoutTokenAgeSeconds - logoutClockSkewSeconds)
    return `it was issued more than ${maxLogoutTokenAgeSeconds} s ago`;
  // "Expiration time on or after which the Logout Token MUST NOT be accepted for processing" (§2.4).
  return typeof exp !== 'number' || exp <= now - logoutClockSkewSeconds
    ? 'exp is missing, or it has expired'
    : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 300);
