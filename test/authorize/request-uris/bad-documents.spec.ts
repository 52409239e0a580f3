import type { RequestListener } from 'node:http';
import { UnsecuredJWT } from 'jose';
import type { Registration } from '../../../src/clients/client-registration.js';
import type { TestBrowser } from '../../support/browser.js';
import { keptErrors } from '../../support/kept-errors.js';
import type { TestServer } from '../../support/server.js';
import { RelyingParty } from '../../support/relying-party.js';
import {
  expectErrorRedirect,
  expectPage,
  redirectUri,
  rowCounts,
} from '../../support/authorization-requests.js';
import { RequestDocuments, serving } from '../../support/request-documents.js';
import { requestObjectType } from '../../support/request-objects.js';

describe('bad documents at a request_uri', () => {
  let documents: RequestDocuments;
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    documents = await RequestDocuments.start('registered');
    ({ server, browser } = documents);
    writer = await documents.registerAllowed();
  });
  afterAll(() => documents.stop());
  beforeEach(() => {
    documents.host.requests = 0;
  });

  const jwt = `application/${requestObjectType}`;
  const bad: readonly (readonly [string, () => RequestListener | Promise<RequestListener>])[] = [
    ['nothing', () => serving('', {}, 404)],
    [
      'an error',
      async () => serving(await documents.sign(documents.claimsFor(writer)), { 'content-type': jwt }, 500),
    ],
    [
      'a request object as text/plain',
      async () =>
        serving(await documents.sign(documents.claimsFor(writer)), { 'content-type': 'text/plain' }),
    ],
    [
      'a request object of no type',
      async () => serving(await documents.sign(documents.claimsFor(writer)), {}),
    ],
    [
      'a compressed body',
      async () =>
        serving(await documents.sign(documents.claimsFor(writer)), {
          'content-type': jwt,
          'content-encoding': 'gzip',
        }),
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
    ['an unsigned object', () => serving(new UnsecuredJWT(documents.claimsFor(writer)).encode())],
    [
      'an object that another key signed',
      async () => serving(await documents.sign(documents.claimsFor(writer), documents.otherKeys)),
    ],
    [
      'an object that has expired',
      async () => serving(await documents.sign(documents.claimsFor(writer, { exp: 1 }))),
    ],
    [
      'an object for another server',
      async () =>
        serving(await documents.sign(documents.claimsFor(writer, { aud: 'https://other.example' }))),
    ],
    [
      'an object of another client',
      async () => serving(await documents.sign(documents.claimsFor(writer, { client_id: 'other' }))),
    ],
    [
      'an object that leads on',
      async () =>
        serving(
          await documents.sign(documents.claimsFor(writer, { request_uri: documents.host.url('/on') })),
        ),
    ],
  ];

  it.each(bad)(
    'H2 a request_uri that leads to %s is invalid_request_uri, and nothing is written',
    async (_what, make) => {
      documents.host.documents.set('/request', await make());
      const before = await rowCounts(server);

      const page = await browser.send(documents.urlOf(writer));

      expectErrorRedirect(page, 'invalid_request_uri', server);
      expect(page.headers.get('cache-control')).toBe('no-store');
      const description = new URL(page.headers.get('location') ?? '').searchParams.get('error_description');
      expect(description).toMatch(
        /^the request_uri does not lead to a valid request object \(reference [\w-]+\)$/,
      );
      expect(await rowCounts(server)).toEqual(before);
    },
  );

  it('H2 why a document was refused is explained to the administrator alone', async () => {
    documents.host.documents.set('/request', serving('', {}, 404));

    const page = await browser.send(documents.urlOf(writer));

    const [, reference] = /reference\+([\w-]+)/.exec(page.headers.get('location') ?? '') ?? [];
    expect((await keptErrors(server)).find((refusal) => refusal.reference === reference)).toMatchObject({
      code: 'invalid_request_uri',
      clientId: writer.clientId,
      detail: 'request_uri: it answered 404',
    });
  });

  describe('where an error goes', () => {
    const evil = { redirect_uri: 'https://evil.example/', state: 'evil', response_mode: 'fragment' };

    it('H2 where an error goes is not decided by an object that is not trusted', async () => {
      documents.host.documents.set(
        '/request',
        serving(await documents.sign(documents.claimsFor(writer, evil), documents.otherKeys)),
      );

      expectErrorRedirect(await browser.send(documents.urlOf(writer)), 'invalid_request_uri', server);
    });

    it('H2 an error is a page where several redirection URIs are registered and none is named outside', async () => {
      const other = await documents.register({
        redirect_uris: [redirectUri, 'https://two.example.com/'],
      });
      documents.host.documents.set(
        '/request',
        serving(await documents.sign(documents.claimsFor(other), documents.otherKeys)),
      );

      expectPage(await browser.open(documents.urlOf(other)));
      expectErrorRedirect(
        await browser.send(documents.urlOf(other, { redirect_uri: redirectUri })),
        'invalid_request_uri',
        server,
      );
    });

    it('H2 an error is a page where the redirection URI outside is not registered', async () => {
      documents.host.documents.set('/request', serving('x'));

      expectPage(await browser.open(documents.urlOf(writer, { redirect_uri: 'https://evil.example/' })));
    });

    it('H2 an error is a page where a trusted object names a redirection URI that is not registered', async () => {
      await documents.publish(writer, evil);

      expectPage(await browser.open(documents.urlOf(writer, { redirect_uri: redirectUri })));
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
    await expect(documents.register(registration)).rejects.toMatchObject({
      response: { message: [message] },
    });
    expect(documents.host.requests).toBe(0);
  });
});
