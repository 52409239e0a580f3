import { hasHeaders } from '../carrier.js';
import { isObject, member } from '../members.js';
import { handshakeOf } from './handshakes.js';
import { withCredentials } from './parameters.js';
import type { Transport } from './transport.js';

/**
 * The handshake. Socket.IO has it as `handshake`, where the client can add `auth: { token }`. With `ws`, it is the upgrade request, which
 * the guard keeps; a service with another adapter may store it as `upgradeReq` or `request`.
 */
export const webSocket: Transport = {
  type: 'ws',
  remedy: 'the handshake of this WebSocket is not known: store the upgrade request as client.upgradeReq',
  carrierOf(context) {
    const client = context.switchToWs().getClient<unknown>();
    if (!isObject(client)) return undefined;
    const handshake = member(client, 'handshake');
    const places = [handshake, handshakeOf(client), member(client, 'upgradeReq'), member(client, 'request')];
    const found = places.find(hasHeaders);
    if (found === undefined) return undefined;
    const request = withCredentials(found, member(member(handshake, 'auth'), 'token'));
    return { kind: 'ws', request, holder: client, response: undefined };
  },
};
