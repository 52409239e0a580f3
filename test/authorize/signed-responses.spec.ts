import * as client from 'openid-client';
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { type Shown, type TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { encode, RelyingParty, request } from '../support/relying-party.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  verifier,
} from '../support/authorization-requests.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

describe('H2 signed authorization responses (JARM)', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, {}, browser);
    await walk(browser, authorizeUrl({ client_id: writer.clientId }));
  });

  const ask = (changes: Record<string, string | undefined>, clientId = writer.clientId): Promise<Shown> =>
    browser.open(authorizeUrl({ client_id: clientId, ...changes }));

  /** The parameters that a redirect carries in that part of its URL; the other part must be empty. */
  const partOf = (page: Shown, part: 'query' | 'fragment'): Record<string, string> => {
    const { search, hash } = new URL(page.url);
    const [used, other] = part === 'query' ? [search, hash] : [hash, search];
    expect(other).toBe('');
    return Object.fromEntries(new URLSearchParams(used.slice(1)));
  };
  const verified = async (response: string | undefined, clientId = writer.clientId): Promise<JWTPayload> => {
    const keys = createRemoteJWKSet(new URL('/jwks', server.issuer));
    const currentDate = new Date(server.clock.now() * 1_000);
    return (await jwtVerify(response ?? '', keys, { issuer: server.issuer, audience: clientId, currentDate }))
      .payload;
  };

  it.each([
    ['jwt', 'query'],
    ['query.jwt', 'query'],
    ['fragment.jwt', 'fragment'],
  ] as const)('H2 response_mode=%s puts everything into one signed JWT in the %s', async (mode, part) => {
    const parameters = partOf(await ask({ response_mode: mode }), part);

    expect(Object.keys(parameters)).toEqual(['response']);
    const claims = await verified(parameters.response);
    expect(claims).toEqual({
      iss: server.issuer,
      aud: writer.clientId,
      exp: expect.any(Number) as number,
      code: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: 'the state',
    });
    expect((await writer.redeem({ code: claims.code as string, verifier })).status).toBe(200);
  });

  it('H2 form_post.jwt posts the JWT and leaves nothing in a URL', async () => {
    const page = await ask({ response_mode: 'form_post.jwt' });

    expect(page.status).toBe(200);
    expect(page.headers.get('location')).toBeNull();
    expect(page.html).toContain(`action="${redirectUri}"`);
    expect(page.html.match(/<input/g)).toHaveLength(1);
    const claims = await verified(/name="response" value="([^"]+)"/.exec(page.html)?.[1]);
    expect(claims).toMatchObject({ code: expect.any(String) as string, state: 'the state' });
  });

  it('H2 an error is signed too, by the same mode', async () => {
    const page = await ask({ response_mode: 'fragment.jwt', scope: 'openid contacts.write' });

    const { response } = partOf(page, 'fragment');
    expect(await verified(response)).toEqual({
      iss: server.issuer,
      aud: writer.clientId,
      exp: expect.any(Number) as number,
      error: 'invalid_scope',
      error_description: expect.any(String) as string,
      state: 'the state',
    });
  });

  it('H2 a denial is signed', async () => {
    const page = await ask({ response_mode: 'jwt', prompt: 'consent' });
    expect(shows.consent(page)).toBe(true);

    const left = await browser.submit(page, { decision: 'deny' });

    expect(await verified(partOf(left, 'query').response)).toMatchObject({ error: 'access_denied' });
  });

  it('H2 a response without state has none', async () => {
    const { response } = partOf(await ask({ response_mode: 'jwt', state: undefined }), 'query');

    expect(await verified(response)).not.toHaveProperty('state');
  });

  it('H2 a signed response expires within ten minutes', async () => {
    const { response } = partOf(await ask({ response_mode: 'jwt' }), 'query');

    const { exp = 0 } = await verified(response);
    expect(exp - server.clock.now()).toBeGreaterThan(0);
    expect(exp - server.clock.now()).toBeLessThanOrEqual(600);
  });

  it.each([
    [undefined, 'RS256'],
    ['ES256', 'ES256'],
    ['PS256', 'PS256'],
    ['EdDSA', 'EdDSA'],
  ])('H2 a client registered for %s gets %s', async (authorization_signed_response_alg, alg) => {
    const other = await RelyingParty.register(server, { authorization_signed_response_alg }, browser);

    const page = await walk(browser, authorizeUrl({ client_id: other.clientId, response_mode: 'jwt' }));

    const { response = '' } = partOf(page, 'query');
    expect(decodeProtectedHeader(response).alg).toBe(alg);
    expect(await verified(response, other.clientId)).toHaveProperty('code');
  });

  it('H2 a signed response is no id_token_hint', async () => {
    const { response } = partOf(await ask({ response_mode: 'jwt' }), 'query');

    expectErrorRedirect(await ask({ id_token_hint: response }), 'invalid_request', server);
  });

  it.each(['query.jws', 'jwt.query', 'form_post.jwt.jwt', '.jwt', 'JWT', 'toString'])(
    'H2 response_mode=%s is invalid_request, by the default mode',
    async (mode) => {
      const page = await browser.send(authorizeUrl({ client_id: writer.clientId, response_mode: mode }));

      expectErrorRedirect(page, 'invalid_request', server);
    },
  );

  it('H2 the metadata lists the modes and algorithms', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');

    expect(body).toMatchObject({
      response_modes_supported: [
        'query',
        'fragment',
        'form_post',
        'query.jwt',
        'fragment.jwt',
        'form_post.jwt',
        'jwt',
      ],
      authorization_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    });
  });

  it('H2 openid-client pushes a request, takes the signed response and gets tokens', async () => {
    const config = await writer.openidClient(client.useJwtResponseMode);
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      ...(requestFields({ client_id: writer.clientId }) as Record<string, string>),
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      state: expectedState,
    });

    const left = await walk(browser, url.href);

    const tokens = await client.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier,
      expectedState,
    });
    expect(tokens.claims()).toMatchObject({ aud: writer.clientId });
  });

  it('H2 openid-client reads a signed error', async () => {
    const config = await writer.openidClient(client.useJwtResponseMode);
    const fields = requestFields({ client_id: writer.clientId, prompt: 'none login', response_mode: 'jwt' });

    const left = await browser.open(`/authorize?${encode(fields)}`);

    await expect(
      client.authorizationCodeGrant(config, new URL(left.url), {
        pkceCodeVerifier: verifier,
        expectedState: 'the state',
      }),
    ).rejects.toMatchObject({ error: 'invalid_request' });
  });
});
