import { isObject, member, resultOf } from '../members.js';
import type { Transport } from './transport.js';

// The methods of message contexts that return metadata. A context without any of them has no place for a token.
const PLACES = ['get', 'getHeaders', 'getMessage', 'getPacket', 'getMetadata'];

/**
 * The metadata of a message: a map in gRPC, headers with `get` in NATS, `headers` of the message in Kafka, `properties.headers` in
 * RabbitMQ, `userProperties` in MQTT 5, and, since Nest 12, the metadata of a packet in TCP and Redis.
 */
export const message: Transport = {
  type: 'rpc',
  remedy: 'use a transport whose messages have headers or metadata; before Nest 12, TCP and Redis have none',
  carrierOf(call) {
    const context = call.switchToRpc().getContext<unknown>();
    if (!isObject(context) || !PLACES.some((name) => typeof member(context, name) === 'function')) {
      return undefined;
    }
    const received = resultOf(context, 'getMessage');
    const properties = member(received, 'properties') ?? member(resultOf(context, 'getPacket'), 'properties');
    const sources = [
      context,
      resultOf(context, 'getHeaders'),
      resultOf(context, 'getMetadata'),
      member(received, 'headers'),
      member(properties, 'headers'),
      member(properties, 'userProperties'),
    ].filter(isObject);
    const authorization = sources.map(authorizationIn).find((value) => value !== undefined);
    return { kind: 'rpc', request: { headers: { authorization } }, holder: context, response: undefined };
  },
};

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
