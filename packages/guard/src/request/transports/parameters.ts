import type { CarrierRequest } from '../credentials.js';
import { member } from '../members.js';

/**
 * A handshake together with the credentials that its client has sent beside it, since a browser cannot set headers for a WebSocket. A
 * token in both places is an error, as in two headers.
 *
 * @param sent a token, with its scheme or without
 */
export function withCredentials(handshake: CarrierRequest, sent: unknown): CarrierRequest {
  const { headers, url, rawHeaders, socket } = handshake;
  const own = { headers, url, rawHeaders, socket };
  if (typeof sent !== 'string' || sent === '') return own;
  const authorization = /^\S+ /.test(sent) ? sent : `Bearer ${sent}`;
  const all = [headers.authorization ?? [], authorization].flat();
  return { ...own, headers: { ...headers, authorization: all.length === 1 ? authorization : all } };
}

/** The first of these members that has a value, whatever the case of its name. */
export function parameter(parameters: unknown, names: readonly string[]): unknown {
  const found = Object.keys(Object(parameters)).find((name) => names.includes(name.toLowerCase()));
  return found === undefined ? undefined : member(parameters, found);
}
