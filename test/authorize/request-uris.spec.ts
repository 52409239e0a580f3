import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { SignJWT, UnsecuredJWT } from 'jose';
import * as client from 'openid-client';
import type { Registration } from '../../src/clients/client-registration.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { keyPair, type KeyPair } from '../support/assertions.js';
import { responseOf, type Shown, type TestBrowser } from '../support/browser.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { keptErrors } from '../support/kept-errors.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import {
  encode,
  expectRefusal,
  type Fields,
  payloadOf,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  expectPage,
  redirectUri,
  requestFields,
  rowCounts,
  verifier,
} from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';

const type = 'oauth-authz-req+jwt';
const discoveryPath = '/.well-known/openid-configuration';

/** What answers with that text, as a request object or as something else. */
const serving =
  (
    text: string,
    headers: Record<string, string> = { 'content-type': `application/${type}` },
    status = 200,
  ): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(text);

describe('request objects by reference', () => {
  let host: KeyHost;
  let keys: KeyPair;
  let strangerKeys: KeyPair;

  beforeAll(async () => {
    host = await startKeyHost();
    keys = await keyPair('ES256', 'one');
    strangerKeys = await keyPair('ES256', 'one');
  });
  afterAll(() => host.stop());
  beforeEach(() => {
    host.requests = 0;
  });

  /** A server with Alice signed in, and a client whose requests may come from `/request`. */
  async function started(
    mode: string,
  ): Promise<{ server: TestServer; browser: TestBrowser; writer: RelyingParty }> {
    const server = await startServer({ EYRIE_REQUEST_URI: mode, EYRIE_OUTBOUND_ALLOW: host.host });
    await server.createUser(alice);
    const browser = await signedInBrowser(server);
    return { server, browser, writer: await registered(server, browser) };
  }

  const registered = (
    server: TestServer,
    browser: TestBrowser,
    changes: Registration = {},
  ): Promise<RelyingParty> =>
    RelyingParty.register(
      server,
      { jwks: { keys: [keys.publicJwk] }, request_uris: [host.url('/request')], ...changes },
      browser,
    );

  const claimsFor = (of: RelyingParty, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
    ...requestFields({ client_id: of.clientId }),
    iss: of.clientId,
    aud: of.server.issuer,
    exp: of.server.clock.now() + 60,
    state: 'the signed state',
    ...changes,
  });
  const sign = (payload: Record<string, unknown>, by = keys): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', typ: type }).sign(by.privateKey);

  /** Publishes a signed request of that client at a path. */
  async function publish(
    of: RelyingParty,
    changes: Record<string, unknown> = {},
    path = '/request',
  ): Promise<string> {
    const object = await sign(claimsFor(of, changes));
    host.documents.set(path, serving(object));
    return object;
  }

  const urlOf = (of: RelyingParty, fields: Fields = {}): string =>
    `/authorize?${encode({ client_id: of.clientId, request_uri: host.url('/request'), state: 'the state', ...fields })}`;

  const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

  describe('EYRIE_REQUEST_URI=registered', () => {
    let server: TestServer;
    let browser: TestBrowser;
    let writer: RelyingParty;

    beforeAll(async () => {
      ({ server, browser, writer } = await started('registered'));
      await publish(writer);
      await walk(browser, urlOf(writer));
    });
    afterAll(() => server.stop());

    it('H2 the parameters behind a registered request_uri count, and yield a code', async () => {
      await publish(writer, { nonce: 'inside' });

      const left = await browser.open(
        urlOf(writer, { scope: 'openid email', redirect_uri: 'https://evil.example/' }),
      );

      expect(responseOf(left).get('state')).toBe('the signed state');
      const { body } = await writer.redeem({ code: expectCode(left), verifier });
      expect(body.scope).toBe('openid profile');
      expect(payloadOf(body.id_token).nonce).toBe('inside');
      expect(host.requests).toBe(1);
    });

    it('H2 parameters outside do not stand in for those that are missing inside', async () => {
      await publish(writer, { code_challenge: undefined });

      const page = await browser.open(urlOf(writer, requestFields({ client_id: writer.clientId })));

      expect(responseOf(page).get('error')).toBe('invalid_request');
    });

    it('H2 a document is fetched once, however many pages the request leads to', async () => {
      await publish(writer, { prompt: 'login consent' });

      const left = await walk(browser, urlOf(writer));

      expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
      expect(host.requests).toBe(1);
    });

    it.each([`application/${type}`, 'application/jwt', 'Application/JWT; charset=utf-8'])(
      'H2 a document of the type %s is a request object',
      async (contentType) => {
        const object = await sign(claimsFor(writer));
        host.documents.set('/request', serving(`${object}\n`, { 'content-type': contentType }));

        expect(expectCode(await browser.open(urlOf(writer)))).toMatch(/^[\w-]{43}$/);
      },
    );

    it('H2 a document may be a redirect away', async () => {
      await publish(writer, {}, '/moved');
      host.documents.set('/request', serving('', { location: '/moved' }, 302));

      expect(expectCode(await browser.open(urlOf(writer)))).toMatch(/^[\w-]{43}$/);
    });

    it('H2 the hash of the document may be its fragment: it is checked, and saves a second fetch for a minute', async () => {
      const object = await publish(writer);
      const request_uri = host.url(`/request#${hashOf(object)}`);

      const codes = [
        await browser.open(urlOf(writer, { request_uri })),
        await browser.open(urlOf(writer, { request_uri })),
      ];
      expect(codes.map(expectCode)).toEqual([expect.any(String), expect.any(String)]);
      expect(host.requests).toBe(1);

      server.clock.advance(60);
      await browser.open(urlOf(writer, { request_uri }));
      expect(host.requests).toBe(2);
    });

    it('H2 a document that is not what its fragment says is invalid_request_uri, and the next one is fetched anew', async () => {
      const object = await publish(writer);
      const other = `${object}x`;
      const request_uri = host.url(`/request#${hashOf(object)}`);
      host.documents.set('/request', serving(other));

      expectErrorRedirect(await browser.send(urlOf(writer, { request_uri })), 'invalid_request_uri', server);

      host.documents.set('/request', serving(object));
      expect(expectCode(await browser.open(urlOf(writer, { request_uri })))).toMatch(/^[\w-]{43}$/);
    });

    it('H2 a request_uri that is registered with a fragment is meant with that one', async () => {
      const other = await registered(server, browser, { request_uris: [host.url('/other#version-1')] });
      await publish(other, {}, '/other');

      const left = await walk(browser, urlOf(other, { request_uri: host.url('/other#version-1') }));
      expect(expectCode(left)).toMatch(/^[\w-]{43}$/);

      host.requests = 0;
      for (const fragment of ['', '#version-2', `#${'a'.repeat(43)}`]) {
        const page = await browser.send(urlOf(other, { request_uri: host.url(`/other${fragment}`) }));
        expectErrorRedirect(page, 'invalid_request_uri', server);
      }
      expect(host.requests).toBe(0);
    });

    it('H2 a registered fragment that is no hash of the document is a name, and the document fetched each time', async () => {
      const request_uri = host.url(`/named#${hashOf('not the document')}`);
      const other = await registered(server, browser, { request_uris: [request_uri] });
      await publish(other, {}, '/named');

      expect(expectCode(await walk(browser, urlOf(other, { request_uri })))).toMatch(/^[\w-]{43}$/);
      host.requests = 0;
      await browser.open(urlOf(other, { request_uri }));
      await browser.open(urlOf(other, { request_uri }));
      expect(host.requests).toBe(2);
    });

    it('H2 an object at a registered request_uri needs no exp', async () => {
      await publish(writer, { exp: undefined });

      expect(expectCode(await browser.open(urlOf(writer)))).toMatch(/^[\w-]{43}$/);
    });

    it('H2 a request by reference is a signed one', async () => {
      const strict = await registered(server, browser, { require_signed_request_object: true });
      await publish(strict);

      expect(expectCode(await walk(browser, urlOf(strict)))).toMatch(/^[\w-]{43}$/);
    });

    it('H2 openid-client signs its request, and gets tokens by reference', async () => {
      const config = await client.discovery(
        new URL(server.issuer),
        writer.clientId,
        undefined,
        client.ClientSecretBasic(writer.secret),
        { execute: [client.allowInsecureRequests] },
      );
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const expectedState = client.randomState();
      const now = server.clock.now();
      const byValue = await client.buildAuthorizationUrlWithJAR(
        config,
        {
          redirect_uri: redirectUri,
          scope: 'openid profile',
          code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
          code_challenge_method: 'S256',
          state: expectedState,
        },
        { key: keys.privateKey, kid: 'one' },
        {
          [client.modifyAssertion]: (_header, payload) =>
            void Object.assign(payload, { iat: now, nbf: now, exp: now + 60 }),
        },
      );
      host.documents.set('/request', serving(byValue.searchParams.get('request') ?? ''));
      const byReference = client.buildAuthorizationUrl(config, { request_uri: host.url('/request') });

      const left = await walk(browser, byReference.href);

      const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
        pkceCodeVerifier,
        expectedState,
      });
      expect(tokens.access_token).toBeDefined();
    });

    describe('nothing is fetched', () => {
      it.each<[string, Fields, string]>([
        ['a request_uri that is not registered', { request_uri: '/elsewhere' }, 'invalid_request_uri'],
        ['a registered one with a query', { request_uri: '/request?x=1' }, 'invalid_request_uri'],
        ['a registered one with a slash', { request_uri: '/request/' }, 'invalid_request_uri'],
        ['a registered one spelled otherwise', { request_uri: '/%72equest' }, 'invalid_request_uri'],
        ['a registered one in other letters', { request_uri: '/Request' }, 'invalid_request_uri'],
        ['a registered one with dots', { request_uri: '/x/../request' }, 'invalid_request_uri'],
        ['a fragment that is no hash', { request_uri: '/request#latest' }, 'invalid_request_uri'],
        ['two fragments', { request_uri: `/request#x#${'a'.repeat(43)}` }, 'invalid_request_uri'],
        ['a white space after it', { request_uri: '/request ' }, 'invalid_request_uri'],
        [
          'request beside request_uri',
          { request_uri: '/request', request: 'e30.e30.e30' },
          'invalid_request',
        ],
        ['a repeated request_uri', { request_uri: ['/request', '/request'] }, 'invalid_request'],
      ])('H2 %s', async (_condition, { request_uri, ...fields }, error) => {
        await publish(writer);
        const before = await rowCounts(server);
        const uris = [request_uri ?? []].flat().map((path) => host.url(path));

        const url = urlOf(writer, {
          redirect_uri: redirectUri,
          response_type: 'code',
          ...fields,
          request_uri: uris,
        });

        expectErrorRedirect(await browser.send(url), error, server);
        expect(host.requests).toBe(0);
        expect(await rowCounts(server)).toEqual(before);
      });

      it('H2 the request_uri of another client', async () => {
        const other = await registered(server, browser, { request_uris: [host.url('/other')] });
        await publish(other);

        expectErrorRedirect(await browser.send(urlOf(other)), 'invalid_request_uri', server);
        expect(host.requests).toBe(0);
      });

      it('H2 a client without keys', async () => {
        const other = await RelyingParty.register(server, {}, browser);

        expectErrorRedirect(await browser.send(urlOf(other)), 'request_uri_not_supported', server);
        expect(host.requests).toBe(0);
      });

      it('H2 a client whose requests must be pushed', async () => {
        const other = await registered(server, browser, { require_pushed_authorization_requests: true });
        await publish(other);

        expectErrorRedirect(await browser.send(urlOf(other)), 'invalid_request', server);
        expect(host.requests).toBe(0);
      });

      it('H2 an unknown and a disabled client', async () => {
        const other = await registered(server, browser);
        await publish(other);
        await server.app.get(ClientRegistration).setDisabled(other.clientId, true, 'test');

        expectPage(await browser.open(urlOf(other)));
        expectPage(await browser.open(urlOf(writer, { client_id: 'nobody' })));
        expectPage(await browser.open(urlOf(writer, { client_id: undefined })));
        expect(host.requests).toBe(0);
      });

      it('H2 a request_uri inside a request object', async () => {
        const object = await sign(claimsFor(writer, { request_uri: host.url('/request') }));

        const page = await browser.send(urlOf(writer, { request_uri: undefined, request: object }));

        expectErrorRedirect(page, 'invalid_request_object', server);
        expect(host.requests).toBe(0);
      });

      it('H1 H2 a request_uri that is pushed', async () => {
        const before = await rowCounts(server);
        const fields = {
          ...requestFields({ client_id: writer.clientId }),
          request_uri: host.url('/request'),
        };

        expectRefusal(await writer.authenticated('/par', fields), 400, 'invalid_request');
        expect(host.requests).toBe(0);
        expect(await rowCounts(server)).toEqual(before);
      });

      it('H1 H2 the reference of a pushed request, known or not', async () => {
        const { body } = await writer.authenticated('/par', requestFields({ client_id: writer.clientId }));

        const left = await browser.open(urlOf(writer, { request_uri: body.request_uri as string }));
        const unknown = await browser.open(
          urlOf(writer, { request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
        );

        expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
        expectPage(unknown);
        expect(host.requests).toBe(0);
      });
    });

    const jwt = `application/${type}`;
    const bad: readonly (readonly [string, () => RequestListener | Promise<RequestListener>])[] = [
      ['nothing', () => serving('', {}, 404)],
      ['an error', async () => serving(await sign(claimsFor(writer)), { 'content-type': jwt }, 500)],
      [
        'a request object as text/plain',
        async () => serving(await sign(claimsFor(writer)), { 'content-type': 'text/plain' }),
      ],
      ['a request object of no type', async () => serving(await sign(claimsFor(writer)), {})],
      [
        'a compressed body',
        async () =>
          serving(await sign(claimsFor(writer)), { 'content-type': jwt, 'content-encoding': 'gzip' }),
      ],
      ['an endless redirect', () => serving('', { location: '/request' }, 302)],
      [
        'a redirect to an address that is not public',
        () => serving('', { location: 'http://127.0.0.2/' }, 302),
      ],
      ['a redirect to a file', () => serving('', { location: 'file:///etc/passwd' }, 302)],
      ['too much', () => serving('x'.repeat(70_000))],
      ['a broken connection', () => (_request, response) => void response.destroy()],
      ['an empty document', () => serving('')],
      ['no JWT', () => serving('{}')],
      ['an unsigned object', () => serving(new UnsecuredJWT(claimsFor(writer)).encode())],
      [
        'an object that somebody else signed',
        async () => serving(await sign(claimsFor(writer), strangerKeys)),
      ],
      ['an object that has expired', async () => serving(await sign(claimsFor(writer, { exp: 1 })))],
      [
        'an object for another server',
        async () => serving(await sign(claimsFor(writer, { aud: 'https://other.example' }))),
      ],
      [
        'an object of another client',
        async () => serving(await sign(claimsFor(writer, { client_id: 'other' }))),
      ],
      [
        'an object that leads on',
        async () => serving(await sign(claimsFor(writer, { request_uri: host.url('/on') }))),
      ],
    ];

    it.each(bad)(
      'H2 a request_uri that leads to %s is invalid_request_uri, and nothing is written',
      async (_what, make) => {
        host.documents.set('/request', await make());
        const before = await rowCounts(server);

        const page = await browser.send(urlOf(writer));

        expectErrorRedirect(page, 'invalid_request_uri', server);
        expect(page.headers.get('cache-control')).toBe('no-store');
        const description = new URL(page.headers.get('location') ?? '').searchParams.get('error_description');
        expect(description).toMatch(
          /^the request_uri does not lead to a valid request object \(reference [\w-]+\)$/,
        );
        expect(await rowCounts(server)).toEqual(before);
      },
    );

    it('H2 why a document was refused is for the administrator alone', async () => {
      host.documents.set('/request', serving('', {}, 404));

      const page = await browser.send(urlOf(writer));

      const [, reference] = /reference\+([\w-]+)/.exec(page.headers.get('location') ?? '') ?? [];
      expect((await keptErrors(server)).find((refusal) => refusal.reference === reference)).toMatchObject({
        code: 'invalid_request_uri',
        clientId: writer.clientId,
        detail: 'request_uri: it answered 404',
      });
    });

    describe('where an error goes', () => {
      const evil = { redirect_uri: 'https://evil.example/', state: 'evil', response_mode: 'fragment' };

      it('H2 is not for an object to say that is not trusted', async () => {
        host.documents.set('/request', serving(await sign(claimsFor(writer, evil), strangerKeys)));

        expectErrorRedirect(await browser.send(urlOf(writer)), 'invalid_request_uri', server);
      });

      it('H2 is a page where several redirection URIs are registered and none is named outside', async () => {
        const other = await registered(server, browser, {
          redirect_uris: [redirectUri, 'https://two.example.com/'],
        });
        host.documents.set('/request', serving(await sign(claimsFor(other), strangerKeys)));

        expectPage(await browser.open(urlOf(other)));
        expectErrorRedirect(
          await browser.send(urlOf(other, { redirect_uri: redirectUri })),
          'invalid_request_uri',
          server,
        );
      });

      it('H2 is a page where the redirection URI outside is not registered', async () => {
        host.documents.set('/request', serving('x'));

        expectPage(await browser.open(urlOf(writer, { redirect_uri: 'https://evil.example/' })));
      });

      it('H2 is a page where a trusted object names a redirection URI that is not registered', async () => {
        await publish(writer, evil);

        expectPage(await browser.open(urlOf(writer, { redirect_uri: redirectUri })));
      });
    });

    it.each<[string, Registration, string]>([
      ['without keys', { jwks: null }, 'request_uris needs jwks or jwks_uri'],
      ['over http', { request_uris: ['http://writer.example.com/r'] }, 'request_uris[0] must use https'],
      [
        'at a private address',
        { request_uris: ['https://10.0.0.1/r'] },
        'request_uris[0] must not lead to a private, loopback or link-local address',
      ],
      ['that is relative', { request_uris: ['/r'] }, 'request_uris[0] must be an absolute URL'],
      [
        'of 513 characters',
        { request_uris: [`https://writer.example.com/${'x'.repeat(486)}`] },
        'request_uris[0] must be at most 512 ASCII characters without spaces',
      ],
    ])('H2 a request_uri %s cannot be registered', async (_what, registration, message) => {
      await expect(registered(server, browser, registration)).rejects.toMatchObject({
        response: { message: [message] },
      });
      expect(host.requests).toBe(0);
    });

    it('H2 the metadata tells that they must be registered', async () => {
      expect((await request(server, discoveryPath)).body).toMatchObject({
        request_uri_parameter_supported: true,
        require_request_uri_registration: true,
      });
    });
  });

  describe('EYRIE_REQUEST_URI=any', () => {
    let server: TestServer;
    let browser: TestBrowser;
    let writer: RelyingParty;

    beforeAll(async () => {
      ({ server, browser, writer } = await started('any'));
    });
    afterAll(() => server.stop());

    it('H2 a request_uri that is not registered counts too', async () => {
      await publish(writer, {}, '/new');

      const left = await walk(browser, urlOf(writer, { request_uri: host.url('/new') }));

      expect(responseOf(left).get('state')).toBe('the signed state');
      expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    });

    it('H2 an object at a request_uri that is not registered needs exp', async () => {
      await publish(writer, { exp: undefined }, '/elsewhere');

      const page = await browser.send(urlOf(writer, { request_uri: host.url('/elsewhere') }));
      expectErrorRedirect(page, 'invalid_request_uri', server);
    });

    it('H2 none is fetched from where nothing may be fetched', async () => {
      const inner = await startKeyHost();
      const port = new URL(inner.url('/')).port;
      const addresses = [
        inner.url('/request'),
        `https://127.0.0.1:${port}/request`,
        `http://localhost:${port}/request`,
        `https://[::ffff:127.0.0.1]:${port}/request`,
        `https://user:password@127.0.0.1:${port}/request`,
        'https://169.254.169.254/latest',
        'file:///etc/passwd',
        'data:application/jwt,x',
        'urn:x:y',
        '/request',
        host.url(`/${'x'.repeat(512)}`),
      ];
      for (const request_uri of addresses) {
        const page: Shown = await browser.send(urlOf(writer, { request_uri }));
        expectErrorRedirect(page, 'invalid_request_uri', server);
      }
      expect([inner.requests, host.requests]).toEqual([0, 0]);
      await inner.stop();
    });

    it('H2 none is fetched for a client without keys', async () => {
      const other = await RelyingParty.register(server, {}, browser);

      expectErrorRedirect(await browser.send(urlOf(other)), 'request_uri_not_supported', server);
      expect(host.requests).toBe(0);
    });

    it('H2 the metadata tells that they need not be registered', async () => {
      expect((await request(server, discoveryPath)).body).toMatchObject({
        request_uri_parameter_supported: true,
        require_request_uri_registration: false,
      });
    });
  });

  describe('EYRIE_REQUEST_URI=off', () => {
    let server: TestServer;
    let browser: TestBrowser;
    let writer: RelyingParty;

    beforeAll(async () => {
      ({ server, browser, writer } = await started('off'));
    });
    afterAll(() => server.stop());

    it('A15 a registered request_uri is request_uri_not_supported, and nothing is fetched', async () => {
      await publish(writer);
      const before = await rowCounts(server);

      expectErrorRedirect(await browser.send(urlOf(writer)), 'request_uri_not_supported', server);

      expect(host.requests).toBe(0);
      expect(await rowCounts(server)).toEqual(before);
    });

    it('A15 the metadata tells that request_uri is not supported', async () => {
      expect((await request(server, discoveryPath)).body).toMatchObject({
        request_uri_parameter_supported: false,
        require_request_uri_registration: false,
      });
    });
  });
});
