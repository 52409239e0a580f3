import { InitialAccessTokens } from '../../../src/clients/dynamic/initial-access-tokens.js';
import { keyPair, type KeyPair } from '../../support/assertions.js';
import { type KeyHost, startKeyHost } from '../../support/key-host.js';
import { startServer, type TestServer } from '../../support/server.js';
import { type Answer, form, request } from '../../support/relying-party.js';
import { expectRefused, expectUntouched, type Refused, Rows } from '../../support/untouched.js';

const redirect_uris = ['https://rp.example.com/callback'];
const invalidToken: Refused = {
  status: 401,
  error: 'invalid_token',
  challenge: 'Bearer realm="eyrie", error="invalid_token"',
};
const noToken: Refused = { status: 401, error: 'invalid_token', challenge: 'Bearer realm="eyrie"' };
const invalidRequest: Refused = { status: 400, error: 'invalid_request' };
const invalidUri: Refused = { status: 400, error: 'invalid_redirect_uri' };
const invalidMetadata: Refused = { status: 400, error: 'invalid_client_metadata' };

/** Metadata that is refused, at a registration and at its change alike. */
const bad: readonly (readonly [condition: string, metadata: object, refused: Refused])[] = [
  ['no redirection URI', { redirect_uris: [] }, invalidUri],
  ['a redirection URI over http', { redirect_uris: ['http://rp.example.com/'] }, invalidUri],
  ['a redirection URI with a fragment', { redirect_uris: ['https://rp.example.com/#x'] }, invalidUri],
  ['a redirection URI with user information', { redirect_uris: ['https://a:b@rp.example.com/'] }, invalidUri],
  ['a redirection URI of javascript', { redirect_uris: ['javascript:alert(1)'] }, invalidUri],
  ['a redirection URI of data', { redirect_uris: ['data:text/html,x'] }, invalidUri],
  ['a relative redirection URI', { redirect_uris: ['/callback'] }, invalidUri],
  ['a redirection URI that is no text', { redirect_uris: [7] }, invalidUri],
  ['redirection URIs that are no list', { redirect_uris: redirect_uris[0] }, invalidUri],
  ['grant types that do not fit the response types', { response_types: [] }, invalidMetadata],
  ['grant types that are no texts', { grant_types: [7] }, invalidMetadata],
  ['an unknown way to authenticate', { token_endpoint_auth_method: 'magic' }, invalidMetadata],
  ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, invalidMetadata],
  ['an application type that does not exist', { application_type: 'fridge' }, invalidMetadata],
  ['a subject type that does not exist', { subject_type: 'transient' }, invalidMetadata],
  ['id_token_signed_response_alg none', { id_token_signed_response_alg: 'none' }, invalidMetadata],
  [
    'introspection_signed_response_alg HS256',
    { introspection_signed_response_alg: 'HS256' },
    invalidMetadata,
  ],
  ['request_object_signing_alg none', { request_object_signing_alg: 'none' }, invalidMetadata],
  ['signed requests without keys', { require_signed_request_object: true }, invalidMetadata],
  ['request_uris without keys', { request_uris: ['https://rp.example.com/r'] }, invalidMetadata],
  ['a key set that is none', { jwks: { keys: 'x' } }, invalidMetadata],
  ['a key set with a secret key', { jwks: { keys: [{ kty: 'oct', k: 'eA' }] } }, invalidMetadata],
  ['a jwks_uri at a private address', { jwks_uri: 'https://10.0.0.1/keys' }, invalidMetadata],
  ['a jwks_uri over http', { jwks_uri: 'http://rp.example.com/keys' }, invalidMetadata],
  [
    'a sector at a link-local address',
    { sector_identifier_uri: 'https://169.254.169.254/' },
    invalidMetadata,
  ],
  ['a logout URI over http', { backchannel_logout_uri: 'http://rp.example.com/out' }, invalidMetadata],
  ['a logo of javascript', { logo_uri: 'javascript:alert(1)' }, invalidMetadata],
  ['a negative default_max_age', { default_max_age: -1 }, invalidMetadata],
  ['a name that is no text', { client_name: { evil: true } }, invalidMetadata],
  ['a name of 256 characters', { client_name: 'x'.repeat(256) }, invalidMetadata],
];

