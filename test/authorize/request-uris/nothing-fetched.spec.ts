import { ClientRegistration } from '../../../src/clients/client-registration.js';
import type { TestBrowser } from '../../support/browser.js';
import type { TestServer } from '../../support/server.js';
import { expectRefusal, type Fields, RelyingParty } from '../../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  expectPage,
  redirectUri,
  requestFields,
  rowCounts,
} from '../../support/authorization-requests.js';
import { RequestDocuments } from '../../support/request-documents.js';

describe('request_uris that are not fetched', () => {
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
    ['request beside request_uri', { request_uri: '/request', request: 'e30.e30.e30' }, 'invalid_request'],
    ['a repeated request_uri', { request_uri: ['/request', '/request'] }, 'invalid_request'],
  ])('H2 nothing is fetched for %s', async (_condition, { request_uri, ...fields }, error) => {
    await documents.publish(writer);
    const before = await rowCounts(server);
    const uris = [request_uri ?? []].flat().map((path) => documents.host.url(path));

    const url = documents.urlOf(writer, {
      redirect_uri: redirectUri,
      response_type: 'code',
      ...fields,
      request_uri: uris,
    });

    expectErrorRedirect(await browser.send(url), error, server);
    expect(documents.host.requests).toBe(0);
    expect(await rowCounts(server)).toEqual(before);
  });

  it('H2 nothing is fetched for the request_uri of another client', async () => {
    const other = await documents.register({ request_uris: [documents.host.url('/other')] });
    await documents.publish(other);

    expectErrorRedirect(await browser.send(documents.urlOf(other)), 'invalid_request_uri', server);
    expect(documents.host.requests).toBe(0);
  });

  it('H2 nothing is fetched for a client without keys', async () => {
    const other = await RelyingParty.register(server, {}, browser);

    expectErrorRedirect(await browser.send(documents.urlOf(other)), 'request_uri_not_supported', server);
    expect(documents.host.requests).toBe(0);
  });

  it('H2 nothing is fetched for a client whose requests must be pushed', async () => {
    const other = await documents.register({ require_pushed_authorization_requests: true });
    await documents.publish(other);

    expectErrorRedirect(await browser.send(documents.urlOf(other)), 'invalid_request', server);
    expect(documents.host.requests).toBe(0);
  });

  it('H2 nothing is fetched for an unknown or a disabled client', async () => {
    const other = await documents.register();
    await documents.publish(other);
    await server.app.get(ClientRegistration).setDisabled(other.clientId, true, 'test');

    expectPage(await browser.open(documents.urlOf(other)));
    expectPage(await browser.open(documents.urlOf(writer, { client_id: 'nobody' })));
    expectPage(await browser.open(documents.urlOf(writer, { client_id: undefined })));
    expect(documents.host.requests).toBe(0);
  });

  it('H2 nothing is fetched for a request_uri inside a request object', async () => {
    const object = await documents.sign(
      documents.claimsFor(writer, { request_uri: documents.host.url('/request') }),
    );

    const page = await browser.send(documents.urlOf(writer, { request_uri: undefined, request: object }));

    expectErrorRedirect(page, 'invalid_request_object', server);
    expect(documents.host.requests).toBe(0);
  });

  it('H1 H2 nothing is fetched for a request_uri that is pushed', async () => {
    const before = await rowCounts(server);
    const fields = {
      ...requestFields({ client_id: writer.clientId }),
      request_uri: documents.host.url('/request'),
    };

    expectRefusal(await writer.authenticated('/par', fields), 400, 'invalid_request');
    expect(documents.host.requests).toBe(0);
    expect(await rowCounts(server)).toEqual(before);
  });

  it('H1 H2 nothing is fetched for the reference of a pushed request, known or not', async () => {
    const { body } = await writer.authenticated('/par', requestFields({ client_id: writer.clientId }));

    const left = await browser.open(documents.urlOf(writer, { request_uri: body.request_uri as string }));
    const unknown = await browser.open(
      documents.urlOf(writer, { request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
    );

    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    expectPage(unknown);
    expect(documents.host.requests).toBe(0);
  });
});
