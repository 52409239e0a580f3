import * as client from 'openid-client';
import { Database } from '../../src/persistence/database.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { allow, responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { type Answer, encode, expectRefusal, post, RelyingParty, request } from '../support/relying-party.js';
import {
  authorizeUrl,
  expectCode,
  expectErrorRedirect,
  expectPage,
  redirectUri,
  requestFields,
  rowCounts,
  verifier,
} from '../support/authorization-requests.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

const form = /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/;

describe('H1 pushed authorization requests', () => {
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
  const use = (requestUri: string, more: Record<string, string> = {}): string =>
    `/authorize?${encode({ client_id: writer.clientId, request_uri: requestUri, ...more })}`;
  const isConsumed = async (): Promise<boolean[]> => {
    const rows = await server.app
      .get(Database)
      .query<{ consumedAt: number | null }>(
        'SELECT consumed_at AS consumedAt FROM pushed_requests ORDER BY expires_at',
        [],
      );
    return rows.map(({ consumedAt }) => consumedAt !== null);
  };

  describe('at the endpoint', () => {
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

    it.each(['client_secret_post', 'none'] as const)(
      'H1 a client registered for %s pushes',
      async (method) => {
        const other = await RelyingParty.register(server, { token_endpoint_auth_method: method });

        expect((await push({}, other)).status).toBe(201);
      },
    );

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
      expectRefusal(
        await post(server, '/par', requestFields({ client_id: undefined })),
        401,
        'invalid_client',
      );
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
      ['a prompt that does not exist', { prompt: 'shout' }, 'invalid_request'],
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

    it('H1 parameters in the URL are refused', async () => {
      expectRefusal(
        await post(server, `/par?${encode(requestFields({ client_id: writer.clientId }))}`, ''),
        400,
        'invalid_request',
      );
    });

    it('H1 JSON is refused', async () => {
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
  });

  describe('at the authorization endpoint', () => {
    it('H1 a pushed request yields a code, with state and iss, which is redeemed as any other', async () => {
      const left = await browser.open(use(await pushed({ state: 'pushed state' })));

      const answer = responseOf(left);
      expect(answer.get('state')).toBe('pushed state');
      expect(answer.get('iss')).toBe(server.issuer);
      expect((await writer.redeem({ code: expectCode(left), verifier })).status).toBe(200);
    });

    it('H1 parameters outside are not used', async () => {
      const left = await browser.open(
        use(await pushed(), { state: 'outside', redirect_uri: 'https://evil.example/', scope: 'email' }),
      );

      expect(left.url.startsWith(redirectUri)).toBe(true);
      expect(responseOf(left).get('state')).toBe('the state');
      const tokens = await writer.redeem({ code: expectCode(left), verifier });
      expect(tokens.body.scope).toBe('openid profile');
    });

    it('H1 a pushed request is used once, at completion', async () => {
      const requestUri = await pushed();
      expectCode(await browser.open(use(requestUri)));

      const again = await browser.open(use(requestUri));

      expectPage(again);
      expect(again.html).toContain('invalid_request_uri');
    });

    it('H1 a pushed request is not used up at first sight: it may be opened, reloaded, and then answered', async () => {
      const stranger = new TestBrowser(server.issuer);
      const requestUri = await pushed({ prompt: 'consent' });
      expect(shows.signIn(await stranger.open(use(requestUri)))).toBe(true);
      const page = await stranger.open(use(requestUri));
      expect(shows.signIn(page)).toBe(true);

      const left = await allow(stranger, await signIn(stranger, page, alice));

      expectCode(left);
      expectPage(await stranger.open(use(requestUri)));
    });

    it('H1 of two tabs with the same pushed request the first to finish gets the code', async () => {
      const requestUri = await pushed({ prompt: 'consent' });
      const first = await browser.open(use(requestUri));
      const second = await browser.open(use(requestUri));
      expect([first, second].map(shows.consent)).toEqual([true, true]);

      expectCode(await allow(browser, second));

      const { grants } = await rowCounts(server);
      expectPage(await allow(browser, first));
      expect((await rowCounts(server)).grants).toBe(grants);
    });

    it('H1 of parallel uses one gets a code', async () => {
      const url = use(await pushed());

      const pages = await Promise.all(Array.from({ length: 6 }, () => browser.open(url)));

      expect(pages.filter((page) => page.url.startsWith(redirectUri))).toHaveLength(1);
      expect(pages.filter((page) => page.status === 400)).toHaveLength(5);
    });

    it('H1 an error uses the request up', async () => {
      const stranger = new TestBrowser(server.issuer);
      const requestUri = await pushed({ prompt: 'none' });

      expectErrorRedirect(await stranger.send(use(requestUri)), 'login_required', server);

      expectPage(await browser.open(use(requestUri)));
    });

    it('H1 a denial uses the request up', async () => {
      const requestUri = await pushed({ prompt: 'consent' });
      const page = await browser.open(use(requestUri));

      const left = await browser.submit(page, { decision: 'deny' });

      expect(responseOf(left).get('error')).toBe('access_denied');
      expectPage(await browser.open(use(requestUri)));
    });

    it('H1 a request that comes after its lifetime is refused', async () => {
      const requestUri = await pushed();
      server.clock.advance(30);

      expectPage(await browser.open(use(requestUri)));
    });

    it('H1 who came in time may take longer over the pages than the request lives, sweeping or not', async () => {
      const requestUri = await pushed({ prompt: 'consent' });
      const page = await browser.open(use(requestUri));
      server.clock.advance(600);
      await server.app.get(Sweeper).sweep(server.clock.now());

      expect(expectCode(await allow(browser, page))).toMatch(/^[\w-]{43}$/);
    });

    it('H1 the request of another client is refused, and stays good for its own', async () => {
      const other = await RelyingParty.register(server);
      const requestUri = await pushed();

      expectPage(
        await browser.open(`/authorize?${encode({ client_id: other.clientId, request_uri: requestUri })}`),
      );

      expectCode(await browser.open(use(requestUri)));
    });

    it.each([
      ['an unknown reference', (uri: string) => ({ request_uri: `${uri.slice(0, -3)}abc` })],
      ['no client_id', (uri: string) => ({ client_id: undefined, request_uri: uri })],
    ])('H1 %s gets a page, and nothing is used up', async (_what, changes) => {
      const requestUri = await pushed();
      const before = await isConsumed();

      expectPage(
        await browser.open(`/authorize?${encode({ client_id: writer.clientId, ...changes(requestUri) })}`),
      );

      expect(await isConsumed()).toEqual(before);
    });

    it('H1 the reference twice is refused, and nothing is used up', async () => {
      const requestUri = await pushed();

      const twice = encode({ client_id: writer.clientId, request_uri: [requestUri, requestUri] });
      const left = await browser.open(`/authorize?${twice}`);

      expect(responseOf(left).get('error')).toBe('invalid_request');
      expectCode(await browser.open(use(requestUri)));
    });

    it('H1 requests that are over are swept', async () => {
      await pushed();
      server.clock.advance(30 + 3_600);

      await server.app.get(Sweeper).sweep(server.clock.now());

      expect((await rowCounts(server)).pushed_requests).toBe(0);
    });
  });

  describe('require_pushed_authorization_requests', () => {
    it('H1 a client registered so is refused unless it pushes', async () => {
      const strict = await RelyingParty.register(server, { require_pushed_authorization_requests: true });

      const page = await browser.send(authorizeUrl({ client_id: strict.clientId }));

      expectErrorRedirect(page, 'invalid_request', server);
      expect((await push({}, strict)).status).toBe(201);
    });

    it('H1 where the setting says so no client may do otherwise, and the metadata tells', async () => {
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
