import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { responseOf, type TestBrowser } from '../../support/browser.js';
import type { TestServer } from '../../support/server.js';
import { payloadOf, RelyingParty, request } from '../../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  verifier,
} from '../../support/authorization-requests.js';
import { walk } from '../../support/walk.js';
import { RequestDocuments, serving } from '../../support/request-documents.js';
import { requestObjectType } from '../../support/request-objects.js';

const discoveryPath = '/.well-known/openid-configuration';

describe('request objects at a registered request_uri', () => {
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

  const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

  it('H2 the parameters behind a registered request_uri count, and yield a code', async () => {
    await documents.publish(writer, { nonce: 'inside' });

    const left = await browser.open(
      documents.urlOf(writer, { scope: 'openid email', redirect_uri: 'https://evil.example/' }),
    );

    expect(responseOf(left).get('state')).toBe('the signed state');
    const { body } = await writer.redeem({ code: expectCode(left), verifier });
    expect(body.scope).toBe('openid profile');
    expect(payloadOf(body.id_token).nonce).toBe('inside');
    expect(documents.host.requests).toBe(1);
  });

  it('H2 parameters outside do not stand in for those that are missing inside', async () => {
    await documents.publish(writer, { code_challenge: undefined });

    const page = await browser.open(documents.urlOf(writer, requestFields({ client_id: writer.clientId })));

    expect(responseOf(page).get('error')).toBe('invalid_request');
  });

  it('H2 a document is fetched once, however many pages the request leads to', async () => {
    await documents.publish(writer, { prompt: 'login consent' });

    const left = await walk(browser, documents.urlOf(writer));

    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    expect(documents.host.requests).toBe(1);
  });

  it.each([`application/${requestObjectType}`, 'application/jwt', 'Application/JWT; charset=utf-8'])(
    'H2 a document of the type %s is a request object',
    async (contentType) => {
      const object = await documents.sign(documents.claimsFor(writer));
      documents.host.documents.set('/request', serving(`${object}\n`, { 'content-type': contentType }));

      expect(expectCode(await browser.open(documents.urlOf(writer)))).toMatch(/^[\w-]{43}$/);
    },
  );

  it('H2 a document is found by following a redirect', async () => {
    await documents.publish(writer, {}, '/moved');
    documents.host.documents.set('/request', serving('', { location: '/moved' }, 302));

    expect(expectCode(await browser.open(documents.urlOf(writer)))).toMatch(/^[\w-]{43}$/);
  });

  it('H2 the hash of the document may be the fragment of its request_uri, is checked, and saves a second fetch for a minute', async () => {
    const object = await documents.publish(writer);
    const request_uri = documents.host.url(`/request#${hashOf(object)}`);

    const codes = [
      await browser.open(documents.urlOf(writer, { request_uri })),
      await browser.open(documents.urlOf(writer, { request_uri })),
    ];
    expect(codes.map(expectCode)).toEqual([expect.any(String), expect.any(String)]);
    expect(documents.host.requests).toBe(1);

    server.clock.advance(60);
    await browser.open(documents.urlOf(writer, { request_uri }));
    expect(documents.host.requests).toBe(2);
  });

  it('H2 a document that does not match the hash in the fragment is invalid_request_uri, and the next one is fetched anew', async () => {
    const object = await documents.publish(writer);
    const other = `${object}x`;
    const request_uri = documents.host.url(`/request#${hashOf(object)}`);
    documents.host.documents.set('/request', serving(other));

    expectErrorRedirect(
      await browser.send(documents.urlOf(writer, { request_uri })),
      'invalid_request_uri',
      server,
    );

    documents.host.documents.set('/request', serving(object));
    expect(expectCode(await browser.open(documents.urlOf(writer, { request_uri })))).toMatch(/^[\w-]{43}$/);
  });

  it('H2 a request_uri that is registered with a fragment is accepted with that fragment only', async () => {
    const other = await documents.register({ request_uris: [documents.host.url('/other#version-1')] });
    await documents.publish(other, {}, '/other');

    const left = await walk(
      browser,
      documents.urlOf(other, { request_uri: documents.host.url('/other#version-1') }),
    );
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);

    documents.host.requests = 0;
    for (const fragment of ['', '#version-2', `#${'a'.repeat(43)}`]) {
      const page = await browser.send(
        documents.urlOf(other, { request_uri: documents.host.url(`/other${fragment}`) }),
      );
      expectErrorRedirect(page, 'invalid_request_uri', server);
    }
    expect(documents.host.requests).toBe(0);
  });

  it('H2 a registered fragment that is no hash of the document is not checked, and the document is fetched each time', async () => {
    const request_uri = documents.host.url(`/named#${hashOf('not the document')}`);
    const other = await documents.register({ request_uris: [request_uri] });
    await documents.publish(other, {}, '/named');

    expect(expectCode(await walk(browser, documents.urlOf(other, { request_uri })))).toMatch(/^[\w-]{43}$/);
    documents.host.requests = 0;
    await browser.open(documents.urlOf(other, { request_uri }));
    await browser.open(documents.urlOf(other, { request_uri }));
    expect(documents.host.requests).toBe(2);
  });

  it('H2 an object at a registered request_uri needs no exp', async () => {
    await documents.publish(writer, { exp: undefined });

    expect(expectCode(await browser.open(documents.urlOf(writer)))).toMatch(/^[\w-]{43}$/);
  });

  it('H2 a request by reference is a signed one', async () => {
    const strict = await documents.register({ require_signed_request_object: true });
    await documents.publish(strict);

    expect(expectCode(await walk(browser, documents.urlOf(strict)))).toMatch(/^[\w-]{43}$/);
  });

  it('H2 openid-client signs its request and gets tokens by reference', async () => {
    const config = await writer.openidClient();
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
      { key: documents.keys.privateKey, kid: 'one' },
      {
        [client.modifyAssertion]: (_header, payload) =>
          void Object.assign(payload, { iat: now, nbf: now, exp: now + 60 }),
      },
    );
    documents.host.documents.set('/request', serving(byValue.searchParams.get('request') ?? ''));
    const byReference = client.buildAuthorizationUrl(config, { request_uri: documents.host.url('/request') });

    const left = await walk(browser, byReference.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier,
      expectedState,
    });
    expect(tokens.access_token).toBeDefined();
  });

  it('H2 the metadata says that request_uris must be registered', async () => {
    expect((await request(server, discoveryPath)).body).toMatchObject({
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
    });
  });
});
