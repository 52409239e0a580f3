import {
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';
import type { AccessToken } from '../access-token.js';
import { quoted } from '../finding.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { InvalidToken } from '../token-verifier.js';
import { accessToken } from './claims.js';
import type { KeySet } from './key-set.js';

type JwtRules = Pick<
  IssuerSettings,
  'issuer' | 'audience' | 'algorithms' | 'clockTolerance' | 'scopes' | 'now'
>;

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
      finding: { check: 'crit', expected: undefined, received: header.crit },
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
    return accessToken(payload, rules);
  } catch (error) {
    throw asRefusal(error, header, rules, now / 1000);
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
    throw new InvalidToken('The access token is not valid yet', {
      finding: { check: 'iat', expected: `at most ${latest}`, received: iat },
    });
  }
}

function asRefusal(
  error: unknown,
  header: ProtectedHeaderParameters | undefined,
  rules: JwtRules,
  now: number,
): unknown {
  if (!(error instanceof errors.JOSEError)) {
    // jose has no class of its own for a key that is too weak or of the wrong kind.
    return error instanceof TypeError
      ? new InvalidToken(undefined, { detail: error.message, cause: error })
      : error;
  }
  if (error instanceof errors.JWTExpired) {
    const finding = {
      check: 'exp',
      expected: `after ${now - rules.clockTolerance}`,
      received: error.payload.exp,
    };
    return new InvalidToken('The access token has expired', { finding, cause: error });
  }
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error, header, rules, now);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    const finding = { check: 'alg', expected: rules.algorithms.join(' or '), received: header?.alg };
    return new InvalidToken('The algorithm of the access token is not accepted', { finding, cause: error });
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    const received = `${quoted(header?.kid)} for ${quoted(header?.alg)}`;
    return new InvalidToken('The access token is not signed with a key of the issuer', {
      finding: { check: 'kid', expected: 'a key that the issuer publishes', received },
      cause: error,
    });
  }
  return new InvalidToken(undefined, { detail: error.message, cause: error });
}

function claimRefusal(
  error: errors.JWTClaimValidationFailed,
  header: ProtectedHeaderParameters | undefined,
  { issuer, audience, clockTolerance }: JwtRules,
  now: number,
): InvalidToken {
  const { claim, payload } = error;
  const refused = (description: string | undefined, expected: unknown, received = payload[claim]) =>
    new InvalidToken(description, { finding: { check: claim, expected, received }, cause: error });
  switch (claim) {
    case 'typ':
      return refused('The token is not an access token', 'at+jwt', header?.typ);
    case 'iss':
      return refused('The access token is from another issuer', issuer);
    case 'aud':
      return refused('The access token is for another audience', audience);
    case 'nbf':
      return refused('The access token is not valid yet', `at most ${now + clockTolerance}`);
    default:
      return refused(undefined, error.reason === 'missing' ? 'a value' : 'another value');
  }
}
