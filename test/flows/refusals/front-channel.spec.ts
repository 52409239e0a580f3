import { ClientRegistration } from '../../../src/clients/client-registration.js';
import {
  authorizeUrl,
  challenge,
  expectErrorRedirect,
  expectPage,
  redirectUri,
  requestFields,
} from '../../support/authorization-requests.js';
import { signedInBrowser, walk } from '../../support/walk.js';
import { csrfOf, interactionOf, postForm } from '../../support/forms.js';
import { responseOf, type Shown, TestBrowser } from '../../support/browser.js';
import { type KeyHost, startKeyHost } from '../../support/key-host.js';
import { alice, startServer, type TestServer } from '../../support/server.js';
import { encode, type Fields, form, RelyingParty } from '../../support/relying-party.js';
import { expectUntouched, Rows } from '../../support/untouched.js';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

/** The error code that a page shows. */
const codeOf = (page: Shown): string | undefined => /id="error-code"[^>]*>([^<]*)</.exec(page.html)?.[1];

describe('refusals of the front channel', () => {
  let server: TestServer;
  let host: KeyHost;
  let browser: TestBrowser;
  let client: RelyingParty;
  let app: RelyingParty;
  let several: RelyingParty;
  let pushing: RelyingParty;
  let strict: RelyingParty;
  let disabled: RelyingParty;
  let rows: Rows;
  let hint: string;
  let used: string;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host });
    await server.createUser(alice);
    browser = await signedInBrowser(server);
    const register = (registration: object): Promise<RelyingParty> =>
      RelyingParty.register(server, registration, browser);
    client = await register({ post_logout_redirect_uris: ['https://writer.example.com/bye'] });
    app = await register({ token_endpoint_auth_method: 'none' });
    several = await register({ redirect_uris: [redirectUri, 'https://two.example.com/'] });
    pushing = await register({ require_pushed_authorization_requests: true });
    strict = await register({ require_signed_request_object: true, jwks_uri: host.url('/keys') });
    disabled = await register({});
    await server.app.get(ClientRegistration).setDisabled(disabled.clientId, true, 'test');
    hint = (await client.tokens()).id_token;
    const { body } = await client.authenticated('/par', requestFields({ client_id: client.clientId }));
    used = String(body.request_uri);
    await browser.open(`/authorize?${encode({ client_id: client.clientId, request_uri: used })}`);
    rows = new Rows(server);
    await rows.look();
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  /** Sends what is refused, and holds that no row has changed, that of Alice's session included, and that nothing was fetched. */
  async function untouched(send: () => Promise<Shown>): Promise<Shown> {
    const page = await send();
    await expectUntouched(rows);
    expect(host.requests).toBe(0);
    return page;
  }
  const ask = (changes: Fields, of = client): Promise<Shown> =>
    browser.send(authorizeUrl({ client_id: of.clientId, ...changes }));
  const byPost = (changes: Fields): Promise<Shown> =>
    browser.send('/authorize', {
      method: 'POST',
      body: encode(requestFields({ client_id: client.clientId, ...changes })),
      headers: { 'content-type': form },
    });

  const redirected: readonly (readonly [condition: string, changes: Fields, error: string])[] = [
    ['A5 no response_type', { response_type: undefined }, 'invalid_request'],
    ['A5 an empty response_type', { response_type: '' }, 'invalid_request'],
    ['A5 an unknown response_type', { response_type: 'magic' }, 'unsupported_response_type'],
    ['A5 response_type token', { response_type: 'token' }, 'unsupported_response_type'],
    ['A5 response_type none', { response_type: 'none' }, 'unsupported_response_type'],
    ['A2 a repeated response_type', { response_type: ['code', 'code'] }, 'invalid_request'],
    ['A2 a repeated scope', { scope: ['openid', 'openid'] }, 'invalid_request'],
    ['A2 a repeated nonce', { nonce: ['a', 'b'] }, 'invalid_request'],
    ['A2 a repeated code_challenge', { code_challenge: [challenge, challenge] }, 'invalid_request'],
    ['A2 a repeated prompt', { prompt: ['none', 'none'] }, 'invalid_request'],
    ['A6 an unknown response_mode', { response_mode: 'magic' }, 'invalid_request'],
    ['A8 an unknown prompt', { prompt: 'create' }, 'invalid_request'],
    ['A8 prompt none beside another', { prompt: 'none consent' }, 'invalid_request'],
    ['A9 a negative max_age', { max_age: '-1' }, 'invalid_request'],
    ['A9 a max_age with a fraction', { max_age: '1.5' }, 'invalid_request'],
    ['A10 a forged id_token_hint', { id_token_hint: 'a.b.c' }, 'invalid_request'],
    ['A10 an id_token_hint that is no JWT', { id_token_hint: 'x' }, 'invalid_request'],
    ['A11 claims that are no JSON', { claims: '{' }, 'invalid_request'],
    ['A11 claims that are a list', { claims: '[]' }, 'invalid_request'],
    [
      'A11 an essential acr that cannot be reached',
      { claims: '{"id_token":{"acr":{"essential":true,"values":["x"]}}}' },
      'unmet_authentication_requirements',
    ],
    ['A14 no code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['A14 code_challenge_method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['A14 no code_challenge_method', { code_challenge_method: undefined }, 'invalid_request'],
    ['A14 a code_challenge that is too short', { code_challenge: 'x' }, 'invalid_request'],
    ['A15 request', { request: 'a.b.c' }, 'request_not_supported'],
    ['A15 request_uri', { request_uri: '/request' }, 'request_uri_not_supported'],
    ['A15 registration', { registration: '{}' }, 'registration_not_supported'],
    ['H2 request beside request_uri', { request: 'a.b.c', request_uri: '/request' }, 'invalid_request'],
    ['H3 a resource that nobody knows', { resource: 'https://other.example' }, 'invalid_target'],
    ['H3 a resource with a fragment', { resource: 'https://contacts.example.com#x' }, 'invalid_target'],
    ['G3 a dpop_jkt that is none', { dpop_jkt: 'x' }, 'invalid_request'],
    ['A2 a scope with a quote', { scope: 'openid "' }, 'invalid_scope'],
    ['A2 a scope of others', { scope: 'openid contacts.write' }, 'invalid_scope'],
    ['A2 a scope of the administration', { scope: 'openid eyrie.admin' }, 'invalid_scope'],
  ];
  const located = ({ request_uri, ...changes }: Fields): Fields =>
    request_uri === undefined ? changes : { ...changes, request_uri: host.url(String(request_uri)) };

  it.each(redirected)(
    '%s goes back to the client as an error, and touches nothing',
    async (_condition, changes, error) => {
      const page = await untouched(() => ask(located(changes)));

      expectErrorRedirect(page, error, server);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each(redirected)('A1 %s by post goes back in the same way', async (_condition, changes, error) => {
    const page = await untouched(() => byPost(located(changes)));

    expectErrorRedirect(page, error, server);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, () => RelyingParty, Fields, string]>([
    [
      'A5 a client without the grant type',
      () => several,
      { response_type: 'code id_token' },
      'unsupported_response_type',
    ],
    [
      'A8 prompt none where consent is missing',
      () => several,
      { prompt: 'none', redirect_uri: redirectUri },
      'consent_required',
    ],
    ['H1 a client whose requests must be pushed', () => pushing, {}, 'invalid_request'],
    ['H2 a client whose requests must be signed', () => strict, {}, 'invalid_request'],
    [
      'A14 a public client without code_challenge',
      () => app,
      { code_challenge: undefined, code_challenge_method: undefined },
      'invalid_request',
    ],
  ])('%s gets an error, and touches nothing', async (_condition, of, changes, error) => {
    const page = await untouched(() => ask(changes, of()));

    expectErrorRedirect(page, error, server);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  /** Holds an answer to a page that leads nowhere, with its code and what keeps it from being framed or stored. */
  function expectRefusalPage(page: Shown, status: number, code: string): void {
    expectPage(page, status);
    expect(codeOf(page)).toBe(code);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  }

  const evil = 'https://evil.example/';
  const get = (path: string, fields: Fields): Promise<Shown> => browser.send(`${path}?${encode(fields)}`);
  const logout = (fields: Fields): Promise<Shown> => get('/logout', fields);
  const pages: readonly (readonly [
    condition: string,
    send: () => Promise<Shown>,
    status: number,
    code: string,
  ])[] = [
    ['A3 no client_id', () => ask({ client_id: undefined }), 400, 'invalid_request'],
    ['A3 an unknown client_id', () => ask({ client_id: 'nobody' }), 400, 'invalid_request'],
    [
      'A3 a repeated client_id',
      () => ask({ client_id: [client.clientId, client.clientId] }),
      400,
      'invalid_request',
    ],
    ['A3 a disabled client', () => ask({}, disabled), 400, 'invalid_request'],
    ['A3 an unregistered redirect_uri', () => ask({ redirect_uri: evil }), 400, 'invalid_request'],
    [
      'A3 a repeated redirect_uri',
      () => ask({ redirect_uri: [redirectUri, redirectUri] }, several),
      400,
      'invalid_request',
    ],
    [
      'A3 no redirect_uri of several',
      () => ask({ redirect_uri: undefined }, several),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri with a slash',
      () => ask({ redirect_uri: `${redirectUri}/` }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri with a query',
      () => ask({ redirect_uri: `${redirectUri}?x` }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri with a fragment',
      () => ask({ redirect_uri: `${redirectUri}#x` }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri in capitals',
      () => ask({ redirect_uri: redirectUri.toUpperCase() }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri over http',
      () => ask({ redirect_uri: redirectUri.replace('https', 'http') }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri of javascript',
      () => ask({ redirect_uri: 'javascript:alert(1)' }),
      400,
      'invalid_request',
    ],
    [
      'A4 a redirect_uri with user information',
      () => ask({ redirect_uri: redirectUri.replace('//', '//a@') }),
      400,
      'invalid_request',
    ],
    [
      'A2 a NUL character',
      () => browser.send(`${authorizeUrl({ client_id: client.clientId })}&x=%00`),
      400,
      'invalid_request',
    ],
    [
      'A2 bad percent-encoding',
      () => browser.send(`${authorizeUrl({ client_id: client.clientId })}&x=%zz`),
      400,
      'invalid_request',
    ],
    ['A2 a request that is too large', () => ask({ state: 'x'.repeat(9_000) }), 413, 'invalid_request'],
    [
      'A2 too many parameters',
      () => browser.send(`${authorizeUrl({ client_id: client.clientId })}${'&x=1'.repeat(100)}`),
      400,
      'invalid_request',
    ],
    [
      'H1 a pushed request that nobody pushed',
      () =>
        get('/authorize', { client_id: client.clientId, request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
      400,
      'invalid_request_uri',
    ],
    [
      'H1 a pushed request that was answered',
      () => get('/authorize', { client_id: client.clientId, request_uri: used }),
      400,
      'invalid_request_uri',
    ],
    [
      'H1 a pushed request of another client',
      () => get('/authorize', { client_id: several.clientId, request_uri: used }),
      400,
      'invalid_request_uri',
    ],
    ['D1 a forged id_token_hint', () => logout({ id_token_hint: 'a.b.c' }), 400, 'invalid_request'],
    [
      'D1 a changed id_token_hint',
      () => logout({ id_token_hint: `${hint.slice(0, -6)}AAAAAA` }),
      400,
      'invalid_request',
    ],
    [
      'D1 an unregistered post_logout_redirect_uri',
      () => logout({ id_token_hint: hint, post_logout_redirect_uri: evil }),
      400,
      'invalid_request',
    ],
    [
      'D1 a post_logout_redirect_uri of nobody',
      () => logout({ post_logout_redirect_uri: 'https://writer.example.com/bye' }),
      400,
      'invalid_request',
    ],
    [
      'D1 a client_id that the hint is not for',
      () => logout({ id_token_hint: hint, client_id: several.clientId }),
      400,
      'invalid_request',
    ],
    ['D1 a repeated id_token_hint', () => logout({ id_token_hint: [hint, hint] }), 400, 'invalid_request'],
    [
      'D1 a sign-out that our page did not ask for',
      () => postForm(browser, '/logout', { decision: 'sign-out' }),
      403,
      'forbidden',
    ],
    ['E1 a page without its interaction', () => browser.send('/consent'), 403, 'forbidden'],
    ['E1 a forged interaction', () => get('/consent', { interaction: 'x' }), 403, 'forbidden'],
    [
      'E1 a forged interaction on the way back',
      () => get('/authorize/resume', { interaction: 'x' }),
      403,
      'forbidden',
    ],
    [
      'E1 a forged interaction at the choice of accounts',
      () => get('/select-account', { interaction: 'x' }),
      403,
      'forbidden',
    ],
    [
      'E2 a sign-in without our token',
      () => postForm(browser, '/login', { username: 'alice', password: alice.password }),
      403,
      'forbidden',
    ],
    [
      'E2 a sign-in from another site',
      () => postForm(browser, '/login', { username: 'alice', password: alice.password }, { origin: evil }),
      403,
      'forbidden',
    ],
    [
      'E2 a consent without our token',
      () => postForm(browser, '/consent', { decision: 'allow' }),
      403,
      'forbidden',
    ],
    ['E2 a sign-out without our token', () => postForm(browser, '/account/sign-out', {}), 403, 'forbidden'],
    [
      'I1 a device code without our token',
      () => postForm(browser, '/device', { user_code: 'BCDF-GHJK' }),
      403,
      'forbidden',
    ],
    [
      'I1 a decision about a device without our token',
      () => postForm(browser, '/device/confirm', { decision: 'allow' }),
      403,
      'forbidden',
    ],
  ];
  it.each(pages)(
    '%s is a page that leads nowhere, and touches nothing',
    async (_condition, send, status, code) => {
      expectRefusalPage(await untouched(send), status, code);
    },
  );

  it.each([
    ['D1 /logout', 'PUT', '/logout', 'GET, POST'],
    ['A1 /authorize', 'DELETE', '/authorize', 'GET, POST'],
    ['B1 /token', 'GET', '/token', 'POST'],
    ['H1 /par', 'GET', '/par', 'POST'],
    ['I1 /device_authorization', 'GET', '/device_authorization', 'POST'],
    ['C2 /introspect', 'GET', '/introspect', 'POST'],
    ['C3 /revoke', 'GET', '/revoke', 'POST'],
    ['C5 /jwks', 'POST', '/jwks', 'GET'],
  ])('%s by %s is 405 with Allow, and touches nothing', async (_condition, method, path, allow) => {
    const page = await untouched(() => browser.send(path, { method }));

    expect([page.status, page.headers.get('allow')]).toEqual([405, allow]);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('E1 a decision with the interaction of another browser is refused, and no code is issued', async () => {
    const stranger = await signedInBrowser(server);
    const theirs = await stranger.open(authorizeUrl({ client_id: client.clientId, prompt: 'consent' }));
    const own = await browser.open(authorizeUrl({ client_id: client.clientId, prompt: 'consent' }));
    const fields = { _csrf: csrfOf(own), interaction: interactionOf(theirs), decision: 'allow' };
    await rows.look();

    expectRefusalPage(await untouched(() => postForm(browser, '/consent', fields)), 403, 'forbidden');
  });

  it('I1 a user code that no device shows is refused, and the device that waits is not connected', async () => {
    const device = await RelyingParty.register(server, { grant_types: [deviceCode], redirect_uris: [] });
    const { body } = await device.authenticated('/device_authorization', { scope: 'openid' });
    const page = await browser.open('/device');
    await rows.look();

    const answer = await untouched(() => browser.post(page, { user_code: 'BCDF-GHJK' }));

    expect(answer.status).toBe(400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('location')).toBeNull();
    const polled = await device.token({ grant_type: deviceCode, device_code: String(body.device_code) });
    expect(polled.body.error).toBe('authorization_pending');
  });

  it('and afterwards Alice is still signed in, and a request of hers is answered with a code', async () => {
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
    expect(responseOf(await walk(browser, authorizeUrl({ client_id: client.clientId }))).has('code')).toBe(
      true,
    );
  });
});
