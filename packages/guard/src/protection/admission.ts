import type { AccessToken } from '../token/access-token.js';
import type { Carrier, TokenHolder } from '../request/carrier.js';
import type { ProtectionParts } from './protection.js';

// The guard can run more than once for a route: service-wide, on its class, on its handler. The token is verified once.
const ADMITTED_BY = Symbol('@eyrie/guard:admitted-by');

interface MarkedHolder extends TokenHolder {
  [ADMITTED_BY]?: ProtectionParts;
}

/** Sets the verified token and its user on the request, or on its counterpart in other contexts. */
export function admit({ holder }: Carrier, parts: ProtectionParts, token: AccessToken, user: unknown): true {
  const marked: MarkedHolder = holder;
  marked.accessToken = token;
  marked[ADMITTED_BY] = parts;
  if (parts.user !== undefined) marked.user = user;
  return true;
}

/** Admits a call without a token. A connection may have had one before. */
export function admitAnonymous({ holder }: Carrier, parts: ProtectionParts): true {
  holder.accessToken = undefined;
  if (parts.user !== undefined) holder.user = undefined;
  return true;
}

/**
 * The token of an HTTP request that these parts have admitted before. In other contexts, the holder may be a connection that
 * outlives its token, so the token is verified at every call.
 */
export function admittedToken({ kind, holder }: Carrier, parts: ProtectionParts): AccessToken | undefined {
  const marked: MarkedHolder = holder;
  return kind === 'http' && marked[ADMITTED_BY] === parts ? marked.accessToken : undefined;
}
