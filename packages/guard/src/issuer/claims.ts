import type { AccessToken } from '../token/access-token.js';
import type { ScopeReader } from '../token/scope-reader.js';
import { InvalidToken } from '../token/token-verifier.js';

/**
 * Makes an access token of claims whose issuer, audience and times have been checked.
 *
 * @throws {InvalidToken} if a claim is not as RFC 9068 §2.2 requires
 */
export function accessToken(
  claims: Readonly<Record<string, unknown>>,
  { issuer, scopes }: { issuer: string; scopes: ScopeReader },
): AccessToken {
  const { exp } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw wrong('exp', exp);
  return Object.freeze({
    subject: text(claims, 'sub'),
    issuer,
    clientId: text(claims, 'client_id'),
    scopes: scopes(claims),
    audience: audienceOf(claims['aud']),
    expiresAt: exp,
    claims: deepFrozen(claims),
  });
}

/** The audience as a list (RFC 7519 §4.1.3). @throws {InvalidToken} if it is neither a string nor a list of strings */
export function audienceOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return Object.freeze([aud]);
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string')) throw wrong('aud', aud);
  return Object.freeze([...aud]);
}

function text(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw wrong(name, value);
  return value;
}

function wrong(claim: string, value: unknown): InvalidToken {
  return new InvalidToken(undefined, { finding: { check: claim, received: value } });
}

// All requests with the same token share the claims. This is a loop, since deep recursion could overflow the stack.
function deepFrozen<T extends object>(claims: T): T {
  const remaining: object[] = [claims];
  for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) {
    Object.freeze(next);
    for (const name in next) {
      const value = (next as Record<string, unknown>)[name];
      if (typeof value === 'object' && value !== null) remaining.push(value);
    }
  }
  return claims;
}