describe('refusals of the registration endpoint', () => {
  let server: TestServer;
  let host: KeyHost;
  let keys: KeyPair;
  let rows: Rows;
  let initial: string;
  let registered: { path: string; token: string; clientId: string };
  let other: typeof registered;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_REGISTRATION: 'token', EYRIE_OUTBOUND_ALLOW: host.host });
    keys = await keyPair('ES256', 'one');
    initial = (await server.app.get(InitialAccessTokens).create({ uses: 3 }, 'test')).token;
    [registered, other] = [await register(), await register()];
    rows = new Rows(server);
    await rows.look();
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  const send = (
    method: string,
    path: string,
    body?: unknown,
    token?: string,
    type = 'application/json',
  ): Promise<Answer> =>
    request(server, path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  async function register(): Promise<typeof registered> {
    const { status, body } = await send('POST', '/register', { redirect_uris }, initial);
    expect(status).toBe(201);
    return {
      path: new URL(String(body.registration_client_uri)).pathname,
      token: String(body.registration_access_token),
      clientId: String(body.client_id),
    };
  }
  const put = (body: object, token = registered.token): Promise<Answer> =>
    send('PUT', registered.path, { client_id: registered.clientId, redirect_uris, ...body }, token);

  /** Sends what is refused, and holds that not a row has changed: no client, no use of the initial token, no other secret. */
  async function expectNothing(answer: () => Promise<Answer>, refused: Refused): Promise<void> {
    expectRefused(await answer(), refused);
    await expectUntouched(rows);
    expect(host.requests).toBe(0);
  }

  it.each(bad)(
    'F2 a registration with %s is refused, and costs no use of the initial token',
    async (_what, metadata, refused) => {
      await expect(
        expectNothing(() => send('POST', '/register', { redirect_uris, ...metadata }, initial), refused),
      ).resolves.toBeUndefined();
    },
  );

  it.each(bad)('F2 a change to %s is refused, and changes nothing', async (_what, metadata, refused) => {
    await expect(expectNothing(() => put(metadata), refused)).resolves.toBeUndefined();
  });

  it.each<[string, () => Promise<Answer>, Refused]>([
    ['F1 a registration without a token', () => send('POST', '/register', { redirect_uris }), noToken],
    [
      'F1 a registration with a token that nobody gave',
      () => send('POST', '/register', { redirect_uris }, 'x'),
      invalidToken,
    ],
    [
      'F1 a registration with the token of a registration',
      () => send('POST', '/register', { redirect_uris }, registered.token),
      invalidToken,
    ],
    ['F1 a registration of a list', () => send('POST', '/register', [], initial), invalidMetadata],
    ['F1 a registration of a text', () => send('POST', '/register', '"x"', initial), invalidMetadata],
    ['F1 a registration of broken JSON', () => send('POST', '/register', '{', initial), invalidRequest],
    [
      'F1 a registration by form',
      () => send('POST', '/register', 'redirect_uris=x', initial, form),
      invalidMetadata,
    ],
    [
      'F1 jwks beside jwks_uri',
      () =>
        send(
          'POST',
          '/register',
          { redirect_uris, jwks: { keys: [keys.publicJwk] }, jwks_uri: host.url('/keys') },
          initial,
        ),
      invalidMetadata,
    ],
    ['F1 a look without a token', () => send('GET', registered.path), noToken],
    [
      'F1 a look with a token that nobody gave',
      () => send('GET', registered.path, undefined, 'x'),
      invalidToken,
    ],
    [
      'F1 a look with the token of another client',
      () => send('GET', registered.path, undefined, other.token),
      invalidToken,
    ],
    [
      'F1 a look with the initial token',
      () => send('GET', registered.path, undefined, initial),
      invalidToken,
    ],
    [
      'F1 a look at a client that is not there',
      () => send('GET', '/register/nobody', undefined, registered.token),
      invalidToken,
    ],
    ['F1 a change without a token', () => send('PUT', registered.path, { redirect_uris }), noToken],
    ['F1 a change with the token of another client', () => put({}, other.token), invalidToken],
    ['F1 a change without client_id', () => put({ client_id: undefined }), invalidMetadata],
    ['F1 a change with the client_id of another', () => put({ client_id: other.clientId }), invalidMetadata],
    [
      'F1 a change with another secret',
      () => put({ client_secret: 'a secret of my own choice' }),
      invalidMetadata,
    ],
    ['F1 a change with a secret that is no text', () => put({ client_secret: 7 }), invalidMetadata],
    [
      'F1 a change with registration_access_token',
      () => put({ registration_access_token: 'x' }),
      invalidRequest,
    ],
    ['F1 a change with registration_client_uri', () => put({ registration_client_uri: 'x' }), invalidRequest],
    ['F1 a change with client_id_issued_at', () => put({ client_id_issued_at: 1 }), invalidRequest],
    ['F1 a deletion without a token', () => send('DELETE', registered.path), noToken],
    [
      'F1 a deletion with the token of another client',
      () => send('DELETE', registered.path, undefined, other.token),
      invalidToken,
    ],
    [
      'F1 a deletion with the initial token',
      () => send('DELETE', registered.path, undefined, initial),
      invalidToken,
    ],
  ])('%s is refused, and touches nothing', async (_condition, answer, refused) => {
    await expect(expectNothing(answer, refused)).resolves.toBeUndefined();
  });

  it('F1 F2 afterwards the registrations are as they were, and the last use of the initial token is left', async () => {
    for (const { path, token } of [registered, other])
      expect((await send('GET', path, undefined, token)).body).toMatchObject({ redirect_uris });
    await register();
    expectRefused(await send('POST', '/register', { redirect_uris }, initial), invalidToken);
  });
});
