import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { BearerModule, RequireScopes, Subject } from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';

@WebSocketGateway()
class ContactsGateway {
  @RequireScopes('contacts.read')
  @SubscribeMessage('list')
  list(@Subject() subject: string): { event: string; data: string } {
    return { event: 'listed', data: subject };
  }

  @RequireScopes('contacts.write')
  @SubscribeMessage('add')
  add(): { event: string; data: string } {
    return { event: 'added', data: '' };
  }
}

describe('a gateway with Socket.IO', () => {
  const clock = new Clock();
  let issuer: LocalIssuer;
  let app: NestFastifyApplication;
  let socket: Socket;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    const bearer = BearerModule.forRoot({
      issuer: issuer.url,
      audience: AUDIENCE,
      now: clock.now,
      exceptions: { ws: (refusal) => new WsException(refusal.getResponse()) },
    });
    @Module({ imports: [bearer], providers: [ContactsGateway] })
    class ContactsModule {}
    app = await NestFactory.create<NestFastifyApplication>(ContactsModule, new FastifyAdapter(), {
      logger: false,
    });
    app.useWebSocketAdapter(new IoAdapter(app));
    await app.listen(0, '127.0.0.1');
  });

  afterEach(() => {
    socket.disconnect();
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  async function connect(options: object): Promise<void> {
    socket = io(await app.getUrl(), { transports: ['websocket'], ...options });
  }

  /** What comes back for a message: the first event. */
  function send(message: string): Promise<[event: string, data: unknown]> {
    return new Promise((resolve) => {
      socket.offAny().onAny((event: string, data: unknown) => resolve([event, data]));
      socket.emit(message);
    });
  }

  it.each([
    ['in auth', (token: string) => ({ auth: { token } })],
    ['in the header', (token: string) => ({ extraHeaders: { authorization: `Bearer ${token}` } })],
  ])('a good token %s lets messages pass, up to its scopes', async (_where, options) => {
    await connect(options(await issuer.mint()));
    expect(await send('list')).toEqual(['listed', 'alice']);
    expect(await send('add')).toEqual([
      'exception',
      expect.objectContaining({ error: 'insufficient_scope' }),
    ]);
  });

  it('without a token no message passes', async () => {
    await connect({});
    expect(await send('list')).toEqual(['exception', expect.objectContaining({ error: 'missing_token' })]);
  });

  it('a connection ends with its token: the next message is refused', async () => {
    await connect({ auth: { token: await issuer.mint({ exp: Math.floor(clock.now() / 1000) + 60 }) } });
    expect(await send('list')).toEqual(['listed', 'alice']);
    clock.advance(120);
    expect(await send('list')).toEqual(['exception', expect.objectContaining({ error: 'invalid_token' })]);
  });
});
