import type { IssuerSettings } from '../settings/issuer-settings.js';
import { isAudience } from '../token/audience.js';
import { InvalidToken } from '../token/token-verifier.js';
import { audienceIn } from './claims.js';

type Claims = Readonly<Record<string, unknown>>;
type ClaimRules = Pick<IssuerSettings, 'issuer' | 'audience' | 'clockTolerance' | 'shapes'>;

/**
 * Checks the issuer, audience and times of a JWT access token (RFC 9068 §4, RFC 7519 §4.1).
 *
 * @param now seconds since the epoch
 * @throws {InvalidToken} naming the wrong claim
 */
export function checkClaims(
  claims: Claims,
  { issuer, audience, clockTolerance, shapes }: ClaimRules,
  now: number,
): void {
  const { iss, exp, nbf, iat } = claims;
  const { profile } = shapes.signed;
  const aud = audienceIn(claims, profile);
  if (iss !== issuer) throw refused('iss', issuer, iss, 'The access token is from another issuer');
  if (!isFor(audience, aud)) throw refused('aud', audience, aud, 'The access token is for another audience');
  for (const claim of profile.required) {
    if (claims[claim] === undefined) throw missing(claim);
  }
  if (iat !== undefined && !(typeof iat === 'number' && Number.isFinite(iat))) {
    throw refused('iat', 'a number', iat);
  }
  if (exp === undefined) throw missing('exp');
  const latest = now + clockTolerance;
  const early = 'The access token is not valid yet';
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= Math.floor(now) + clockTolerance)) {
    throw refused('nbf', `at most ${latest}`, nbf, early);
  }
  if (typeof exp !== 'number') throw refused('exp', 'a number', exp);
  if (exp <= Math.floor(now) - clockTolerance) {
    throw refused('exp', `after ${now - clockTolerance}`, exp, 'The access token has expired');
  }
  if (iat !== undefined && iat > latest) throw refused('iat', `at most ${latest}`, iat, early);
}

function isFor(audience: readonly string[], aud: unknown): boolean {
  if (typeof aud === 'string') return isAudience(audience, aud);
  return Array.isArray(aud) && aud.some((one) => typeof one === 'string' && isAudience(audience, one));
}

function missing(claim: string): InvalidToken {
  return refused(claim, 'a value', undefined);
}

function refused(check: string, expected: unknown, received: unknown, description?: string): InvalidToken {
  return new InvalidToken(description, { finding: { check, expected, received } });
}
