import type { Profile } from '../profiles/profile.js';
import type { TokenShape } from '../settings/shape-settings.js';
import type { AccessToken } from '../token/access-token.js';
import { detailsIn } from '../token/authorization-details.js';
import { actorIn } from '../token/actor.js';
import { InvalidToken } from '../token/token-verifier.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Makes an access token of claims whose issuer, audience and times have been checked.
 *
 * @throws {InvalidToken} if a claim is not as RFC 9068 §2.2 requires
 */
export function accessToken(
  claims: Claims,
  issuer: string,
  { profile, scopes, roles }: TokenShape,
): AccessToken {
  const { exp, sub } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw wrong('exp', exp);
  const clientId = clientOf(claims, profile);
  // RFC 9068 §2.2: without a resource owner, the subject is the client.
  const subject = sub === undefined ? clientId : sub;
  if (!isText(subject)) throw wrong('sub', sub);
  const actor = actorIn(claims['act']);
  const authorizationDetails = detailsIn(claims['authorization_details']);
  return Object.freeze({
    subject,
    issuer,
    clientId,
    scopes: scopes(claims),
    roles: roles(claims),
    audience: listOf('aud', audienceIn(claims, profile) ?? []),
    ...(actor && { actor }),
    ...(authorizationDetails && { authorizationDetails }),
    expiresAt: exp,
    claims: deepFrozen(claims),
  });
}

/** The value of the claim that holds the audience. */
export function audienceIn(claims: Claims, { audience }: Profile): unknown {
  return audience.map((name) => claims[name]).find((value) => value !== undefined);
}

/** The audience as a list (RFC 7519 §4.1.3). @throws {InvalidToken} if it is neither a string nor a list of strings */
export function listOf(claim: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return Object.freeze([value]);
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw wrong(claim, value);
  return Object.freeze([...value]);
}

/** The client; empty if the issuer does not name it and need not. @throws {InvalidToken} if it must */
function clientOf(claims: Claims, { client, required }: Profile): string {
  const named = client.map((name) => claims[name]).find(isText);
  if (named !== undefined) return named;
  const missing = client.find((name) => required.includes(name));
  if (missing !== undefined) throw wrong(missing, claims[missing]);
  return '';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
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
