import { responseOf, type Shown, type TestBrowser } from '../../support/browser.js';
import { startKeyHost } from '../../support/key-host.js';
import type { TestServer } from '../../support/server.js';
import { RelyingParty, request } from '../../support/relying-party.js';
import { expectCode, expectErrorRedirect, rowCounts } from '../../support/authorization-requests.js';
import { walk } from '../../support/walk.js';
import { RequestDocuments } from '../../support/request-documents.js';

const discoveryPath = '/.well-known/openid-configuration';

describe('EYRIE_REQUEST_URI=any', () => {
  let documents: RequestDocuments;
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    documents = await RequestDocuments.start('any');
    ({ server, browser } = documents);
    writer = await documents.register();
  });
  afterAll(() => documents.stop());
  beforeEach(() => {
    documents.host.requests = 0;
  });

  it('H2 where any request_uri may be used, one that is not registered counts too', async () => {
    await documents.publish(writer, {}, '/new');

    const left = await walk(browser, documents.urlOf(writer, { request_uri: documents.host.url('/new') }));

    expect(responseOf(left).get('state')).toBe('the signed state');
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  it('H2 an object at a request_uri that is not registered needs exp', async () => {
    await documents.publish(writer, { exp: undefined }, '/elsewhere');

    const page = await browser.send(
      documents.urlOf(writer, { request_uri: documents.host.url('/elsewhere') }),
    );
    expectErrorRedirect(page, 'invalid_request_uri', server);
  });

  it('H2 no request_uri is fetched from an address that is not allowed', async () => {
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
      documents.host.url(`/${'x'.repeat(512)}`),
    ];
    for (const request_uri of addresses) {
      const page: Shown = await browser.send(documents.urlOf(writer, { request_uri }));
      expectErrorRedirect(page, 'invalid_request_uri', server);
    }
    expect([inner.requests, documents.host.requests]).toEqual([0, 0]);
    await inner.stop();
  });

  it('H2 no request_uri is fetched for a client without keys', async () => {
    const other = await RelyingParty.register(server, {}, browser);

    expectErrorRedirect(await browser.send(documents.urlOf(other)), 'request_uri_not_supported', server);
    expect(documents.host.requests).toBe(0);
  });

  it('H2 the metadata says that request_uris need not be registered', async () => {
    expect((await request(server, discoveryPath)).body).toMatchObject({
      request_uri_parameter_supported: true,
      require_request_uri_registration: false,
    });
  });
});

describe('EYRIE_REQUEST_URI=off', () => {
  let documents: RequestDocuments;
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    documents = await RequestDocuments.start('off');
    ({ server, browser } = documents);
    writer = await documents.register();
  });
  afterAll(() => documents.stop());
  beforeEach(() => {
    documents.host.requests = 0;
  });

  it('A15 a registered request_uri is request_uri_not_supported, and nothing is fetched', async () => {
    await documents.publish(writer);
    const before = await rowCounts(server);

    expectErrorRedirect(await browser.send(documents.urlOf(writer)), 'request_uri_not_supported', server);

    expect(documents.host.requests).toBe(0);
    expect(await rowCounts(server)).toEqual(before);
  });

  it('A15 the metadata says that request_uri is not supported', async () => {
    expect((await request(server, discoveryPath)).body).toMatchObject({
      request_uri_parameter_supported: false,
      require_request_uri_registration: false,
    });
  });
});
