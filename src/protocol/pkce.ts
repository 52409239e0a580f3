import { createHash, timingSafeEqual } from 'node:crypto';
import { invalidRequest } from './errors.js';

/** code-verifier and code-challenge: 43*128unreserved (RFC 7636 §4.1 and §4.2) */
const unreserved = /^[A-Za-z0-9\-._~]{43,128}$/;

/**
 * The code challenge of an authorization request, S256 only (RFC 7636 §4.3; RFC 9700 §2.1.1 rules out `plain`).
 * @throws OAuthError invalid_request if it is malformed, has another method, or is missing though required
 */
export function codeChallenge(
  challenge: string | undefined,
  method: string | undefined,
  required: boolean,
): string | undefined {
  if (challenge === undefined) {
    if (method !== undefined) throw invalidRequest('code_challenge_method was sent without code_challenge');
    if (required) throw invalidRequest('code_challenge is missing: this client must use PKCE');
    return undefined;
  }
  // RFC 7636 §4.3: the method "defaults to 'plain' if not present in the request".
  if (method !== 'S256') throw invalidRequest('code_challenge_method must be S256');
  if (!unreserved.test(challenge))
    throw invalidRequest('code_challenge must be 43 to 128 unreserved characters');
  return challenge;
}

/** Whether a verifier is well-formed (RFC 7636 §4.1). */
export const isCodeVerifier = (verifier: string): boolean => unreserved.test(verifier);

/** BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) == code_challenge (RFC 7636 §4.6), compared in constant time. */
export function verifiesChallenge(verifier: string, challenge: string): boolean {
  const computed = Buffer.from(createHash('sha256').update(verifier, 'ascii').digest('base64url'));
  const expected = Buffer.from(challenge);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}
