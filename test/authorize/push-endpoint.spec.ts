import * as client from 'openid-client';
import { Database } from '../../src/persistence/database.js';
import { TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { type Answer, encode, expectRefusal, post, RelyingParty, request } from '../support/relying-party.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  rowCounts,
} from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';

const form = /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/;

describe('H1 the pushed authorization request endpoint', () => {
  let server: TestServer;
  let writer: RelyingParty;
  let browser: TestBrowser;

  beforeAll(async () => {
    server = await startServer({ EYRIE_PUSHED_REQUEST_TTL: '30' });
    await server.createUser(alice);
    writer = await RelyingParty.register(server);
    browser = await signedInBrowser(server);
    await walk(browser, authorizeUrl({ client_id: writer.clientId }));
  });
  afterAll(() => server.stop());

  const push = (changes: Record<string, string | string[] | undefined> = {}, by = writer): Promise<Answer> =>
    by.authenticated('/par', requestFields({ client_id: by.clientId, ...changes }));
  const pushed = async (changes: Record<string, string | undefined> = {}): Promise<string> => {
    const answer = await push(changes);
    expect(answer.status).toBe(201);
    return answer.body.request_uri as string;
  };
  it('H1 a good request is answered with 201, a reference of 256 bits and its lifetime, not stored', async () => {
    const answer = await push();

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ request_uri: expect.stringMatching(form) as string, expires_in: 30 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('H1 the database holds neither the reference nor a secret', async () => {
    const poster = writer.as('client_secret_post');
    await poster.authenticated('/par', requestFields({ client_id: writer.clientId }));
    const requestUri = await pushed();

    const rows = JSON.stringify(await server.app.get(Database).query('SELECT * FROM pushed_requests', []));

    expect(rows).not.toContain(requestUri);
    expect(rows).not.toContain(writer.secret);
  });

  it.each(['client_secret_post', 'none'] as const)('H1 a client registered for %s pushes', async (method) => {
    const other = await RelyingParty.register(server, { token_endpoint_auth_method: method });

    expect((await push({}, other)).status).toBe(201);
  });

  it('H1 a client whose secret is wrong is refused, and nothing is kept', async () => {
    const before = await rowCounts(server);

    const answer = await post(server, '/par', requestFields({ client_id: writer.clientId }), {
      authorization: `Basic ${Buffer.from(`${writer.clientId}:wrong`).toString('base64')}`,
    });

    expectRefusal(answer, 401, 'invalid_client');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(await rowCounts(server)).toEqual(before);
  });

  it('H1 a request without client authentication is refused', async () => {
    expectRefusal(await post(server, '/par', requestFields({ client_id: undefined })), 401, 'invalid_client');
  });

  it('H1 the client_id of another client is refused', async () => {
    expectRefusal(await push({ client_id: 'another' }), 400, 'invalid_request');
  });

  it.each([
    ['a request_uri', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ['a redirect_uri that is not registered', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['an unknown response_type', { response_type: 'magic' }, 'unsupported_response_type'],
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['a scope of others', { scope: 'openid contacts.write' }, 'invalid_scope'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['a repeated parameter', { state: ['one', 'two'] }, 'invalid_request'],
    ['prompt none beside another', { prompt: 'none login' }, 'invalid_request'],
    ['a forged id_token_hint', { id_token_hint: 'x.y.z' }, 'invalid_request'],
  ])('H1 a request with %s is refused, and nothing is kept', async (_what, changes, error) => {
    const before = await rowCounts(server);

    expectRefusal(await push(changes), 400, error);

    expect(await rowCounts(server)).toEqual(before);
  });

  it('H1 a request of more than 32 KiB is answered with 413, and nothing is kept', async () => {
    const before = await rowCounts(server);

    expectRefusal(await push({ state: 's'.repeat(33 * 1_024) }), 413, 'invalid_request');
    expectRefusal(await push({ state: 's'.repeat(80 * 1_024) }), 413, 'invalid_request');

    expect(await rowCounts(server)).toEqual(before);
  });

  it('H1 pushed parameters in the URL are refused', async () => {
    expectRefusal(
      await post(server, `/par?${encode(requestFields({ client_id: writer.clientId }))}`, ''),
      400,
      'invalid_request',
    );
  });

  it('H1 a pushed request in JSON is refused', async () => {
    const answer = await request(server, '/par', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expectRefusal(answer, 400, 'invalid_request');
  });

  it.each(['GET', 'PUT', 'DELETE'])('H1 %s is answered with 405 and Allow', async (method) => {
    const answer = await request(server, '/par', { method });

    expectRefusal(answer, 405, 'invalid_request');
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('H1 a browser application on another origin may push', async () => {
    const preflight = await request(server, '/par', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });
  describe('require_pushed_authorization_requests', () => {
    it('H1 a client with require_pushed_authorization_requests is refused unless it pushes', async () => {
      const strict = await RelyingParty.register(server, { require_pushed_authorization_requests: true });

      const page = await browser.send(authorizeUrl({ client_id: strict.clientId }));

      expectErrorRedirect(page, 'invalid_request', server);
      expect((await push({}, strict)).status).toBe(201);
    });

    it('H1 where the setting requires pushed requests every other request is refused, and the metadata says so', async () => {
      const strict = await startServer({ EYRIE_REQUIRE_PUSHED_REQUESTS: 'true' });
      try {
        const { clientId } = await strict.register(messageWriter);
        const metadata = await request(strict, '/.well-known/openid-configuration');
        expect(metadata.body.require_pushed_authorization_requests).toBe(true);

        const page = await new TestBrowser(strict.issuer).send(authorizeUrl({ client_id: clientId }));

        expectErrorRedirect(page, 'invalid_request', strict);
      } finally {
        await strict.stop();
      }
    });
  });

  it('H1 openid-client pushes its request and gets tokens', async () => {
    const config = await client.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      client.ClientSecretBasic(writer.secret),
      { execute: [client.allowInsecureRequests] },
    );
    expect(config.serverMetadata()).toMatchObject({
      pushed_authorization_request_endpoint: `${server.issuer}/par`,
      require_pushed_authorization_requests: false,
    });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const expectedNonce = client.randomNonce();

    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUri,
      scope: messageWriter.scope,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    });
    expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
    const left = await walk(browser, url.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
    });
    expect(tokens.claims()).toMatchObject({ nonce: expectedNonce });
  });
});
