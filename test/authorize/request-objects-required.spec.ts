import type { TestBrowser } from '../support/browser.js';
import type { TestServer } from '../support/server.js';
import { encode, expectRefusal, RelyingParty } from '../support/relying-party.js';
import {
  authorizeUrl,
  expectCode,
  expectErrorRedirect,
  requestFields,
} from '../support/authorization-requests.js';
import { walk } from '../support/walk.js';
import { RequestObjects } from '../support/request-objects.js';

describe('H2 signed request objects of clients that must sign', () => {
  let objects: RequestObjects;
  let server: TestServer;
  let browser: TestBrowser;
  let strict: RelyingParty;

  beforeAll(async () => {
    objects = await RequestObjects.start();
    ({ server, browser } = objects);
    strict = await RelyingParty.register(
      server,
      { jwks: { keys: [objects.keys.publicJwk] }, require_signed_request_object: true },
      browser,
    );
  });
  afterAll(() => objects.stop());

  it('H2 a plain request of a client that must sign is refused, pushed or not', async () => {
    const fields = requestFields({ client_id: strict.clientId });

    expectErrorRedirect(await browser.send(authorizeUrl(fields)), 'invalid_request', server);
    expectRefusal(await strict.authenticated('/par', fields), 400, 'invalid_request');
  });

  it('H2 a signed request of a client that must sign goes through all pages, pushed or not', async () => {
    const object = await objects.sign(objects.claims({ prompt: 'consent' }, strict));
    const pushed = await strict.authenticated('/par', { client_id: strict.clientId, request: object });
    const reference = encode({
      client_id: strict.clientId,
      request_uri: pushed.body.request_uri as string,
    });

    const direct = await walk(browser, objects.url(object, { client_id: strict.clientId }));
    const indirect = await walk(browser, `/authorize?${reference}`);

    expect([direct, indirect].map(expectCode)).toEqual([expect.any(String), expect.any(String)]);
  });

  const hour = 3_600;
  const bounds: [string, { nbf?: number; exp?: number }][] = [
    ['without nbf', { nbf: undefined, exp: 60 }],
    ['without exp', { nbf: 0, exp: undefined }],
    ['with nbf more than an hour ago', { nbf: -hour - 1, exp: 60 }],
    ['with exp more than an hour after nbf', { nbf: -60, exp: hour }],
    ['with nbf in the future', { nbf: hour, exp: hour + 60 }],
  ];
  const within = ({ nbf, exp }: { nbf?: number; exp?: number }): Record<string, unknown> => {
    const now = server.clock.now();
    const at = (offset?: number): number | undefined => (offset === undefined ? undefined : now + offset);
    return { nbf: at(nbf), exp: at(exp) };
  };
  it.each(bounds)(
    'H2 a request %s, of a client that must sign, is refused, pushed or not',
    async (_what, times) => {
      const object = await objects.sign(objects.claims(within(times), strict));
      const outside = requestFields({ client_id: strict.clientId });

      expectErrorRedirect(await browser.send(objects.url(object, outside)), 'invalid_request_object', server);
      expectRefusal(
        await strict.authenticated('/par', { client_id: strict.clientId, request: object }),
        400,
        'invalid_request_object',
      );
    },
  );

  it.each<[string, { nbf?: number; exp?: number }]>([
    ['nbf an hour ago and exp an hour later', { nbf: -hour + 5, exp: 5 }],
    ['exp an hour after nbf', { nbf: 0, exp: hour }],
  ])('H2 a request with %s, of a client that must sign, is accepted', async (_what, times) => {
    const object = await objects.sign(objects.claims(within(times), strict));

    const pushed = await strict.authenticated('/par', { client_id: strict.clientId, request: object });

    expect(pushed.status).toBe(201);
  });

  it('H2 other clients may sign without nbf, and for longer', async () => {
    const object = await objects.sign(objects.claims(within({ nbf: undefined, exp: 2 * hour })));

    expect(expectCode(await walk(browser, objects.url(object)))).toEqual(expect.any(String));
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
