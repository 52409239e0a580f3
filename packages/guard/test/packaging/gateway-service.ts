// A bare service with a gateway that does nothing for its tokens. It calls itself, and prints what it was answered.
import 'reflect-metadata';
import { type ArgumentsHost, Catch, type ExceptionFilter, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { WebSocket } from 'ws';
import { BearerError, RequireScopes, Subject } from '@eyrie/guard';
import { BearerTestingModule, TestIssuer } from '@eyrie/guard/testing';

/** Before Nest 12, its own filter sends nothing to clients of ws. */
@Catch(BearerError)
class RefusalFilter implements ExceptionFilter<BearerError> {
  catch({ code }: BearerError, host: ArgumentsHost): void {
    const client = host.switchToWs().getClient<WebSocket>();
    client.send(JSON.stringify({ event: 'exception', data: { error: code } }));
  }
}

@UseFilters(RefusalFilter)
@WebSocketGateway()
class ContactsGateway {
  @RequireScopes('contacts.read')
  @SubscribeMessage('list')
  list(@Subject() subject: string): unknown {
    return { event: 'listed', data: subject };
  }
}

/** A package that only bare services have. */
const adapters: string = '@nestjs/platform-ws';

async function main(): Promise<void> {
  const { WsAdapter } = await import(adapters);
  const issuer = await TestIssuer.create();
  @Module({ imports: [BearerTestingModule.forIssuer(issuer)], providers: [ContactsGateway] })
  class ServiceModule {}
  const app = await NestFactory.create(ServiceModule, { logger: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('http', 'ws');

  const call = (headers: Record<string, string>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers });
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ event: 'list' })));
      socket.on('message', (message: Buffer) => {
        const { event, data } = JSON.parse(message.toString()) as { event: string; data: { error?: string } };
        socket.close();
        resolve([event, data.error ?? data]);
      });
    });
  const bearerOf = (token: string) => ({ Authorization: `Bearer ${token}` });
  console.log(
    JSON.stringify({
      good: await call(bearerOf(await issuer.mint({ sub: 'alice', scope: 'contacts.read' }))),
      none: await call({}),
      narrow: await call(bearerOf(await issuer.missingScope())),
    }),
  );
  await app.close();
}

void main();
