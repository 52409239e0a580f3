import * as oauth from 'oauth4webapi';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { ClientSecrets } from '../../src/clients/client-secrets.js';
import { alice, useServer } from '../support/server.js';
import { type Answer, basic, expectRefusal, post, RelyingParty } from '../support/relying-party.js';

describe('B2 client authentication at the token endpoint', () => {
  const server = useServer();
  let robot: RelyingParty;
  const registration = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'contacts.read' };
  const wanted = { grant_type: 'client_credentials' };

  const asBasic = (authorization: string, fields = {}): Promise<Answer> =>
    post(server, '/token', { ...wanted, ...fields }, { authorization });

  beforeAll(async () => {
    await server.createUser(alice);
    robot = await RelyingParty.register(server, registration);
  });

  describe('client_secret_post', () => {
    it('the right secret is accepted', async () => {
      const client = await RelyingParty.register(server, {
        ...registration,
        token_endpoint_auth_method: 'client_secret_post',
      });
      expect((await client.token(wanted)).status).toBe(200);
    });

    it.each([
      ['a wrong secret', { client_secret: 'wrong' }],
      ['an unknown client', { client_id: 'nobody', client_secret: 'wrong' }],
      ['no client_id', { client_id: undefined, client_secret: 'wrong' }],
    ])('client_secret_post with %s is invalid_client, without a Basic challenge', async (_title, fields) => {
      const client = await RelyingParty.register(server, {
        ...registration,
        token_endpoint_auth_method: 'client_secret_post',
      });
      const answer = await client.token({ ...wanted, ...fields });
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBeNull();
    });
  });

  describe('none', () => {
    it('a public client is accepted by its client_id', async () => {
      const app = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
      expect((await app.redeem(await app.authorize())).status).toBe(200);
    });

    it('an unknown client that proves nothing is invalid_client', async () => {
      expectRefusal(await post(server, '/token', { ...wanted, client_id: 'nobody' }), 401, 'invalid_client');
    });

    it('no client at all is invalid_client', async () => {
      expectRefusal(await post(server, '/token', wanted), 401, 'invalid_client');
    });
  });

  describe('one method a request, and the registered one', () => {
    const methods = ['client_secret_basic', 'client_secret_post', 'none'];
    const pairs = methods.flatMap((registered) =>
      methods.filter((used) => used !== registered).map((used) => [registered, used] as const),
    );
    it.each(pairs)('a client registered for %s that uses %s is invalid_client', async (registered, used) => {
      const client = await RelyingParty.register(server, { token_endpoint_auth_method: registered });
      const answer = await client.as(used).token({ grant_type: 'refresh_token', refresh_token: 'x' });
      expectRefusal(answer, 401, 'invalid_client');
      const challenge = answer.headers.get('www-authenticate');
      expect(challenge === null).toBe(used !== 'client_secret_basic');
    });

    it('a client registered for Basic and POST may use either, one at a time', async () => {
      const client = await RelyingParty.register(server, {
        ...registration,
        token_endpoint_auth_methods: ['client_secret_basic', 'client_secret_post'],
      });
      for (const used of ['client_secret_basic', 'client_secret_post'])
        expect((await client.as(used).token(wanted)).status).toBe(200);
      expectRefusal(await client.as('none').token(wanted), 401, 'invalid_client');
      const both = { client_id: client.clientId, client_secret: client.secret };
      const answer = await asBasic(basic(client.clientId, client.secret), both);
      expectRefusal(answer, 400, 'invalid_request');
    });

    it.each([
      ['both right', {}],
      ['the second wrong', { client_secret: 'wrong' }],
      ['of two clients', { client_id: 'other', client_secret: 'other' }],
    ])('two methods of authentication at once, %s, are invalid_request', async (_title, fields) => {
      const { clientId, secret } = robot;
      const answer = await asBasic(basic(clientId, secret), {
        client_id: clientId,
        client_secret: secret,
        ...fields,
      });
      expectRefusal(answer, 400, 'invalid_request');
    });
  });

  it('a refused client gets nothing, and consumes nothing', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const answer = post(
      server,
      '/token',
      {
        grant_type: 'authorization_code',
        code: authorized.code,
        redirect_uri: client.redirectUri,
        code_verifier: authorized.verifier,
      },
      { authorization: basic(client.clientId, 'wrong') },
    );
    expectRefusal(await answer, 401, 'invalid_client');
    expect((await client.redeem(authorized)).status).toBe(200);
  });

  describe('secrets over time', () => {
    it('an old secret goes on for the overlap of a rotation and no longer', async () => {
      const client = await RelyingParty.register(server, registration);
      const before = basic(client.clientId, client.secret);
      const secret = await server.app.get(ClientSecrets).rotate(client.clientId, 3_600, 'test');
      expect((await asBasic(basic(client.clientId, secret))).status).toBe(200);
      expect((await asBasic(before)).status).toBe(200);
      server.clock.advance(3_601);
      expectRefusal(await asBasic(before), 401, 'invalid_client');
      expect((await asBasic(basic(client.clientId, secret))).status).toBe(200);
    });

    it('a disabled client is refused as an unknown one is, and accepted again once enabled', async () => {
      const client = await RelyingParty.register(server, registration);
      const clients = server.app.get(ClientRegistration);
      const unknown = await asBasic(basic('nobody', 'x'));
      await clients.setDisabled(client.clientId, true, 'test');
      const refused = await client.token(wanted);
      expect({ status: refused.status, text: refused.text }).toEqual({ status: 401, text: unknown.text });
      await clients.setDisabled(client.clientId, false, 'test');
      expect((await client.token(wanted)).status).toBe(200);
    });

    it('a deleted client is refused', async () => {
      const client = await RelyingParty.register(server, registration);
      await server.app.get(ClientRegistration).delete(client.clientId, 'test');
      expectRefusal(await client.token(wanted), 401, 'invalid_client');
    });
  });

  it('a client is answered while it is being changed', async () => {
    const client = await RelyingParty.register(server, registration);
    const clients = server.app.get(ClientRegistration);
    for (let round = 0; round < 10; round++) {
      const [changed, ...answers] = await Promise.all([
        clients.update(client.clientId, { client_name: `Round ${round}` }, 'test'),
        ...Array.from({ length: 8 }, () => client.token(wanted)),
      ]);
      expect(changed.clientName).toBe(`Round ${round}`);
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    }
  });

  it('oauth4webapi authenticates by every method', async () => {
    const methods = {
      client_secret_basic: (secret: string) => oauth.ClientSecretBasic(secret),
      client_secret_post: (secret: string) => oauth.ClientSecretPost(secret),
    };
    const issuer = new URL(server.issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    for (const [method, authentication] of Object.entries(methods)) {
      const { clientId, secret } = await RelyingParty.register(server, {
        ...registration,
        token_endpoint_auth_method: method,
      });
      const client = { client_id: clientId };
      const response = await oauth.clientCredentialsGrantRequest(
        as,
        client,
        authentication(secret),
        new URLSearchParams({ scope: 'contacts.read' }),
        insecure,
      );
      const token = await oauth.processClientCredentialsResponse(as, client, response);
      expect(token.scope).toBe('contacts.read');
    }
  });
});
