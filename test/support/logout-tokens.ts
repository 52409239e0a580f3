import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { TestServer } from './server.js';

export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** The claims of a valid logout token of a provider for the upstream `acme`; undefined leaves one out. */
export function logoutClaims(
  { clock }: Pick<TestServer, 'clock'>,
  { issuer }: { readonly issuer: string },
  claims: Record<string, unknown> = {},
): JWTPayload {
  const now = clock.now();
  return {
    iss: issuer,
    aud: 'eyrie',
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { [logoutEvent]: {} },
    ...claims,
  };
}

/** Sends a logout token to an upstream's back-channel logout URI, as the provider does (OIDC Back-Channel Logout §2.5). */
export function sendLogoutToken(
  { issuer }: Pick<TestServer, 'issuer'>,
  token: string,
  alias = 'acme',
): Promise<Response> {
  return fetch(`${issuer}/upstream/${alias}/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });
}
