import type { CryptoKey } from 'jose';
import * as openid from 'openid-client';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { Database } from '../../src/persistence/database.js';
import { allow, signIn, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { type Answer, expectRefusal, request } from '../support/relying-party.js';
import { claimsOf, keyPair, present, sign } from '../support/assertions.js';
import { expectChallenge, metadata, type Registered, send } from '../support/dynamic-registration.js';

const redirectUri = 'https://rp.example.com/callback';

describe('F1 dynamic registration, when it is off', () => {
  const server = useServer();

  it('when dynamic registration is off there is no endpoint, and discovery names none', async () => {
    expect((await send(server, 'POST', '/register', metadata)).status).toBe(404);
    expect((await send(server, 'GET', '/register/anything', undefined, 'token')).status).toBe(404);
    const discovery = await request(server, '/.well-known/openid-configuration');
    expect(discovery.body).not.toHaveProperty('registration_endpoint');
  });
});

describe('F1 dynamic registration, open', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
  });
  let registered: Registered;

  const register = async (body: unknown): Promise<Answer> => send(server, 'POST', '/register', body);

  beforeAll(async () => {
    await server.createUser(alice);
  });
  beforeEach(async () => {
    registered = (await register(metadata)).body as Registered;
  });

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

  it('a registration is answered with 201, not to be stored, and with everything that was registered', async () => {
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
      scope: 'openid profile email address phone offline_access contacts.read contacts.write',
      require_pkce: false,
    });
    expect(Object.values(answer.body)).not.toContain(null);
    const discovery = await request(server, '/.well-known/openid-configuration');
    expect(discovery.body.registration_endpoint).toBe(`${server.issuer}/register`);
  });

  it('registration access tokens and client secrets are stored as hashes only', async () => {
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

  it('metadata that is unknown or null is ignored, and no client makes itself the server of a resource', async () => {
    const body = {
      ...metadata,
      software_id: 'x',
      'contacts#de': ['neuling@example.com'],
      logo_uri: null,
      introspection_resources: ['https://contacts.example.com'],
      introspects: ['https://contacts.example.com'],
    };
    const answer = await register(body);
    expect(answer.status).toBe(201);
    for (const member of ['software_id', 'contacts#de', 'logo_uri', 'introspection_resources', 'introspects'])
      expect(answer.body).not.toHaveProperty([member]);
    const stored = await server.app.get(ClientRegistration).require((answer.body as Registered).client_id);
    expect(stored.introspectionResources).toEqual([]);
  });

  it('J3 initiate_login_uri is kept and answered, by registration and by the management of it', async () => {
    const uri = 'https://rp.example.com/begin?from=elsewhere';
    const { body } = await register({ ...metadata, initiate_login_uri: uri });
    const path = `/register/${String(body.client_id)}`;
    const read = await send(server, 'GET', path, undefined, String(body.registration_access_token));

    expect(body.initiate_login_uri).toBe(uri);
    expect(read.body.initiate_login_uri).toBe(uri);
  });

  it.each(['http://rp.example.com/begin', 'http://127.0.0.1:4000/begin', 'javascript:alert(1)', 'begin', 7])(
    'J3 initiate_login_uri %s is invalid_client_metadata',
    async (initiate_login_uri) => {
      expectRefusal(await register({ ...metadata, initiate_login_uri }), 400, 'invalid_client_metadata');
    },
  );

  it('a registration with an unknown initial access token is refused even where none is needed', async () => {
    expectChallenge(await send(server, 'POST', '/register', metadata, 'invented'));
  });
});
