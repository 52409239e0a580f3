import { hasHeaders } from '../carrier.js';
import type { CarrierRequest } from '../credentials.js';
import { isObject } from '../members.js';

const handshakes = new WeakMap<object, CarrierRequest>();

/** Keeps the upgrade request of a WebSocket as long as its client. Does nothing if there is none, as with Socket.IO. */
export function keepHandshake(client: unknown, request: unknown): void {
  if (isObject(client) && hasHeaders(request)) handshakes.set(client, request);
}

/** The upgrade request of a WebSocket, if it was kept. */
export function handshakeOf(client: object): CarrierRequest | undefined {
  return handshakes.get(client);
}
