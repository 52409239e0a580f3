import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { BearerModule, OptionalBearer, RequireScopes, Subject, TokenVerifier } from '@eyrie/guard';
import { OneToken } from '../support/one-token.js';
import { PlainWsAdapter } from '../support/ws-adapter.js';

@WebSocketGateway()
class PlainGateway {
  @RequireScopes('contacts.read')
  @SubscribeMessage('list')
  list(@Subject() subject: string): unknown {
    return { event: 'listed', data: subject };
  }

  @OptionalBearer()
  @SubscribeMessage('about')
  about(@Subject() subject?: string): unknown {
    return { event: 'about', data: subject ?? 'nobody' };
  }
}

/** A gateway with a connection handler of its own. */
class CountingGateway {
  connected: unknown[] = [];

  handleConnection(_client: unknown, request: { url: string }): void {
    this.connected.push(request.url);
  }
}

@WebSocketGateway()
class DerivedGateway extends CountingGateway {
  @RequireScopes('contacts.read')
  @SubscribeMessage('derived')
  derived(@Subject() subject: string): unknown {
    return { event: 'derived', data: subject };
  }
}

const bearer = BearerModule.forVerifier({
  useClass: OneToken,
  tokenFrom: { cookie: 'token' },
  exceptions: { ws: (refusal) => new WsException(refusal.getResponse()) },
});

@Module({ imports: [bearer], providers: [PlainGateway, DerivedGateway] })
class GatewayModule {}

describe('gateways with ws, which do nothing for it', () => {
  let app: NestFastifyApplication;
  let verifier: OneToken;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(GatewayModule, new FastifyAdapter(), {
      logger: false,
    });
    app.useWebSocketAdapter(new PlainWsAdapter(app));
    await app.listen(0, '127.0.0.1');
    verifier = app.get(TokenVerifier);
  });

  beforeEach(() => {
    verifier.claims = { scope: 'contacts.read' };
    verifier.revoked = false;
  });

  afterAll(() => app.close());

  /** Connects, sends these messages, and returns what comes back for each. */
  async function send(headers: Record<string, string>, ...events: string[]): Promise<unknown[]> {
    const socket = new WebSocket((await app.getUrl()).replace('http', 'ws'), { headers });
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    const answers: unknown[] = [];
    for (const event of events) {
      const answer = new Promise((resolve) =>
        socket.once('message', (data: Buffer) => resolve(JSON.parse(String(data)))),
      );
      socket.send(JSON.stringify({ event }));
      answers.push(await answer);
    }
    socket.close();
    return answers;
  }

  const refused = (error: string) => ({ event: 'exception', data: expect.objectContaining({ error }) });

  it.each([
    ['the header', { Authorization: 'Bearer good' }],
    ['a cookie', { Cookie: 'token=good' }],
  ])('a good token in %s of the handshake passes', async (_place, headers) => {
    expect(await send(headers, 'list', 'derived', 'about')).toEqual([
      { event: 'listed', data: 'alice' },
      { event: 'derived', data: 'alice' },
      { event: 'about', data: 'alice' },
    ]);
  });

  it('no token, a bad one and one of two are refused', async () => {
    expect(await send({}, 'list', 'about')).toEqual([
      refused('missing_token'),
      { event: 'about', data: 'nobody' },
    ]);
    expect(await send({ Authorization: 'Bearer bad' }, 'list', 'about')).toEqual([
      refused('invalid_token'),
      refused('invalid_token'),
    ]);
    expect(await send({ Authorization: 'Bearer good', Cookie: 'token=good' }, 'list')).toEqual([
      refused('invalid_request'),
    ]);
  });

  it('each connection has its own token', async () => {
    const [[good], [none]] = await Promise.all([
      send({ Authorization: 'Bearer good' }, 'about'),
      send({}, 'about'),
    ]);
    expect([good, none]).toEqual([
      { event: 'about', data: 'alice' },
      { event: 'about', data: 'nobody' },
    ]);
  });

  it('a connection handler of the gateway is called as before', async () => {
    const gateway = app.get(DerivedGateway);
    gateway.connected = [];
    await send({ Authorization: 'Bearer good' }, 'derived');
    expect(gateway.connected).toEqual(['/']);
  });
});
