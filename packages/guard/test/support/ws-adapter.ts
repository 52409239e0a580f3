import type { Server } from 'node:http';
import type { WsMessageHandler } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';

/** Connects gateways as `@nestjs/platform-ws` does: a gateway sees the upgrade request in `handleConnection()` alone. */
export class PlainWsAdapter extends AbstractWsAdapter {
  override create(): WebSocketServer {
    return new WebSocketServer({ server: this.httpServer as Server });
  }

  override bindMessageHandlers(
    client: WebSocket,
    handlers: WsMessageHandler[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    client.on('message', (sent: Buffer) => {
      const { event, data } = JSON.parse(sent.toString()) as { event: string; data: unknown };
      // Every gateway of the server sees every message.
      const handler = handlers.find(({ message }) => message === event);
      if (handler === undefined) return;
      transform(handler.callback(data)).subscribe((answer) => {
        if (answer !== undefined) client.send(JSON.stringify(answer));
      });
    });
  }
}
