import { inspect } from 'node:util';
import type { AccessToken } from '../access-token.js';
import { InvalidToken } from '../token-verifier.js';

/**
 * Reads an access token out of claims whose origin, audience and times are proven.
 *
 * @throws {InvalidToken} when one of them is not what RFC 9068 §2.2 asks for, or binds the token to a key
 */
export function accessToken(claims: Readonly<Record<string, unknown>>): AccessToken {
  // RFC 9449 §7.1, RFC 8705 §3: a bound token without the proof of its key is stolen goods.
  if (claims['cnf'] !== undefined) {
    throw new InvalidToken('The access token is bound to a key and cannot be used as bearer token', {
      detail: `cnf is ${quoted(claims['cnf'])}`,
    });
  }
  const { exp } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw wrong('exp', exp);
  return Object.freeze({
    subject: text(claims, 'sub'),
    clientId: text(claims, 'client_id'),
    scopes: scopes(claims['scope']),
    audience: audienceOf(claims['aud']),
    expiresAt: exp,
    claims: deepFrozen(claims),
  });
}

/** The audience as a list (RFC 7519 §4.1.3). @throws {InvalidToken} when it is neither a string nor a list of them */
export function audienceOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return Object.freeze([aud]);
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string')) throw wrong('aud', aud);
  return Object.freeze([...aud]);
}

/** A value of the token for the log: on one line, printable and short, however hostile it is. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'missing';
  const printed = inspect(value, {
    depth: 1,
    breakLength: Infinity,
    maxArrayLength: 10,
    maxStringLength: 100,
  });
  return printed.slice(0, 300).replace(/[^\x20-\x7e]/g, '?');
}

function text(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw wrong(name, value);
  return value;
}

// RFC 6749 §3.3: "expressed as a list of space-delimited, case-sensitive strings"
function scopes(scope: unknown): ReadonlySet<string> {
  if (scope === undefined) return new Set();
  if (typeof scope !== 'string') throw wrong('scope', scope);
  return new Set(scope.split(' ').filter((one) => one !== ''));
}

function wrong(claim: string, value: unknown): InvalidToken {
  return new InvalidToken(undefined, { detail: `${claim} is ${quoted(value)}` });
}

// The claims are shared by every request with the same token. A loop, since recursion ends at hostile depths.
function deepFrozen<T extends object>(claims: T): T {
  const remaining: object[] = [claims];
  for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) {
    Object.freeze(next);
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null) remaining.push(value);
    }
  }
  return claims;
}
