import type { ExecutionContext } from '@nestjs/common';
import type { Carrier } from '../carrier.js';
import { graphql } from './graphql.js';
import { http } from './http.js';
import { message } from './message.js';
import type { Transport } from './transport.js';
import { webSocket } from './web-socket.js';

const transports = new Map(
  [http, graphql, webSocket, message].map((transport): [string, Transport] => [transport.type, transport]),
);

/**
 * Finds the part of a call that contains the token.
 *
 * @throws {TypeError} if the call has no place for a token; this is a mistake in the service
 */
export function carrierOf(context: ExecutionContext): Carrier {
  const type: string = context.getType();
  const transport = transports.get(type);
  const carrier = transport?.carrierOf(context);
  if (carrier !== undefined) return carrier;
  const remedy = transport?.remedy ?? `BearerGuard knows ${[...transports.keys()].join(', ')}`;
  throw new TypeError(
    `BearerGuard on ${context.getClass().name}.${context.getHandler().name}: ` +
      `this call of type “${type}” has no place for an access token: ${remedy}`,
  );
}
