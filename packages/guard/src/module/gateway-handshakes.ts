import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import { keepHandshake } from '../request/transports/handshakes.js';

/** A gateway, as far as Nest calls it when a client connects. */
interface Gateway {
  handleConnection?: (this: Gateway, client: unknown, ...more: unknown[]) => unknown;
}

// The metadata key of @WebSocketGateway() of @nestjs/websockets, which a service may not have installed.
const IS_GATEWAY = 'websockets:is_gateway';
const KEEPS = Symbol('@eyrie/guard:keeps-handshakes');

/**
 * Lets every gateway keep the handshakes of its clients. With `@nestjs/platform-ws`, Nest gives the upgrade request to
 * `handleConnection()` alone, and no guard runs there.
 */
export function keepHandshakes(modules: ModulesContainer): void {
  for (const { providers } of modules.values()) {
    for (const { metatype } of providers.values()) {
      if (typeof metatype !== 'function' || Reflect.getMetadata(IS_GATEWAY, metatype) !== true) continue;
      keepHandshakesOf(metatype.prototype as Gateway);
    }
  }
}

/** Once for each class, however many services of a process have it. */
function keepHandshakesOf(gateway: Gateway): void {
  if (Object.hasOwn(gateway, KEEPS)) return;
  const { handleConnection: own } = gateway;
  Object.defineProperty(gateway, KEEPS, { value: true });
  gateway.handleConnection = function (this: Gateway, client, ...more) {
    keepHandshake(client, more[0]);
    return own?.call(this, client, ...more);
  };
}
