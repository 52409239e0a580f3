import { generateKeyPair, SignJWT } from 'jose';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { alice, contacts, useServer } from '../support/server.js';
import { basic, expectRefusal, payloadOf, post, RelyingParty } from '../support/relying-party.js';

const inactive = '{"active":false}';

describe('C2 introspection', () => {
  const server = useServer();
  let subject: string;
  let resourceServer: RelyingParty;
  const machine = { grant_types: ['client_credentials'], redirect_uris: [], scope: '' };

  beforeAll(async () => {
    subject = await server.createUser(alice);
    resourceServer = await RelyingParty.register(server, {
      ...machine,
      introspection_resources: [contacts.identifier],
    });
  });

  const formats = ['jwt', 'opaque'];

  it.each(formats)('a good %s token is told in full to its client and to its resource', async (format) => {
    const client = await RelyingParty.register(server, { access_token_format: format });
    const { access_token } = await client.tokens();
    for (const asker of [client, resourceServer]) {
      const { status, headers, body } = await asker.introspect(access_token);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toMatchObject({
        active: true,
        iss: server.issuer,
        sub: subject,
        client_id: client.clientId,
        aud: [server.issuer, contacts.identifier],
        scope: 'openid profile email offline_access contacts.read',
        token_type: 'Bearer',
        jti: expect.any(String),
        auth_time: expect.any(Number),
      });
      expect(Number(body.exp) - Number(body.iat)).toBe(600);
    }
  });

  it('both formats are told alike', async () => {
    const names: string[][] = [];
    for (const access_token_format of formats) {
      const client = await RelyingParty.register(server, { access_token_format });
      const { body } = await client.introspect((await client.tokens()).access_token);
      names.push(Object.keys(body));
    }
    expect(names[0]).toEqual(names[1]);
  });

  it.each(formats)('a %s token for another audience is exactly inactive', async (format) => {
    const client = await RelyingParty.register(server, { access_token_format: format });
    const { access_token } = await client.tokens({ scope: 'openid' });
    expect((await resourceServer.introspect(access_token)).text).toBe(inactive);
  });

  it.each(formats)(
    "a stranger's question about a %s token or a refresh token is exactly inactive",
    async (format) => {
      const [client, stranger] = [
        await RelyingParty.register(server, { access_token_format: format }),
        await RelyingParty.register(server, machine),
      ];
      const tokens = await client.tokens();
      expect((await stranger.introspect(tokens.access_token)).text).toBe(inactive);
      expect((await stranger.introspect(tokens.refresh_token)).text).toBe(inactive);
      expect((await resourceServer.introspect(tokens.refresh_token)).text).toBe(inactive);
    },
  );

  it('a refresh token is told to its client, until it is rotated', async () => {
    const client = await RelyingParty.register(server);
    const tokens = await client.tokens();
    expect((await client.introspect(tokens.refresh_token)).body).toMatchObject({
      active: true,
      sub: subject,
      client_id: client.clientId,
      scope: 'openid profile email offline_access contacts.read',
    });
    await client.refresh(tokens.refresh_token);
    expect((await client.introspect(tokens.refresh_token)).text).toBe(inactive);
  });

  it.each(['access_token', 'refresh_token', 'a hint that nobody knows'])(
    'token_type_hint %j changes nothing',
    async (token_type_hint) => {
      const client = await RelyingParty.register(server);
      const tokens = await client.tokens();
      for (const token of [tokens.access_token, tokens.refresh_token])
        expect((await client.introspect(token, { token_type_hint })).body).toMatchObject({ active: true });
    },
  );

  it.each(['/', ':443', ':443/'])(
    'A18 a resource that names itself with %s at the end may introspect its tokens',
    async (end) => {
      const introspector = await RelyingParty.register(server, {
        ...machine,
        introspection_resources: [contacts.identifier + end],
      });
      const client = await RelyingParty.register(server);
      const { access_token } = await client.tokens({ scope: 'contacts.read' });
      expect((await introspector.introspect(access_token)).body).toMatchObject({
        active: true,
        aud: contacts.identifier,
      });
    },
  );

  it('a JWT of somebody else, a damaged, an unsigned and a mistyped one are exactly inactive', async () => {
    const client = await RelyingParty.register(server);
    const { access_token } = await client.tokens();
    const [header = '', payload = '', signature = ''] = access_token.split('.');
    const { privateKey } = await generateKeyPair('ES256');
    const claims = payloadOf(access_token);
    const foreign = new SignJWT(claims).setProtectedHeader({
      ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string }),
    });
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const symmetric = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' });
    const tokens = [
      await foreign.sign(privateKey),
      await symmetric.sign(new TextEncoder().encode(client.secret)),
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${encode({ ...claims, sub: 'mallory' })}.${signature}`,
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
      `${encode({ alg: 'ES256', typ: 'at+jwt', kid: '__proto__' })}.${payload}.${signature}`,
      `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 7 })}.${payload}.${signature}`,
      `${header}.${Buffer.from('no json').toString('base64url')}.${signature}`,
      `${header}.${payload}`,
      'a.b.c',
      `${header}.${payload}.${'A'.repeat(20_000)}`,
    ];
    for (const token of tokens) {
      const answer = await client.introspect(token);
      expect([answer.status, answer.text]).toEqual([200, inactive]);
    }
  });

  it.each(['unknown', ' ', '\u{1f985}', 'x'.repeat(30_000), '%00', "'; DROP TABLE grants --"])(
    'an unknown token (%.20s) is exactly inactive',
    async (token) => {
      const answer = await resourceServer.introspect(token);
      expect([answer.status, answer.text]).toEqual([200, inactive]);
    },
  );

  it.each(['', undefined])('no token (%j) is invalid_request', async (token) => {
    expectRefusal(await resourceServer.authenticated('/introspect', { token }), 400, 'invalid_request');
  });

  it('a repeated token is invalid_request, and so is one in the query', async () => {
    expectRefusal(
      await resourceServer.authenticated('/introspect', { token: ['a', 'a'] }),
      400,
      'invalid_request',
    );
    expectRefusal(await resourceServer.authenticated('/introspect?token=a', {}), 400, 'invalid_request');
  });

  it('without authentication, with a wrong secret, or as a public client nobody is told anything', async () => {
    const app = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
    const { access_token: token } = await app.tokens();
    expectRefusal(await post(server, '/introspect', { token }), 401, 'invalid_client');
    const authorization = basic(resourceServer.clientId, 'wrong');
    const wrong = await post(server, '/introspect', { token }, { authorization });
    expectRefusal(wrong, 401, 'invalid_client');
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    expectRefusal(await app.introspect(token), 401, 'invalid_client');
    const bearer = { authorization: `Bearer ${token}` };
    expectRefusal(await post(server, '/introspect', { token }, bearer), 401, 'invalid_client');
  });

  it('is not open to other origins', async () => {
    const answer = await post(server, '/introspect', { token: 'x' }, { origin: 'https://spa.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(formats)(
    "a disabled client's %s tokens are inactive at once, and live again when it is enabled",
    async (format) => {
      const client = await RelyingParty.register(server, { access_token_format: format });
      const clients = server.app.get(ClientRegistration);
      const { access_token } = await client.tokens();
      expect((await resourceServer.introspect(access_token)).body).toMatchObject({ active: true });
      await clients.setDisabled(client.clientId, true, 'test');
      expect((await resourceServer.introspect(access_token)).text).toBe(inactive);
      expect((await client.userinfo(access_token)).status).toBe(401);
      await clients.setDisabled(client.clientId, false, 'test');
      expect((await resourceServer.introspect(access_token)).body).toMatchObject({ active: true });
    },
  );

  it.each(formats)("a deleted client's %s tokens are inactive at once", async (format) => {
    const client = await RelyingParty.register(server, { access_token_format: format });
    const { access_token } = await client.tokens();
    await server.app.get(ClientRegistration).delete(client.clientId, 'test');
    expect((await resourceServer.introspect(access_token)).text).toBe(inactive);
  });

  it.each(formats)("a disabled user's %s tokens are inactive at once, and stay so", async (format) => {
    const bob = { username: `bob-${format}`, password: 'correct horse battery' };
    const id = await server.createUser(bob);
    const client = await RelyingParty.register(server, { access_token_format: format });
    const { body } = await client.redeem(await client.authorize({}, { ...alice, ...bob }));
    expect((await client.introspect(body.access_token)).body).toMatchObject({ active: true, sub: id });
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    expect((await resourceServer.introspect(body.access_token)).text).toBe(inactive);
    expect((await client.introspect(body.refresh_token)).text).toBe(inactive);
    await server.app.get(UserAccounts).update(id, { disabled: false }, 'test');
    expect((await resourceServer.introspect(body.access_token)).text).toBe(inactive);
  });
});
