import * as client from 'openid-client';
import { keyPair } from '../support/assertions.js';
import { responseOf, type TestBrowser } from '../support/browser.js';
import { contacts, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty, request } from '../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  verifier,
} from '../support/authorization-requests.js';
import { shows, walk } from '../support/walk.js';
import { RequestObjects, requestObjectType } from '../support/request-objects.js';

describe('H2 signed request objects', () => {
  let objects: RequestObjects;
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    objects = await RequestObjects.start();
    ({ server, browser, writer } = objects);
  });
  afterAll(() => objects.stop());

  it('H2 the parameters in a signed request object count, and yield a code', async () => {
    const left = await objects.open(await objects.sign(objects.claims()));

    expect(responseOf(left).get('state')).toBe('the signed state');
    expect((await writer.redeem({ code: expectCode(left), verifier })).status).toBe(200);
  });

  it('H2 aud may spell our issuer with a slash, beside others', async () => {
    const aud = ['https://other.example', `${server.issuer}/`];

    const left = await objects.open(await objects.sign(objects.claims({ aud })));

    expect(responseOf(left).get('state')).toBe('the signed state');
  });

  it('H2 parameters outside of a request object are ignored', async () => {
    const left = await objects.open(await objects.sign(objects.claims({ nonce: 'inside' })), {
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

  it('H2 parameters outside of a request object do not stand in for those that are missing inside', async () => {
    const outside = requestFields({ client_id: writer.clientId });

    const page = await objects.open(
      await objects.sign(objects.claims({ code_challenge: undefined })),
      outside,
    );

    expect(responseOf(page).get('error')).toBe('invalid_request');
  });

  it.each([undefined, 'JWT', requestObjectType, `application/${requestObjectType}`])(
    'H2 a JWT with typ %s is a request object',
    async (typ) => {
      const left = await objects.open(await objects.sign(objects.claims(), { typ }));

      expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    },
  );

  it('H2 numbers, objects and arrays in a request object are read as the parameters that they stand for', async () => {
    const left = await objects.open(
      await objects.sign(
        objects.claims({
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

  it('H2 a request object that expires while the user is at our pages is still answered', async () => {
    const page = await objects.open(await objects.sign(objects.claims({ prompt: 'consent' })));
    server.clock.advance(600);

    const left = await browser.submit(page, { decision: 'allow' });

    expect(responseOf(left).get('state')).toBe('the signed state');
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  it('H2 keys behind a jwks_uri are fetched once', async () => {
    objects.host.documents.set('/keys', { keys: [objects.keys.publicJwk] });
    const remote = await RelyingParty.register(server, { jwks_uri: objects.host.url('/keys') }, browser);
    const object = async (): Promise<string> => objects.sign(objects.claims({}, remote));

    await walk(browser, objects.url(await object(), { client_id: remote.clientId }));
    const left = await objects.open(await object(), { client_id: remote.clientId });

    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
    expect(objects.host.requests).toBe(1);
  });

  it('H2 a request object signed with another algorithm than the registered one is refused', async () => {
    const rsa = await keyPair('PS256', 'rsa');
    const other = await RelyingParty.register(
      server,
      { jwks: { keys: [objects.keys.publicJwk, rsa.publicJwk] }, request_object_signing_alg: 'PS256' },
      browser,
    );
    const outside = { client_id: other.clientId };

    const refused = await browser.send(objects.url(await objects.sign(objects.claims({}, other)), outside));
    const left = await walk(
      browser,
      objects.url(await objects.sign(objects.claims({}, other), { alg: 'PS256', kid: 'rsa' }, rsa), outside),
    );

    expectErrorRedirect(refused, 'invalid_request_object', server);
    expect(expectCode(left)).toMatch(/^[\w-]{43}$/);
  });

  it('H2 the metadata names request objects and their algorithms', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');

    expect(body.request_parameter_supported).toBe(true);
    expect(body.request_object_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['RS256', 'PS256', 'ES256', 'EdDSA']),
    );
    expect(body.request_object_signing_alg_values_supported).not.toContain('none');
  });

  it.each(['direct', 'pushed'])('H2 openid-client signs its request and gets tokens (%s)', async (way) => {
    const config = await writer.openidClient();
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
      { key: objects.keys.privateKey, kid: 'one' },
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
