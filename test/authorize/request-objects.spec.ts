import { SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import { keyPair, type KeyPair } from '../support/assertions.js';
import { responseOf, type Shown, type TestBrowser } from '../support/browser.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  encode,
  expectRefusal,
  type Fields,
  payloadOf,
  RelyingParty,
  request,
} from '../support/relying-party.js';
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

const type = 'oauth-authz-req+jwt';

describe('H2 signed request objects', () => {
  let server: TestServer;
  let host: KeyHost;
  let browser: TestBrowser;
  let keys: KeyPair;
  let strangerKeys: KeyPair;
  let writer: RelyingParty;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host });
    await server.createUser(alice);
    browser = await signedInBrowser(server);
    keys = await keyPair('ES256', 'one');
    strangerKeys = await keyPair('ES256', 'one');
    writer = await RelyingParty.register(server, { jwks: { keys: [keys.publicJwk] } }, browser);
    await walk(browser, authorizeUrl({ client_id: writer.clientId }));
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  const claims = (changes: Record<string, unknown> = {}, of = writer): Record<string, unknown> => ({
    ...requestFields({ client_id: of.clientId }),
    iss: of.clientId,
    aud: server.issuer,
    exp: server.clock.now() + 60,
    state: 'the signed state',
    ...changes,
  });
  const sign = (payload: Record<string, unknown>, header = {}, by = keys): Promise<string> =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: type, ...header })
      .sign(by.privateKey);
  /** A request with that object; what else is outside is not to count. */
  const url = (object: string, outside: Fields = {}): string =>
    `/authorize?${encode({ client_id: writer.clientId, request: object, state: 'the state', ...outside })}`;
  const open = async (object: string, outside: Fields = {}): Promise<Shown> =>
    browser.open(url(object, outside));

  it('H2 the parameters in a signed request object count, and yield a code', async () => {
    const left = await open(await sign(claims()));

    expect(responseOf(left).get('state')).toBe('the signed state');
    expect((await writer.redeem({ code: expectCode(left), verifier })).status).toBe(200);
  });

  it('H2 parameters outside are ignored', async () => {
    const left = await open(await sign(claims({ nonce: 'inside' })), {
      redirect_uri: 'https://evil.example/',
      response_mode: 'fragment',
      scope: 'openid email',
      nonce: 'outside',
      prompt: 'login',
      code_challenge: 'x',
      response_type: 'magic',
    });

    expect(left.url.startsWith(`${redirectUri}?code=`)).toBe(true);
    const { body } = await writer.redeem({ code: expectCode(left), verifier });
    expect(body.scope).toBe('openid profile');
    expect(payloadOf(body.id_token).nonce).toBe('inside');
  });

  it('H2 parameters outside do not stand in for those that are missing inside', async () => {
    const outside = requestFields({ client_id: writer.clientId });

    const page = await open(await sign(claims({ code_challenge: undefined })), outside);

    expect(responseOf(page).get('error')).toBe('invalid_request');
  });

  it.each([undefined, 'JWT', type, `application/${type}`])('H2 typ %s is a request object', async (typ) => {
    const left = await open(await sign(claims(), { typ }));

    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  it('H2 numbers, objects and arrays inside are read as what they stand for', async () => {
    const left = await open(
      await sign(
        claims({
          max_age: 10_000,
          claims: { id_token: { auth_time: { essential: true } } },
          resource: [contacts.identifier, server.issuer],
          scope: 'openid contacts.read',
          prompt: null,
          prompts: true,
        }),
      ),
    );
    const page = shows.consent(left) ? await browser.submit(left, { decision: 'allow' }) : left;

    const { body } = await writer.redeem({ code: expectCode(page), verifier });
    expect(payloadOf(body.access_token).aud).toEqual([contacts.identifier, server.issuer]);
  });

  it('H2 a request object that expires while somebody is at our pages goes on', async () => {
    const page = await open(await sign(claims({ prompt: 'consent' })));
    server.clock.advance(600);

    const left = await browser.submit(page, { decision: 'allow' });

    expect(responseOf(left).get('state')).toBe('the signed state');
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  it('H2 keys behind a jwks_uri are fetched once', async () => {
    host.documents.set('/keys', { keys: [keys.publicJwk] });
    const remote = await RelyingParty.register(server, { jwks_uri: host.url('/keys') }, browser);
    const object = async (): Promise<string> => sign(claims({}, remote));

    await walk(browser, url(await object(), { client_id: remote.clientId }));
    const left = await open(await object(), { client_id: remote.clientId });

    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    expect(host.requests).toBe(1);
  });

  const bad: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['alg none', () => new UnsecuredJWT(claims()).encode()],
    ['a signature by another key', () => sign(claims(), {}, strangerKeys)],
    ['a changed payload', async () => tampered(await sign(claims()), { ...claims(), scope: 'openid email' })],
    ['an unknown key id', () => sign(claims(), { kid: 'two' })],
    [
      'HS256 keyed with the public key',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', typ: type })
          .sign(new TextEncoder().encode(JSON.stringify(keys.publicJwk))),
    ],
    ['typ of an access token', () => sign(claims(), { typ: 'at+jwt' })],
    ['typ of a logout token', () => sign(claims(), { typ: 'logout+jwt' })],
    ['no aud', () => sign(claims({ aud: undefined }))],
    ['another aud', () => sign(claims({ aud: 'https://other.example' }))],
    ['no iss', () => sign(claims({ iss: undefined }))],
    ['another iss', () => sign(claims({ iss: 'another' }))],
    ['no exp', () => sign(claims({ exp: undefined }))],
    ['exp in the past', () => sign(claims({ exp: server.clock.now() - 60 }))],
    ['nbf in the future', () => sign(claims({ nbf: server.clock.now() + 600 }))],
    ['no client_id', () => sign(claims({ client_id: undefined }))],
    ['another client_id', () => sign(claims({ client_id: 'another' }))],
    ['a request inside', async () => sign(claims({ request: await sign(claims()) }))],
    ['a request_uri inside', () => sign(claims({ request_uri: 'https://writer.example.com/r' }))],
    ['sub = client_id, as a client assertion has', () => sign(claims({ sub: writer.clientId }))],
    ['a NUL character', () => sign(claims({ login_hint: 'a\0b' }))],
    ['crit', () => sign(claims(), { crit: ['x'], x: 1 }).catch(() => 'e30.e30.e30')],
    ['no JWT at all', () => 'x'],
    ['an empty JWT', () => '..'],
    ['an encrypted JWT', () => 'a.b.c.d.e'],
  ];

  it.each(bad)(
    'H2 a request object with %s is invalid_request_object, and no code is issued',
    async (_what, make) => {
      const object = await make();
      const before = await rowCounts(server);

      const page = await browser.send(url(object));

      expectErrorRedirect(page, 'invalid_request_object', server);
      expect(await rowCounts(server)).toEqual(before);
    },
  );

  it('H2 a refused request object without a proven redirection URI outside gets a page', async () => {
    expectPage(await open('x', { redirect_uri: 'https://evil.example/' }));
    expectPage(await open('x', { client_id: 'nobody' }));
    expectPage(await open('x', { client_id: undefined }));
  });

  it('H2 a redirection URI inside that is not registered gets a page', async () => {
    expectPage(await open(await sign(claims({ redirect_uri: 'https://evil.example/' }))));
  });

  it('H2 a request object of another client is invalid_request_object', async () => {
    const other = await RelyingParty.register(server, { jwks: { keys: [keys.publicJwk] } });

    const page = await browser.send(url(await sign(claims()), { client_id: other.clientId }));

    expectErrorRedirect(page, 'invalid_request_object', server);
  });

  it('H2 a client without keys cannot sign: request_not_supported', async () => {
    const other = await RelyingParty.register(server);

    const page = await browser.send(url(await sign(claims({}, other)), { client_id: other.clientId }));

    expectErrorRedirect(page, 'request_not_supported', server);
  });

  it('H2 request and request_uri exclude each other', async () => {
    const page = await browser.send(
      url(await sign(claims()), { request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
    );

    expectErrorRedirect(page, 'invalid_request', server);
  });

  it('H2 an algorithm other than the registered one is refused', async () => {
    const rsa = await keyPair('PS256', 'rsa');
    const other = await RelyingParty.register(
      server,
      { jwks: { keys: [keys.publicJwk, rsa.publicJwk] }, request_object_signing_alg: 'PS256' },
      browser,
    );
    const outside = { client_id: other.clientId };

    const refused = await browser.send(url(await sign(claims({}, other)), outside));
    const left = await walk(
      browser,
      url(await sign(claims({}, other), { alg: 'PS256', kid: 'rsa' }, rsa), outside),
    );

    expectErrorRedirect(refused, 'invalid_request_object', server);
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  describe('require_signed_request_object', () => {
    let strict: RelyingParty;

    beforeAll(async () => {
      strict = await RelyingParty.register(
        server,
        { jwks: { keys: [keys.publicJwk] }, require_signed_request_object: true },
        browser,
      );
    });

    it('H2 a plain request of such a client is refused, pushed or not', async () => {
      const fields = requestFields({ client_id: strict.clientId });

      expectErrorRedirect(await browser.send(authorizeUrl(fields)), 'invalid_request', server);
      expectRefusal(await strict.authenticated('/par', fields), 400, 'invalid_request');
    });

    it('H2 a signed one goes through all pages, pushed or not', async () => {
      const object = await sign(claims({ prompt: 'consent' }, strict));
      const pushed = await strict.authenticated('/par', { client_id: strict.clientId, request: object });
      const reference = encode({
        client_id: strict.clientId,
        request_uri: pushed.body.request_uri as string,
      });

      const direct = await walk(browser, url(object, { client_id: strict.clientId }));
      const indirect = await walk(browser, `/authorize?${reference}`);

      expect([direct, indirect].map(expectCode)).toEqual([expect.any(String), expect.any(String)]);
    });

    it.each([
      ['request_object_signing_alg', { request_object_signing_alg: 'ES256' }],
      ['require_signed_request_object', { require_signed_request_object: true }],
    ])('H2 %s cannot be registered without keys', async (field, registration) => {
      await expect(RelyingParty.register(server, registration)).rejects.toMatchObject({
        response: { message: [`${field} needs jwks or jwks_uri`] },
      });
    });
  });

  describe('pushed', () => {
    const push = async (object: string, fields: Fields = {}): Promise<Answer> =>
      writer.authenticated('/par', { client_id: writer.clientId, request: object, ...fields });

    it('H2 a pushed request object counts as what it holds, whatever stands beside it', async () => {
      const answer = await push(await sign(claims()), { scope: 'openid email', redirect_uri: 'x' });
      expect(answer.status).toBe(201);

      const left = await browser.open(
        `/authorize?${encode({ client_id: writer.clientId, request_uri: answer.body.request_uri as string })}`,
      );

      expect(responseOf(left).get('state')).toBe('the signed state');
      expect((await writer.redeem({ code: expectCode(left), verifier })).body.scope).toBe('openid profile');
    });

    it.each(bad)(
      'H2 a pushed request object with %s is invalid_request_object, and nothing is kept',
      async (_what, make) => {
        const object = await make();
        const before = await rowCounts(server);

        expectRefusal(await push(object), 400, 'invalid_request_object');

        expect(await rowCounts(server)).toEqual(before);
      },
    );

    it('H2 what is asked for inside is checked when it is pushed', async () => {
      const answer = await push(await sign(claims({ scope: 'openid contacts.write' })));

      expectRefusal(answer, 400, 'invalid_scope');
    });

    it('H2 a client without keys cannot push a request object', async () => {
      const other = await RelyingParty.register(server);

      const answer = await other.authenticated('/par', {
        client_id: other.clientId,
        request: await sign(claims({}, other)),
      });

      expectRefusal(answer, 400, 'request_not_supported');
    });
  });

  it('H2 the metadata tells of request objects and their algorithms', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');

    expect(body.request_parameter_supported).toBe(true);
    expect(body.request_object_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['RS256', 'PS256', 'ES256', 'EdDSA']),
    );
    expect(body.request_object_signing_alg_values_supported).not.toContain('none');
  });

  it.each(['direct', 'pushed'])('H2 openid-client signs its request and gets tokens (%s)', async (way) => {
    const config = await client.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      client.ClientSecretBasic(writer.secret),
      { execute: [client.allowInsecureRequests] },
    );
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    // The server's clock was moved ahead: openid-client signs by its own, corrected by this skew.
    const skewed = { [client.modifyAssertion]: shift(server) };
    const signed = await client.buildAuthorizationUrlWithJAR(
      config,
      {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
      },
      { key: keys.privateKey, kid: 'one' },
      skewed,
    );
    const start =
      way === 'direct' ? signed : await client.buildAuthorizationUrlWithPAR(config, signed.searchParams);

    const left = await walk(browser, start.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier,
      expectedState,
    });
    expect(tokens.access_token).toBeDefined();
  });
});

/** Lets a JWT be of the server's time. */
const shift =
  (server: TestServer) =>
  (_header: unknown, payload: Record<string, unknown>): void => {
    const now = server.clock.now();
    Object.assign(payload, { iat: now, nbf: now, exp: now + 60 });
  };

function tampered(jwt: string, payload: Record<string, unknown>): string {
  const [header, , signature] = jwt.split('.');
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}
