import { SignJWT, UnsecuredJWT } from 'jose';
import { responseOf, type TestBrowser } from '../support/browser.js';
import { type TestServer } from '../support/server.js';
import { type Answer, encode, expectRefusal, type Fields, RelyingParty } from '../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  expectPage,
  rowCounts,
  verifier,
} from '../support/authorization-requests.js';
import { RequestObjects, requestObjectType } from '../support/request-objects.js';

describe('H2 refused request objects', () => {
  let objects: RequestObjects;
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    objects = await RequestObjects.start();
    ({ server, browser, writer } = objects);
  });
  afterAll(() => objects.stop());

  const bad: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['alg none', () => new UnsecuredJWT(objects.claims()).encode()],
    ['a signature by another key', () => objects.sign(objects.claims(), {}, objects.otherKeys)],
    [
      'a changed payload',
      async () =>
        tampered(await objects.sign(objects.claims()), { ...objects.claims(), scope: 'openid email' }),
    ],
    ['an unknown key id', () => objects.sign(objects.claims(), { kid: 'two' })],
    [
      'HS256 keyed with the public key',
      () =>
        new SignJWT(objects.claims())
          .setProtectedHeader({ alg: 'HS256', typ: requestObjectType })
          .sign(new TextEncoder().encode(JSON.stringify(objects.keys.publicJwk))),
    ],
    ['typ of an access token', () => objects.sign(objects.claims(), { typ: 'at+jwt' })],
    ['typ of a logout token', () => objects.sign(objects.claims(), { typ: 'logout+jwt' })],
    ['no aud', () => objects.sign(objects.claims({ aud: undefined }))],
    ['another aud', () => objects.sign(objects.claims({ aud: 'https://other.example' }))],
    ['no iss', () => objects.sign(objects.claims({ iss: undefined }))],
    ['another iss', () => objects.sign(objects.claims({ iss: 'another' }))],
    ['no exp', () => objects.sign(objects.claims({ exp: undefined }))],
    ['exp in the past', () => objects.sign(objects.claims({ exp: server.clock.now() - 60 }))],
    ['nbf in the future', () => objects.sign(objects.claims({ nbf: server.clock.now() + 600 }))],
    ['no client_id', () => objects.sign(objects.claims({ client_id: undefined }))],
    ['another client_id', () => objects.sign(objects.claims({ client_id: 'another' }))],
    [
      'a request inside',
      async () => objects.sign(objects.claims({ request: await objects.sign(objects.claims()) })),
    ],
    [
      'a request_uri inside',
      () => objects.sign(objects.claims({ request_uri: 'https://writer.example.com/r' })),
    ],
    [
      'sub = client_id, as a client assertion has',
      () => objects.sign(objects.claims({ sub: writer.clientId })),
    ],
    ['a NUL character', () => objects.sign(objects.claims({ login_hint: 'a\0b' }))],
    ['crit', () => objects.sign(objects.claims(), { crit: ['x'], x: 1 }).catch(() => 'e30.e30.e30')],
    ['no JWT at all', () => 'x'],
    ['an empty JWT', () => '..'],
    ['an encrypted JWT', () => 'a.b.c.d.e'],
  ];

  it.each(bad)(
    'H2 a request object with %s is invalid_request_object, and no code is issued',
    async (_what, make) => {
      const object = await make();
      const before = await rowCounts(server);

      const page = await browser.send(objects.url(object));

      expectErrorRedirect(page, 'invalid_request_object', server);
      expect(await rowCounts(server)).toEqual(before);
    },
  );

  it('H2 a refused request object gets a page where no registered redirection URI stands outside of it', async () => {
    expectPage(await objects.open('x', { redirect_uri: 'https://evil.example/' }));
    expectPage(await objects.open('x', { client_id: 'nobody' }));
    expectPage(await objects.open('x', { client_id: undefined }));
  });

  it('H2 a request object with a redirection URI that is not registered gets a page', async () => {
    expectPage(
      await objects.open(await objects.sign(objects.claims({ redirect_uri: 'https://evil.example/' }))),
    );
  });

  it('H2 a request object of another client is invalid_request_object', async () => {
    const other = await RelyingParty.register(server, { jwks: { keys: [objects.keys.publicJwk] } });

    const page = await browser.send(
      objects.url(await objects.sign(objects.claims()), { client_id: other.clientId }),
    );

    expectErrorRedirect(page, 'invalid_request_object', server);
  });

  it('H2 a client without keys cannot sign: request_not_supported', async () => {
    const other = await RelyingParty.register(server);

    const page = await browser.send(
      objects.url(await objects.sign(objects.claims({}, other)), { client_id: other.clientId }),
    );

    expectErrorRedirect(page, 'request_not_supported', server);
  });

  it('H2 request and request_uri exclude each other', async () => {
    const page = await browser.send(
      objects.url(await objects.sign(objects.claims()), {
        request_uri: 'urn:ietf:params:oauth:request_uri:x',
      }),
    );

    expectErrorRedirect(page, 'invalid_request', server);
  });

  describe('pushed', () => {
    const push = async (object: string, fields: Fields = {}): Promise<Answer> =>
      writer.authenticated('/par', { client_id: writer.clientId, request: object, ...fields });

    it('H2 a pushed request object counts as what it holds, whatever stands beside it', async () => {
      const answer = await push(await objects.sign(objects.claims()), {
        scope: 'openid email',
        redirect_uri: 'x',
      });
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

    it('H2 the parameters of a pushed request object are checked when it is pushed', async () => {
      const answer = await push(await objects.sign(objects.claims({ scope: 'openid contacts.write' })));

      expectRefusal(answer, 400, 'invalid_scope');
    });

    it('H2 a client without keys cannot push a request object', async () => {
      const other = await RelyingParty.register(server);

      const answer = await other.authenticated('/par', {
        client_id: other.clientId,
        request: await objects.sign(objects.claims({}, other)),
      });

      expectRefusal(answer, 400, 'request_not_supported');
    });
  });
});

function tampered(jwt: string, payload: Record<string, unknown>): string {
  const [header, , signature] = jwt.split('.');
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}
