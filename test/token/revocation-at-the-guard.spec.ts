import { BearerModule, RequireScopes, type RevocationOptions } from '@eyrie/guard';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

@Controller('contacts')
class ContactsController {
  @RequireScopes('contacts.read')
  @Get()
  list(): unknown {
    return {};
  }
}

describe('a JWT at a service that follows the revocation feed', () => {
  let server: TestServer;
  let client: RelyingParty;
  let service: NestFastifyApplication;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    client = await RelyingParty.register(server);
    const { clientId, secret } = await RelyingParty.register(server, {
      introspection_resources: [contacts.identifier],
    });
    const revocations: RevocationOptions = { clientId, clientSecret: secret, onLoss: 'refuse' };
    @Module({
      imports: [BearerModule.forRoot({ issuer: server.issuer, audience: contacts.identifier, revocations })],
      controllers: [ContactsController],
    })
    class ContactsModule {}
    service = await NestFactory.create(ContactsModule, new FastifyAdapter(), { logger: false });
    await service.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await service.close();
    await server.stop();
  });

  const statusOf = async (token: string): Promise<number> => {
    const url = `${await service.getUrl()}/contacts`;
    return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
  };

  /** Asks until the status is another; gives back that, and the milliseconds it took. */
  async function changeFrom(status: number, token: string): Promise<{ status: number; took: number }> {
    const start = performance.now();
    for (;;) {
      const now = await statusOf(token);
      if (now !== status) return { status: now, took: performance.now() - start };
      if (performance.now() - start > 10_000) throw new Error(`it stayed ${status}`);
    }
  }

  it.each([
    ['its grant is revoked', (tokens: { refresh_token: string }) => client.revoke(tokens.refresh_token)],
    ['it is revoked by itself', (tokens: { access_token: string }) => client.revoke(tokens.access_token)],
  ])('dies within two seconds after %s, and others live', async (_title, revoke) => {
    const [tokens, apart] = [await client.tokens(), await client.tokens()];
    expect([await statusOf(tokens.access_token), await statusOf(apart.access_token)]).toEqual([200, 200]);
    await revoke(tokens);
    const { status, took } = await changeFrom(200, tokens.access_token);
    expect(status).toBe(401);
    expect(took).toBeLessThan(2_000);
    expect(await statusOf(apart.access_token)).toBe(200);
  });

  it('dies with its client, and comes back when that is enabled again', async () => {
    const { access_token } = await client.tokens();
    expect(await statusOf(access_token)).toBe(200);
    const registration = server.app.get(ClientRegistration);
    await registration.setDisabled(client.clientId, true, 'test');
    expect((await changeFrom(200, access_token)).status).toBe(401);
    await registration.setDisabled(client.clientId, false, 'test');
    expect((await changeFrom(401, access_token)).status).toBe(200);
  });

  it.each([
    ['the client that was given the grant is disabled', 'given', 'setDisabled'],
    ['the client that exchanged is disabled', 'exchanging', 'setDisabled'],
    ['the client that exchanged is deleted', 'exchanging', 'delete'],
  ] as const)('dies after an exchange when %s', async (title, which, end) => {
    const given = await RelyingParty.register(server, { client_id: `given: ${title}` });
    const exchanging = await RelyingParty.register(server, {
      client_id: `exchanging: ${title}`,
      grant_types: [tokenExchange],
      redirect_uris: [],
      introspection_resources: [contacts.identifier],
      token_exchange_clients: [given.clientId],
      token_exchange_resources: [contacts.identifier],
      scope: 'contacts.read',
    });
    const { body } = await exchanging.token({
      grant_type: tokenExchange,
      subject_token: (await given.tokens()).access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    expect(await statusOf(body.access_token)).toBe(200);
    const registration = server.app.get(ClientRegistration);
    const { clientId } = which === 'given' ? given : exchanging;
    if (end === 'delete') await registration.delete(clientId, 'test');
    else await registration.setDisabled(clientId, true, 'test');
    expect((await changeFrom(200, body.access_token)).status).toBe(401);
  });
});
