import {
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';
import type { AccessToken } from '../access-token.js';
import type { BearerSettings } from '../bearer-options.js';
import { InvalidToken } from '../token-verifier.js';
import { accessToken, quoted } from './claims.js';
import type { KeySet } from './key-set.js';

type JwtRules = Pick<BearerSettings, 'issuer' | 'audience' | 'algorithms' | 'clockTolerance' | 'now'>;

/** Whether a token is a signed JWT by its looks: three parts, the first a JOSE header. Anything else is opaque. */
export function looksLikeJwt(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && headerOf(token) !== undefined;
}

/**
 * Verifies a JWT access token against the issuer's keys (RFC 9068 §4).
 *
 * @throws {InvalidToken} with the check that failed
 * @throws {VerifierUnavailable} when the keys cannot be had
 */
export async function verifyJwt(token: string, keys: KeySet, rules: JwtRules): Promise<AccessToken> {
  const header = headerOf(token);
  // RFC 7515 §4.1.11: an extension that is not understood makes the token invalid. None is understood here.
  if (header?.crit !== undefined) {
    throw new InvalidToken('The access token uses an unknown extension', {
      detail: `crit is ${quoted(header.crit)}`,
    });
  }
  const now = rules.now();
  try {
    const { payload } = await jwtVerify(token, (wanted) => keys.find(wanted), {
      algorithms: [...rules.algorithms],
      typ: 'at+jwt',
      issuer: rules.issuer,
      audience: [...rules.audience],
      clockTolerance: rules.clockTolerance,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'iat', 'sub', 'client_id'],
    });
    checkIssuedAt(payload, now / 1000 + rules.clockTolerance);
    return accessToken(payload);
  } catch (error) {
    throw asRefusal(error, header, rules);
  }
}

function headerOf(token: string): ProtectedHeaderParameters | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

function checkIssuedAt({ iat }: JWTPayload, latest: number): void {
  if (iat === undefined || !Number.isFinite(iat) || iat > latest) {
    throw new InvalidToken('The access token is not valid yet', { detail: `iat is ${quoted(iat)}` });
  }
}

function asRefusal(error: unknown, header: ProtectedHeaderParameters | undefined, rules: JwtRules): unknown {
  if (!(error instanceof errors.JOSEError)) {
    // jose has no class of its own for a key that is too weak or of the wrong kind.
    return error instanceof TypeError
      ? new InvalidToken(undefined, { detail: error.message, cause: error })
      : error;
  }
  if (error instanceof errors.JWTExpired) {
    return new InvalidToken('The access token has expired', {
      detail: `exp is ${quoted(error.payload.exp)}`,
      cause: error,
    });
  }
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error, header, rules);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    const detail = `alg is ${quoted(header?.alg)}, accepted are ${rules.algorithms.join(', ')}`;
    return new InvalidToken('The algorithm of the access token is not accepted', { detail, cause: error });
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    const detail = `no key for kid ${quoted(header?.kid)} and alg ${quoted(header?.alg)}`;
    return new InvalidToken('The access token is not signed with a key of the issuer', {
      detail,
      cause: error,
    });
  }
  return new InvalidToken(undefined, { detail: error.message, cause: error });
}

function claimRefusal(
  error: errors.JWTClaimValidationFailed,
  header: ProtectedHeaderParameters | undefined,
  { issuer, audience }: JwtRules,
): InvalidToken {
  const { claim, payload } = error;
  const options = { detail: `${error.message}: ${quoted(payload[claim])}`, cause: error };
  switch (claim) {
    case 'typ':
      options.detail = `typ is ${quoted(header?.typ)} instead of at+jwt`;
      return new InvalidToken('The token is not an access token', options);
    case 'iss':
      options.detail += `, expected ${quoted(issuer)}`;
      return new InvalidToken('The access token is from another issuer', options);
    case 'aud':
      options.detail += `, expected ${quoted(audience)}`;
      return new InvalidToken('The access token is for another audience', options);
    case 'nbf':
      return new InvalidToken('The access token is not valid yet', options);
    default:
      return new InvalidToken(undefined, options);
  }
}
