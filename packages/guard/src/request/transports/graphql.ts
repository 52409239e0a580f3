import { type Carrier, hasHeaders, type HeaderResponse } from '../carrier.js';
import { member } from '../members.js';
import { parameter, withCredentials } from './parameters.js';
import type { Transport } from './transport.js';

/**
 * Apollo and Mercurius pass the request of an operation as `req`, `request` or `reply.request`. That of a subscription is the upgrade
 * request of its WebSocket.
 */
export const graphql: Transport = {
  type: 'graphql',
  remedy: 'the context of GraphQL has no request: pass it as req',
  carrierOf(call) {
    const context = call.getArgByIndex<unknown>(2);
    const reply = member(context, 'res') ?? member(context, 'reply');
    const request = [member(context, 'req'), member(context, 'request'), member(reply, 'request')].find(
      hasHeaders,
    );
    if (request === undefined) return ofSubscription(member(context, 'req')) ?? ofSubscription(context);
    return { kind: 'graphql', request, holder: request, response: asResponse(reply) };
  },
};

/** The context of graphql-ws, which Apollo passes as `req` by default: the upgrade request, and what the client sent to connect. */
function ofSubscription(context: unknown): Carrier | undefined {
  const handshake = member(member(context, 'extra'), 'request');
  if (!hasHeaders(handshake)) return undefined;
  const sent = parameter(member(context, 'connectionParams'), ['authorization', 'token']);
  const request = withCredentials(handshake, sent);
  return { kind: 'graphql', request, holder: handshake, response: undefined };
}

function asResponse(value: unknown): HeaderResponse | undefined {
  return typeof member(value, 'header') === 'function' || typeof member(value, 'setHeader') === 'function'
    ? (value as HeaderResponse)
    : undefined;
}
