import type { Profile } from '../profiles/profile.js';
import { InvalidToken } from '../token/token-verifier.js';

type JsonObject = Readonly<Record<string, unknown>>;

const OTHER_KIND = 'The token is not an access token';

/**
 * Checks the `typ` of a header. RFC 9068 §4: "at+jwt" or "application/at+jwt"; RFC 7515 §4.1.9: media types are case-insensitive.
 *
 * @throws {InvalidToken} if it is the type of another kind of token
 */
export function checkType({ typ }: JsonObject, { types }: Profile): void {
  const accepted: readonly unknown[] = types;
  if (accepted.includes(typ)) return;
  if (typeof typ === 'string' && accepted.includes(typ.toLowerCase().replace(/^application\//, ''))) return;
  const expected = types.map((type) => type ?? 'none').join(' or ');
  throw new InvalidToken(OTHER_KIND, { finding: { check: 'typ', expected, received: typ } });
}

/**
 * Tells an access token by its claims from an ID token, a logout token and every other token of its issuer.
 *
 * @throws {InvalidToken} if it is another kind of token
 */
export function checkKind(claims: JsonObject, { values, signs, foreign }: Profile): void {
  for (const [claim, accepted] of Object.entries(values)) {
    if (!accepted.some((value) => value === claims[claim])) {
      throw otherKind(`claim ${claim}`, accepted.join(' or '), claims[claim]);
    }
  }
  if (signs.length > 0 && !signs.some((claim) => claims[claim] !== undefined)) {
    throw otherKind('claims of an access token', signs.join(' or '), undefined);
  }
  checkForeign(claims, foreign);
}

/** As {@link checkKind}, for an introspection response, whose members are optional (RFC 7662 §2.2). */
export function checkIntrospectedKind(response: JsonObject, { values, foreign }: Profile): void {
  for (const [member, accepted] of Object.entries(values)) {
    const value = response[member];
    if (value !== undefined && !accepted.some((one) => one === value)) {
      throw otherKind(`claim ${member}`, accepted.join(' or '), value);
    }
  }
  checkForeign(response, foreign);
}

function checkForeign(claims: JsonObject, foreign: readonly string[]): void {
  const found = foreign.find((claim) => claims[claim] !== undefined);
  if (found !== undefined) throw otherKind(`claim ${found}`, 'none, as in an access token', 'a value');
}

function otherKind(check: string, expected: string, received: unknown): InvalidToken {
  return new InvalidToken(OTHER_KIND, { finding: { check, expected, received } });
}
