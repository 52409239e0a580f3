import type { CryptoKey } from 'jose';
import * as openid from 'openid-client';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { InitialAccessTokens } from '../../src/clients/dynamic/initial-access-tokens.js';
import { Database } from '../../src/persistence/database.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { type Answer, expectRefusal, post, request } from '../support/relying-party.js';
import { claimsOf, keyPair, present, sign } from '../support/assertions.js';

const redirectUri = 'https://rp.example.com/callback';
const metadata = { redirect_uris: [redirectUri], client_name: 'Newcomer' };

type Registered = Answer['body'] & {
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
};

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

async function send(
  server: TestServer,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  return request(server, path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...bearer(token) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function clientCount(server: TestServer): Promise<number> {
  const [row] = await server.app
    .get(Database)
    .query<{ count: number }>('SELECT COUNT(*) AS count FROM clients', []);
  return Number(row?.count);
}

function expectChallenge(answer: Answer): void {
  expectRefusal(answer, 401, 'invalid_token');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie", error="invalid_token"');
}

describe('F1 dynamic registration, when it is off', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('there is no endpoint, and discovery names none', async () => {
    expect((await send(server, 'POST', '/register', metadata)).status).toBe(404);
    expect((await send(server, 'GET', '/register/anything', undefined, 'token')).status).toBe(404);
    const discovery = await request(server, '/.well-known/openid-configuration');
    expect(discovery.body).not.toHaveProperty('registration_endpoint');
  });
});

describe('F1 dynamic registration, open', () => {
  let server: TestServer;
  let registered: Registered;

  const register = async (body: unknown): Promise<Answer> => send(server, 'POST', '/register', body);
  const at = ({ registration_client_uri: uri }: Registered): string => new URL(uri).pathname;
  const put = async (body: unknown, token = registered.registration_access_token): Promise<Answer> =>
    send(server, 'PUT', at(registered), body, token);

  beforeAll(async () => {
    server = await startServer({
      EYRIE_REGISTRATION: 'open',
      EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
    });
    await server.createUser(alice);
  });
  beforeEach(async () => {
    registered = (await register(metadata)).body as Registered;
  });
  afterAll(() => server.stop());

  const authentication: [string, (privateKey: CryptoKey) => openid.ClientAuth][] = [
    ['client_secret_basic', () => openid.ClientSecretBasic()],
    ['client_secret_post', () => openid.ClientSecretPost()],
    ['client_secret_jwt', () => openid.ClientSecretJwt()],
    ['private_key_jwt', (key) => openid.PrivateKeyJwt({ key, kid: 'k' })],
    ['none', () => openid.None()],
  ];
  it.each(authentication)(
    'openid-client registers with %s, discovers, signs Alice in without asking an administrator',
    async (method, authenticate) => {
      const { privateKey, publicJwk } = await keyPair('ES256', 'k');
      const config = await openid.dynamicClientRegistration(
        new URL(server.issuer),
        {
          ...metadata,
          token_endpoint_auth_method: method,
          ...(method === 'private_key_jwt' ? { jwks: { keys: [publicJwk] } } : {}),
        },
        authenticate(privateKey),
        { execute: [openid.allowInsecureRequests] },
      );
      const verifier = openid.randomPKCECodeVerifier();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        ...(method === 'none'
          ? {
              code_challenge: await openid.calculatePKCECodeChallenge(verifier),
              code_challenge_method: 'S256',
            }
          : {}),
      });
      const browser = new TestBrowser(server.issuer);
      const left = await allow(browser, await signIn(browser, await browser.open(url.href), alice));
      const tokens = await openid.authorizationCodeGrant(
        config,
        new URL(left.url),
        method === 'none' ? { pkceCodeVerifier: verifier } : {},
      );
      expect(tokens.claims()?.aud).toBe(config.clientMetadata().client_id);
    },
  );

  it.each([
    [{}, 'invalid_grant'],
    [{ assertion_audience: 'issuer' }, 'invalid_client'],
  ])(
    'an assertion for the token endpoint, of a client registered with %j, leads to %s',
    async (more, error) => {
      const { privateKey, publicJwk } = await keyPair('ES256', 'k');
      const jwks = { keys: [publicJwk] };
      const { body } = await register({
        ...metadata,
        ...more,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks,
      });
      const claims = claimsOf(server, String(body.client_id), { aud: `${server.issuer}/token` });
      const answer = await present(server, await sign(claims, privateKey, { alg: 'ES256', kid: 'k' }), {
        grant_type: 'authorization_code',
        code: 'none',
      });
      expect(answer.body.error).toBe(error);
    },
  );

  it('the answer is 201, not to be stored, and tells all that was registered', async () => {
    const answer = await register(metadata);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { client_id: id } = answer.body as Registered;
    expect(answer.body).toMatchObject({
      client_id: expect.stringMatching(/^[\w-]{36}$/),
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
      registration_client_uri: `${server.issuer}/register/${id}`,
      client_name: 'Newcomer',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
      application_type: 'web',
      scope: 'openid profile email address phone offline_access',
      require_pkce: false,
    });
    expect(Object.values(answer.body)).not.toContain(null);
    const discovery = await request(server, '/.well-known/openid-configuration');
    expect(discovery.body.registration_endpoint).toBe(`${server.issuer}/register`);
  });

  it('tokens and secrets are stored as hashes only', async () => {
    const rows = await server.app
      .get(Database)
      .query(
        'SELECT c.*, s.secret_hash, s.sealed_secret FROM clients c JOIN client_secrets s ON s.client_id = c.client_id WHERE c.client_id = ?',
        [registered.client_id],
      );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(registered.registration_access_token);
    expect(JSON.stringify(rows)).not.toContain(registered.client_secret);
  });

  it('members that are unknown or null are ignored, and nobody makes itself the server of a resource', async () => {
    const body = {
      ...metadata,
      software_id: 'x',
      'client_name#de': 'Neuling',
      logo_uri: null,
      introspection_resources: ['https://contacts.example.com'],
      introspects: ['https://contacts.example.com'],
    };
    const answer = await register(body);
    expect(answer.status).toBe(201);
    for (const member of [
      'software_id',
      'client_name#de',
      'logo_uri',
      'introspection_resources',
      'introspects',
    ])
      expect(answer.body).not.toHaveProperty([member]);
    const stored = await server.app.get(ClientRegistration).require((answer.body as Registered).client_id);
    expect(stored.introspectionResources).toEqual([]);
  });

  const invalidUri: [string, unknown][] = [
    ['http elsewhere', ['http://rp.example.com/callback']],
    ['a fragment', ['https://rp.example.com/callback#x']],
    ['javascript', ['javascript:alert(1)']],
    ['a wildcard', ['https://*.example.com/callback']],
    ['user information', ['https://user@rp.example.com/']],
    ['a private-use scheme for a web client', ['com.example.app:/callback']],
    ['a host that would end a directive of our policy', ['https://rp.example.com;sandbox/callback']],
    ['a host in disguise', ['https://%72p.example.com/callback']],
    ['a relative one', ['/callback']],
    ['none at all', undefined],
    ['an empty list', []],
    ['no list', 'https://rp.example.com/callback'],
    ['a number', [7]],
  ];
  it.each(invalidUri)(
    'F2 redirect_uris with %s: invalid_redirect_uri, and nothing is registered',
    async (_title, uris) => {
      const before = await clientCount(server);
      expectRefusal(await register({ ...metadata, redirect_uris: uris }), 400, 'invalid_redirect_uri');
      expect(await clientCount(server)).toBe(before);
    },
  );

  const ec = {
    kty: 'EC',
    crv: 'P-256',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  };
  const invalidMetadata: [string, object | string][] = [
    ['jwks with jwks_uri', { jwks: { keys: [ec] }, jwks_uri: 'https://rp.example.com/jwks' }],
    ['a private key in jwks', { jwks: { keys: [{ ...ec, d: 'd' }] } }],
    ['jwks_uri over http', { jwks_uri: 'http://rp.example.com/jwks' }],
    ['jwks_uri on loopback', { jwks_uri: 'https://127.0.0.1/jwks' }],
    ['jwks_uri in a private network', { jwks_uri: 'https://192.168.1.1/jwks' }],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['an unknown authentication method', { token_endpoint_auth_method: 'password' }],
    ['an unknown grant type', { grant_types: ['authorization_code', 'password'] }],
    ['the implicit grant', { grant_types: ['implicit'], response_types: ['token'] }],
    ['response types that do not fit', { response_types: [] }],
    [
      'client_credentials, with nobody to vouch',
      { grant_types: ['authorization_code', 'client_credentials'] },
    ],
    ['an unsigned ID token', { id_token_signed_response_alg: 'none' }],
    ['the scope of administrators', { scope: 'openid eyrie.admin' }],
    ['the scope of auditors', { scope: 'openid eyrie.admin.read' }],
    ['an unknown scope', { scope: 'openid flying' }],
    ['a malformed scope', { scope: 'openid  "x"' }],
    ['a logo that is no URL', { logo_uri: 'javascript:alert(1)' }],
    ['a negative default_max_age', { default_max_age: -1 }],
    ['a name that is no text', { client_name: { evil: true } }],
    ['a name that is too long', { client_name: 'x'.repeat(300) }],
    ['a public client without PKCE', { token_endpoint_auth_method: 'none', require_pkce: false }],
    ['an unregistered application type', { application_type: 'desktop' }],
  ];
  it.each(invalidMetadata)(
    'F2 %s: invalid_client_metadata, and nothing is registered',
    async (_title, changes) => {
      const before = await clientCount(server);
      expectRefusal(await register({ ...metadata, ...(changes as object) }), 400, 'invalid_client_metadata');
      expect(await clientCount(server)).toBe(before);
    },
  );

  it.each([
    ['a list', '[]', 'invalid_client_metadata'],
    ['text', '"text"', 'invalid_client_metadata'],
    ['null', 'null', 'invalid_client_metadata'],
    ['broken JSON', '{', 'invalid_request'],
    ['a prototype', '{"__proto__":{"x":1}}', 'invalid_request'],
  ])('a body that is %s is refused', async (_title, body, error) => {
    expectRefusal(await register(body), 400, error);
  });

  it('a form is refused, a body without end is 413, and another method is 405 with Allow', async () => {
    expectRefusal(await post(server, '/register', { client_name: 'x' }), 400, 'invalid_client_metadata');
    expectRefusal(await register({ ...metadata, client_name: 'x'.repeat(70_000) }), 413, 'invalid_request');
    const answer = await send(server, 'GET', '/register');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('a token that nobody gave out is refused even where none is needed', async () => {
    expectChallenge(await send(server, 'POST', '/register', metadata, 'invented'));
  });

  describe('management (RFC 7592)', () => {
    it('GET tells what is registered, without the secret, which is not kept', async () => {
      const answer = await send(
        server,
        'GET',
        at(registered),
        undefined,
        registered.registration_access_token,
      );
      const { client_secret: _secret, client_secret_expires_at: _expiry, ...rest } = registered;
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toEqual(rest);
    });

    it('PUT replaces: what is left out falls to its default', async () => {
      const { client_id } = registered;
      const full = {
        client_id,
        ...metadata,
        client_uri: 'https://rp.example.com',
        grant_types: ['authorization_code', 'refresh_token'],
      };
      const first = await put(full);
      expect(first.status).toBe(200);
      expect(first.body).toMatchObject({
        client_uri: 'https://rp.example.com',
        grant_types: full.grant_types,
      });
      expect(first.body).not.toHaveProperty('client_secret');

      const second = await put({ client_id, redirect_uris: ['https://rp.example.com/new'] });
      expect(second.body).toMatchObject({
        redirect_uris: ['https://rp.example.com/new'],
        grant_types: ['authorization_code'],
        client_name: client_id,
      });
      expect(second.body).not.toHaveProperty('client_uri');
    });

    it('PUT with the present secret is accepted, and the secret goes on', async () => {
      const { client_id, client_secret } = registered;
      const answer = await put({
        client_id,
        client_secret,
        ...metadata,
        token_endpoint_auth_method: 'client_secret_post',
      });
      expect(answer.status).toBe(200);
      const fields = { grant_type: 'authorization_code', code: 'x', client_id, client_secret };
      expectRefusal(await post(server, '/token', fields), 400, 'invalid_grant');
    });

    it('PUT to a method that needs another secret brings it', async () => {
      const { client_id } = registered;
      const answer = await put({ client_id, ...metadata, token_endpoint_auth_method: 'client_secret_jwt' });
      expect(answer.body).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 });
      expect(answer.body.client_secret).not.toBe(registered.client_secret);
    });

    it.each<[string, object, string]>([
      ['no client_id', { client_id: undefined }, 'invalid_client_metadata'],
      ['another client_id', { client_id: 'another' }, 'invalid_client_metadata'],
      ['another secret', { client_secret: 'a secret of my own choice, if I may' }, 'invalid_client_metadata'],
      ['a secret that is no text', { client_secret: {} }, 'invalid_client_metadata'],
      ['registration_access_token', { registration_access_token: 'x' }, 'invalid_request'],
      ['registration_client_uri', { registration_client_uri: 'x' }, 'invalid_request'],
      ['client_secret_expires_at', { client_secret_expires_at: 0 }, 'invalid_request'],
      ['client_id_issued_at', { client_id_issued_at: 1 }, 'invalid_request'],
      ['a bad redirection URI', { redirect_uris: ['http://rp.example.com/'] }, 'invalid_redirect_uri'],
      ['more rights', { scope: 'eyrie.admin' }, 'invalid_client_metadata'],
      ['client_credentials', { grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    ])('PUT with %s is refused and changes nothing', async (_title, changes, error) => {
      const before = await server.app.get(ClientRegistration).require(registered.client_id);
      expectRefusal(await put({ client_id: registered.client_id, ...metadata, ...changes }), 400, error);
      expect(await server.app.get(ClientRegistration).require(registered.client_id)).toEqual(before);
    });

    it('PUT leaves what an administrator gave the client', async () => {
      const scope = 'openid eyrie.admin.read';
      const introspection_resources = ['https://contacts.example.com'];
      await server.app
        .get(ClientRegistration)
        .update(registered.client_id, { scope, introspection_resources }, 'test');
      expect((await put({ client_id: registered.client_id, ...metadata, scope })).status).toBe(200);
      const after = await server.app.get(ClientRegistration).require(registered.client_id);
      expect(after).toMatchObject({ scope, introspectionResources: introspection_resources });
    });

    it('DELETE is 204, and then the client, its secret and its token are dead', async () => {
      const { client_id, client_secret, registration_access_token: token } = registered;
      const answer = await send(server, 'DELETE', at(registered), undefined, token);
      expect([answer.status, answer.text]).toEqual([204, '']);
      for (const method of ['GET', 'DELETE'])
        expectChallenge(await send(server, method, at(registered), undefined, token));
      expectChallenge(await put({ client_id, ...metadata }));
      const fields = { grant_type: 'authorization_code', code: 'x', client_id, client_secret };
      expectRefusal(await post(server, '/token', fields), 401, 'invalid_client');
    });

    it('without a token the challenge is bare', async () => {
      for (const method of ['GET', 'DELETE']) {
        const answer = await send(server, method, at(registered));
        expectRefusal(answer, 401, 'invalid_token');
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie"');
      }
    });

    it.each(['GET', 'PUT', 'DELETE'])(
      '%s with the token of another client is refused and changes nothing',
      async (method) => {
        const other = (await register(metadata)).body as Registered;
        const body =
          method === 'PUT'
            ? { client_id: registered.client_id, ...metadata, client_name: 'Taken' }
            : undefined;
        expectChallenge(await send(server, method, at(registered), body, other.registration_access_token));
        expect(await server.app.get(ClientRegistration).require(registered.client_id)).toMatchObject({
          clientName: 'Newcomer',
        });
      },
    );

    it.each(['invented', '', 'a b', 'Basic'])('the token "%s" is refused', async (token) => {
      expectChallenge(await send(server, 'GET', at(registered), undefined, token));
    });

    it('a client that an administrator registered or disabled cannot be managed here', async () => {
      const { clientId, secret } = await server.register({ ...metadata, client_id: 'by-hand' });
      expectChallenge(await send(server, 'GET', `/register/${clientId}`, undefined, secret));
      await server.app.get(ClientRegistration).setDisabled(registered.client_id, true, 'test');
      expectChallenge(
        await send(server, 'GET', at(registered), undefined, registered.registration_access_token),
      );
    });
  });
});

describe('F1 dynamic registration, with initial access tokens', () => {
  let server: TestServer;
  const register = async (token?: string, changes = {}): Promise<Answer> =>
    send(server, 'POST', '/register', { ...metadata, ...changes }, token);
  const create = async (options = {}): Promise<string> =>
    (await server.app.get(InitialAccessTokens).create(options, 'test')).token;

  beforeAll(async () => {
    server = await startServer({ EYRIE_REGISTRATION: 'token' });
  });
  afterAll(() => server.stop());

  it('openid-client registers with one', async () => {
    const config = await openid.dynamicClientRegistration(new URL(server.issuer), metadata, undefined, {
      initialAccessToken: await create(),
      execute: [openid.allowInsecureRequests],
    });
    expect(config.clientMetadata().client_id).toMatch(/^[\w-]{36}$/);
  });

  it('without one the challenge is bare, with another it is invalid_token, and nothing is registered', async () => {
    const before = await clientCount(server);
    const answer = await register();
    expectRefusal(answer, 401, 'invalid_token');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie"');
    expectChallenge(await register('invented'));
    expect(await clientCount(server)).toBe(before);
  });

  it('one is used as often as it says, at once or one after the other; a refused registration uses nothing', async () => {
    const token = await create({ uses: 2 });
    expectRefusal(await register(token, { redirect_uris: [] }), 400, 'invalid_redirect_uri');
    const before = await clientCount(server);
    const answers = await Promise.all([register(token), register(token), register(token), register(token)]);
    const statuses = answers.map(({ status }) => status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([201, 201, 401, 401]);
    expect(await clientCount(server)).toBe(before + 2);
    expectChallenge(await register(token));
  });

  it('one dies with its time, and when it is deleted', async () => {
    const token = await create({ lifetime: 60 });
    expect((await register(token)).status).toBe(201);
    server.clock.advance(61);
    expectChallenge(await register(token));

    const { token: other, row } = await server.app.get(InitialAccessTokens).create({}, 'test');
    expect((await register(other)).status).toBe(201);
    await server.app.get(InitialAccessTokens).delete(row.id, 'test');
    expectChallenge(await register(other));
  });

  it('whoever has one may register for client_credentials, and keep it', async () => {
    const robot = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'contacts.read' };
    const registered = (await register(await create(), robot)).body as Registered;
    const { client_id, client_secret } = registered;
    const config = await openid.discovery(
      new URL(server.issuer),
      client_id,
      undefined,
      openid.ClientSecretBasic(client_secret),
      {
        execute: [openid.allowInsecureRequests],
      },
    );
    expect((await openid.clientCredentialsGrant(config)).scope).toBe('contacts.read');
    const path = new URL(registered.registration_client_uri).pathname;
    const answer = await send(
      server,
      'PUT',
      path,
      { ...robot, client_id },
      registered.registration_access_token,
    );
    expect(answer.status).toBe(200);
  });

  it('the token of a client is no initial access token', async () => {
    const { registration_access_token: token } = (await register(await create())).body as Registered;
    expectChallenge(await register(token));
  });
});
