import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ExecutionContext, Logger } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import { type AccessToken, BearerError, BearerGuard, BearerModule, TokenVerifier } from '@eyrie/guard';
import { OneToken } from '../support/one-token.js';

Logger.overrideLogger(false);

class Contacts {}
function list(): void {}

/** What Nest hands to a guard for a call with these arguments. */
function call(type: string, ...args: unknown[]): ExecutionContext {
  const context = new ExecutionContextHost(args, Contacts, list);
  context.setType(type);
  return context;
}

const headers = { authorization: 'Bearer good' };
const BAD = { authorization: 'Bearer bad' };
const metadata = (values: Record<string, unknown[]>) => ({ get: (name: string) => values[name] ?? [] });

type Holder = { accessToken?: AccessToken };

describe('BearerGuard beyond HTTP', () => {
  let guard: BearerGuard;
  let verifier: OneToken;

  beforeAll(async () => {
    const exceptions = {
      ws: (refusal: BearerError) => new Error(`ws: ${refusal.code}`),
      rpc: (refusal: BearerError) => new Error(`rpc: ${refusal.code}`),
    };
    const imports = [BearerModule.forVerifier({ useClass: OneToken, exceptions })];
    const module = await Test.createTestingModule({ imports }).compile();
    guard = module.get(BearerGuard);
    verifier = module.get(TokenVerifier);
  });

  const client = { handshake: { headers: {}, url: '/socket.io/?EIO=4', auth: { token: 'good' } } };
  const CALLS: [title: string, holder: Holder, context: ExecutionContext][] = [];
  const add = (title: string, type: string, holder: object, ...args: unknown[]) =>
    CALLS.push([title, holder, call(type, ...args)]);
  const request = () => ({ headers });
  const [apollo, mercurius, subscription] = [request(), request(), request()];
  add('GraphQL with req in its context', 'graphql', apollo, {}, {}, { req: apollo }, {});
  add('GraphQL with a reply', 'graphql', mercurius, {}, {}, { reply: { request: mercurius } }, {});
  add('a GraphQL subscription', 'graphql', subscription, {}, {}, { extra: { request: subscription } }, {});
  const byHeader = request();
  add(
    'Apollo’s context of a subscription',
    'graphql',
    byHeader,
    {},
    {},
    { req: { extra: { request: byHeader } } },
  );
  for (const connectionParams of [
    { Authorization: 'Bearer good' },
    { authorization: 'bearer good' },
    { token: 'good' },
  ]) {
    const title = `a subscription with connectionParams ${JSON.stringify(connectionParams)}`;
    const [apollo5, own] = [{ headers: {} }, { headers: {} }];
    add(title, 'graphql', apollo5, {}, {}, { req: { connectionParams, extra: { request: apollo5 } } });
    add(
      `${title} in a context of one's own`,
      'graphql',
      own,
      {},
      {},
      { connectionParams, extra: { request: own } },
    );
  }
  const upgraded = { upgradeReq: { headers } };
  const shaken = { handshake: { headers, url: '/socket.io/?EIO=4' } };
  add('a WebSocket with its upgrade request', 'ws', upgraded, upgraded, {});
  add('a Socket.IO handshake with the header', 'ws', shaken, shaken, {});
  add('a Socket.IO handshake with auth.token', 'ws', client, client, {});
  const grpc = metadata({ authorization: ['Bearer good'] });
  const nats = { getHeaders: () => new Map([['authorization', 'Bearer good']]) };
  const kafka = { getMessage: () => ({ headers: { authorization: Buffer.from('Bearer good') } }) };
  const rabbit = { getMessage: () => ({ properties: { headers } }) };
  const mqtt = { getPacket: () => ({ properties: { userProperties: headers } }) };
  const tcp = { getMetadata: () => headers };
  for (const [title, context] of Object.entries({ grpc, nats, kafka, rabbit, mqtt, tcp })) {
    add(`a message by ${title}`, 'rpc', context, {}, context);
  }

  it.each(CALLS)(
    '%s passes with a good token, which is put on what carried it',
    async (_t, holder, context) => {
      await expect(guard.canActivate(context)).resolves.toBe(true);
      expect(holder.accessToken?.subject).toBe('alice');
    },
  );

  it('a connection is asked again at each message, since it outlives its token', async () => {
    const socket = { upgradeReq: { headers } };
    await guard.canActivate(call('ws', socket, {}));
    verifier.revoked = true;
    await expect(guard.canActivate(call('ws', socket, {}))).rejects.toThrow('ws: invalid_token');
    verifier.revoked = false;
  });

  const REFUSED: [title: string, message: string, context: ExecutionContext][] = [
    ['a bad token in GraphQL', 'not valid', call('graphql', {}, {}, { req: { headers: BAD } }, {})],
    [
      'a bad token in connectionParams',
      'not valid',
      call(
        'graphql',
        {},
        {},
        { req: { connectionParams: { token: 'bad' }, extra: { request: { headers: {} } } } },
      ),
    ],
    [
      'a subscription with two tokens',
      'more than one',
      call(
        'graphql',
        {},
        {},
        { req: { connectionParams: { token: 'good' }, extra: { request: { headers } } } },
      ),
    ],
    [
      'a subscription without a token',
      'needs a bearer token',
      call('graphql', {}, {}, { req: { connectionParams: {}, extra: { request: { headers: {} } } } }),
    ],
    [
      'a handshake with two tokens',
      'ws: invalid_request',
      call('ws', { handshake: { headers, auth: { token: 'good' } } }, {}),
    ],
    ['a bad token in a handshake', 'ws: invalid_token', call('ws', { handshake: { headers: BAD } }, {})],
    ['a handshake without a token', 'ws: missing_token', call('ws', { handshake: { headers: {} } }, {})],
    [
      'a handshake with the token in its address',
      'ws: invalid_request',
      call('ws', { handshake: { headers, url: '/?access_token=good' } }, {}),
    ],
    ['a message without a token', 'rpc: missing_token', call('rpc', {}, metadata({}))],
    [
      'a message by NATS without headers',
      'rpc: missing_token',
      call('rpc', {}, { getHeaders: () => undefined }),
    ],
    [
      'a message by MQTT without properties',
      'rpc: missing_token',
      call('rpc', {}, { getPacket: () => ({}) }),
    ],
    [
      'a message by RabbitMQ without headers',
      'rpc: missing_token',
      call('rpc', {}, { getMessage: () => ({ properties: {} }) }),
    ],
    [
      'a message with two tokens',
      'rpc: invalid_request',
      call('rpc', {}, metadata({ authorization: ['Bearer good', 'Bearer bad'] })),
    ],
  ];

  it.each(REFUSED)('%s is refused', async (_title, message, context) => {
    await expect(guard.canActivate(context)).rejects.toThrow(message);
  });

  const NOTHING: [title: string, remedy: string, context: ExecutionContext][] = [
    ['GraphQL without the request in its context', 'pass it as req', call('graphql', {}, {}, {}, {})],
    ['GraphQL without a context', 'pass it as req', call('graphql', {}, {}, undefined, {})],
    ['a WebSocket that kept nothing of its handshake', 'client.upgradeReq', call('ws', { send() {} }, {})],
    [
      'a message by a transport without headers',
      'TCP and Redis',
      call('rpc', {}, { getPattern: () => 'contacts' }),
    ],
    ['a kind of call that is not known', 'knows http, graphql, ws, rpc', call('telnet', {})],
  ];

  it.each(NOTHING)('%s lets nobody pass; the error names the handler and %j', (_title, remedy, context) => {
    expect(() => guard.canActivate(context)).toThrow(
      `BearerGuard on Contacts.list: this call of type “${context.getType()}”`,
    );
    expect(() => guard.canActivate(context)).toThrow(remedy);
  });
});
