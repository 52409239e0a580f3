import { createHash } from 'node:crypto';

/** The inputs of a session state (OIDC Session Management §3.2). */
export interface SessionStateParts {
  readonly clientId: string;
  /** The origin of the redirection URI (RFC 6454 §6.2). */
  readonly origin: string;
  /** The browser state, which the check_session_iframe reads too. */
  readonly browserState: string;
  /** Random for each response, so that clients cannot compare session states. */
  readonly salt: string;
}

/** "a salted cryptographic hash of Client ID, origin URL, and OP User Agent state", with the salt after a dot. */
export function sessionState({ clientId, origin, browserState, salt }: SessionStateParts): string {
  const hash = createHash('sha256')
    .update(`${clientId} ${origin} ${browserState} ${salt}`)
    .digest('base64url');
  return `${hash}.${salt}`;
}
