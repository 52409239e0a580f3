import { clockSkewSeconds } from './client-assertion.js';
import { invalidRequest } from './errors.js';
import { nulProblem, requestObjectTimeProblem } from './request-object.js';
import { shownTextViolation } from './shown-text.js';
import { namesUri } from './uri.js';

/** The parameters of a backchannel authentication request (CIBA Core §7.1). A repeated one is an error; any other is ignored. */
export const backchannelParameters = [
  'scope',
  'client_notification_token',
  'acr_values',
  'login_hint_token',
  'id_token_hint',
  'login_hint',
  'binding_message',
  'user_code',
  'requested_expiry',
  'max_age',
  'request',
] as const;

/** Characters of a binding message: "it SHOULD be relatively short" (CIBA Core §7.1). */
const maxBindingMessageLength = 100;
/** "The length of the token MUST NOT exceed 1024 characters" (CIBA Core §7.1). */
const maxNotificationTokenLength = 1_024;
/** A later time is cut off anyway. */
const maxExpiryDigits = 9;

/** b64token (RFC 6750 §2.1) */
const bearerToken = /^[A-Za-z\d\-._~+/]+=*$/;

/** What is wrong with a binding message, as a predicate; undefined if nothing is. */
export function bindingMessageProblem(text: string): string | undefined {
  if (Array.from(text).length > maxBindingMessageLength)
    return `must not be longer than ${maxBindingMessageLength} characters`;
  if (!/\S/.test(text)) return 'must not be blank';
  return shownTextViolation(text);
}

/** What is wrong with a `client_notification_token`, as a predicate; undefined if nothing is. */
export function notificationTokenProblem(token: string): string | undefined {
  if (token.length > maxNotificationTokenLength)
    return `must not be longer than ${maxNotificationTokenLength} characters`;
  return bearerToken.test(token) ? undefined : 'must have the syntax of a bearer token (RFC 6750 §2.1)';
}

/**
 * `requested_expiry`: "A positive integer" (CIBA Core §7.1).
 * @throws OAuthError invalid_request
 */
export function parseRequestedExpiry(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value) || value.length > maxExpiryDigits || Number(value) === 0)
    throw invalidRequest('requested_expiry must be a positive integer');
  return Number(value);
}

/**
 * What is wrong with the claims of a verified signed request (CIBA Core §7.1.1), or undefined. Its signature, `iss`, `exp` and `nbf` have
 * been checked. Its times are bound as FAPI-CIBA §5.2.2 has it.
 * @param issuer our own identifier, which `aud` must be
 * @param now seconds since the epoch
 */
export function signedRequestProblem(
  claims: Readonly<Record<string, unknown>> & {
    readonly nbf?: number;
    readonly exp?: number;
    readonly iat?: number;
  },
  issuer: string,
  now: number,
): string | undefined {
  const audiences: unknown[] = [claims['aud']].flat();
  if (!audiences.some((audience) => typeof audience === 'string' && namesUri([issuer], audience)))
    return `aud is ${JSON.stringify(audiences).slice(0, 500)}, expected ${issuer}`;
  const { iat, jti } = claims as { iat?: number; jti?: unknown };
  if (iat === undefined) return 'iat is missing';
  if (iat > now + clockSkewSeconds) return 'iat is in the future';
  if (typeof jti !== 'string' || jti === '' || jti.length > 255)
    return 'jti is missing, or longer than 255 characters';
  if (claims['request'] !== undefined) return 'request cannot stand inside';
  if (claims['client_id'] !== undefined && claims['client_id'] !== claims['iss'])
    return 'client_id inside is not the client';
  return nulProblem(claims) ?? requestObjectTimeProblem(claims, now);
}
