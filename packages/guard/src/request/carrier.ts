import type { ExecutionContext } from '@nestjs/common';
import type { AccessToken } from '../token/access-token.js';
import type { CarrierRequest } from './credentials.js';

/** The object on which the guard sets the verified token: the request, or its counterpart in other contexts. */
export interface TokenHolder {
  accessToken?: AccessToken;
}

/** A response, on Express and on Fastify. */
export interface HeaderResponse {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** The parts of a call that the guard reads and writes. */
export interface Carrier {
  readonly kind: 'http' | 'graphql' | 'ws' | 'rpc';
  readonly request: CarrierRequest;
  readonly holder: TokenHolder;
  /** The response, if it can have headers. */
  readonly response: HeaderResponse | undefined;
}

/**
 * Finds the part of a call that contains the token: the request of an HTTP route or of a GraphQL operation (`context.req`), the
 * handshake of a WebSocket, or the metadata of a message. They are recognised by their shape, so none of these libraries is needed.
 *
 * @throws {TypeError} if the call has no place for a token; this is a mistake in the service
 */
export function carrierOf(context: ExecutionContext): Carrier {
  const kind: string = context.getType();
  switch (kind) {
    case 'http': {
      // The same as switchToHttp(), without creating an object at each request.
      const request = context.getArgByIndex<CarrierRequest & TokenHolder>(0);
      return { kind, request, holder: request, response: context.getArgByIndex<HeaderResponse>(1) };
    }
    case 'graphql':
      return ofGraphql(context.getArgByIndex<unknown>(2)) ?? nothingToRead(context);
    case 'ws':
      return ofSocket(context.switchToWs().getClient<unknown>()) ?? nothingToRead(context);
    case 'rpc':
      return ofMessage(context.switchToRpc().getContext<unknown>()) ?? nothingToRead(context);
    default:
      return nothingToRead(context);
  }
}

/** The token that the guard verified for this call; `undefined` if there is no guard. */
export function verifiedToken(context: ExecutionContext): AccessToken | undefined {
  return carrierOf(context).holder.accessToken;
}

/** Apollo and Mercurius pass the request as `req`, `request` or `reply.request`; for subscriptions, in `extra`. */
function ofGraphql(context: unknown): Carrier | undefined {
  const reply = member(context, 'res') ?? member(context, 'reply');
  const request = [
    member(context, 'req'),
    member(context, 'request'),
    member(reply, 'request'),
    member(member(context, 'extra'), 'request'),
  ].find(hasHeaders);
  return request && { kind: 'graphql', request, holder: request, response: asResponse(reply) };
}

/** Socket.IO has the `handshake`. With `ws`, a gateway stores the upgrade request itself, as `upgradeReq` or `request`. */
function ofSocket(client: unknown): Carrier | undefined {
  if (!isObject(client)) return undefined;
  const handshake = member(client, 'handshake');
  const request = [handshake, member(client, 'upgradeReq'), member(client, 'request')].find(hasHeaders);
  if (request === undefined) return undefined;
  // A browser cannot set headers for a WebSocket. Socket.IO has `auth: { token }` instead.
  const token = member(member(handshake, 'auth'), 'token');
  const headers =
    typeof token === 'string' && request.headers.authorization === undefined
      ? { ...request.headers, authorization: /^\S+ /.test(token) ? token : `Bearer ${token}` }
      : request.headers;
  const { url, rawHeaders, socket } = request;
  return { kind: 'ws', request: { headers, url, rawHeaders, socket }, holder: client, response: undefined };
}

// The methods of message contexts that return metadata. A context without any of them has no place for a token.
const PLACES = ['get', 'getHeaders', 'getMessage', 'getPacket', 'getMetadata'];

/**
 * The places of metadata: a map in gRPC, headers with `get` in NATS, `headers` of the message in Kafka, `properties.headers` in
 * RabbitMQ, `userProperties` in MQTT 5, and, since Nest 12, the metadata of a packet in TCP and Redis.
 */
function ofMessage(context: unknown): Carrier | undefined {
  if (!isObject(context) || !PLACES.some((name) => typeof member(context, name) === 'function')) {
    return undefined;
  }
  const message = result(context, 'getMessage');
  const properties = member(message, 'properties') ?? member(result(context, 'getPacket'), 'properties');
  const sources = [
    context,
    result(context, 'getHeaders'),
    result(context, 'getMetadata'),
    member(message, 'headers'),
    member(properties, 'headers'),
    member(properties, 'userProperties'),
  ].filter(isObject);
  const authorization = sources.map(authorizationIn).find((value) => value !== undefined);
  return { kind: 'rpc', request: { headers: { authorization } }, holder: context, response: undefined };
}

function authorizationIn(source: object): string | string[] | undefined {
  const get = member(source, 'get');
  const value: unknown =
    typeof get === 'function'
      ? get.call(source, 'authorization')
      : (member(source, 'authorization') ?? member(source, 'Authorization'));
  const values = (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null);
  if (values.length === 0) return undefined;
  // A value that is not text becomes an empty header, which is refused as malformed.
  const texts = values.map((one) =>
    Buffer.isBuffer(one) ? one.toString('latin1') : typeof one === 'string' ? one : '',
  );
  return texts.length === 1 ? texts[0] : texts;
}

function nothingToRead(context: ExecutionContext): never {
  throw new TypeError(
    `BearerGuard on ${context.getClass().name}.${context.getHandler().name}: a call of type ` +
      `“${context.getType()}” has no place for an access token; GraphQL needs the request in its context, as req`,
  );
}

function asResponse(value: unknown): HeaderResponse | undefined {
  return typeof member(value, 'header') === 'function' || typeof member(value, 'setHeader') === 'function'
    ? (value as HeaderResponse)
    : undefined;
}

function hasHeaders(value: unknown): value is CarrierRequest & TokenHolder {
  return isObject(member(value, 'headers'));
}

function result(value: object, method: string): unknown {
  const found = member(value, method);
  return typeof found === 'function' ? (found.call(value) as unknown) : undefined;
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? (value as Record<string, unknown>)[name] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
