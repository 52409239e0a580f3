import { createHash } from 'node:crypto';

/** What a session state is made of (OIDC Session Management §3.2). */
export interface SessionStateParts {
  readonly clientId: string;
  /** The origin that the authorization response goes to, in the form of RFC 6454 §6.2. */
  readonly origin: string;
  /** The browser's state at the server: what the check_session_iframe reads of it too. */
  readonly browserState: string;
  /** No two responses share one, so that clients cannot compare what they were told. */
  readonly salt: string;
}

/** "a salted cryptographic hash of Client ID, origin URL, and OP User Agent state", with the salt after a dot. */
export function sessionState({ clientId, origin, browserState, salt }: SessionStateParts): string {
  const hash = createHash('sha256')
    .update(`${clientId} ${origin} ${browserState} ${salt}`)
    .digest('base64url');
  return `${hash}.${salt}`;
}
