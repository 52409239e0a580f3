import type { AccessToken } from '../token/access-token.js';
import { quoted } from '../token/finding.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { InvalidToken } from '../token/token-verifier.js';
import { accessToken } from './claims.js';
import type { Jws } from './jws.js';
import { checkClaims } from './jwt-claims.js';
import type { SignatureCheck } from './signature.js';
import { checkKind, checkType } from './token-kind.js';

type JwtRules = Pick<IssuerSettings, 'issuer' | 'audience' | 'clockTolerance' | 'shapes' | 'now'>;

/**
 * Reads the `alg` and `kid` of the key that a JWT names.
 *
 * @throws {InvalidToken} if the algorithm is not accepted, or the header has a critical extension
 */
export function keyNamedBy(
  { header: { alg, kid, crit } }: Jws,
  algorithms: readonly string[],
): { alg: string; kid: unknown } {
  // RFC 7515 §4.1.11: an extension that is not understood makes the token invalid. None is understood here.
  if (crit !== undefined) {
    throw new InvalidToken('The access token uses an unknown extension', {
      finding: { check: 'crit', expected: undefined, received: crit },
    });
  }
  if (typeof alg === 'string' && algorithms.includes(alg)) return { alg, kid };
  const description =
    typeof alg === 'string' ? 'The algorithm of the access token is not accepted' : undefined;
  throw new InvalidToken(description, {
    finding: { check: 'alg', expected: algorithms.join(' or '), received: alg },
  });
}

/**
 * Verifies a JWT access token (RFC 9068 §4) whose header {@link keyNamedBy} has accepted.
 *
 * @param isSignature the check with the key that it names; `undefined` if the issuer has no such key
 * @throws {InvalidToken} naming the failed check
 */
export function verifyJwt(jws: Jws, isSignature: SignatureCheck | undefined, rules: JwtRules): AccessToken {
  const { header, signed, signature } = jws;
  if (isSignature === undefined) {
    const received = `${quoted(header['kid'])} for ${quoted(header['alg'])}`;
    throw new InvalidToken('The access token is not signed with a key of the issuer', {
      finding: { check: 'kid', expected: 'a key that the issuer publishes', received },
    });
  }
  if (!isSignature(signed, signature)) {
    throw new InvalidToken(undefined, { detail: 'signature verification failed' });
  }
  const { claims } = jws;
  if (claims === undefined) throw new InvalidToken(undefined, { detail: 'The payload is not a JSON object' });
  const { signed: shape } = rules.shapes;
  checkType(header, shape.profile);
  checkKind(claims, shape.profile);
  checkClaims(claims, rules, rules.now() / 1000);
  return accessToken(claims, rules.issuer, shape);
}
