import * as openid from 'openid-client';
import { readSettings } from '../../src/config/settings.js';
import { pathWithinIssuer } from '../../src/http/issuer-path.js';
import { Cookies } from '../../src/http/cookies.js';
import { challenge, redirectUri, requestFields, verifier } from '../support/authorization-requests.js';
import { allow, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { encode } from '../support/relying-party.js';
import { SampleBrand } from '../support/sample-brand.js';
import { alice, freePort, messageWriter, startServer, type TestServer } from '../support/server.js';

describe('A20 an issuer with a path', () => {
  const brand = new SampleBrand();
  let server: TestServer;
  let origin: string;
  let secret: string;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    server = await startServer({ PORT: String(port), EYRIE_ISSUER: `${origin}/auth`, ...brand.settings });
    await server.createUser(alice);
    ({ secret } = await server.register(messageWriter));
  });
  afterAll(async () => {
    await server.stop();
    brand.remove();
  });

  const get = async (path: string): Promise<Response> => fetch(origin + path, { redirect: 'manual' });

  it.each([
    '/auth/.well-known/openid-configuration',
    '/auth/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/auth',
    '/.well-known/openid-configuration/auth',
  ])('A20 its metadata stands at %s, and every URL in it below the path', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    const metadata = (await response.json()) as Record<string, unknown>;
    expect(metadata.issuer).toBe(`${origin}/auth`);
    const urls = Object.values(metadata).filter(
      (value) => typeof value === 'string' && value.startsWith('http'),
    );
    expect(urls.length).toBeGreaterThan(8);
    expect(urls.filter((url) => !String(url).startsWith(`${origin}/auth`))).toEqual([]);
  });

  it('A20 its pages load style sheets and images below the path, those of the operator too', async () => {
    const page = await (await get('/auth/')).text();
    const loaded = [...page.matchAll(/ (?:src|srcset)="([^"]*)"|<link [^>]*href="([^"]*)"/g)].map(
      ([, image, link]) => image ?? link ?? '',
    );

    expect(loaded).toHaveLength(5);
    for (const path of loaded) {
      expect(path).toMatch(/^\/auth\//);
      expect((await get(path)).status).toBe(200);
    }
  });

  it.each([
    '/',
    '/token',
    '/login',
    '/jwks',
    '/authorize',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration/other',
    '/authority/jwks',
    '/AUTH/jwks',
    '/auth/auth/jwks',
  ])('A20 nothing is served at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    '/auth',
    '/auth/',
    '/auth/jwks',
    '/auth/login',
    '/auth/health/ready',
    '/health/live',
    '/auth/docs',
  ])('A20 %s is served', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it.each(['/auth/.well-known/change-password', '/.well-known/change-password'])(
    '%s leads to the page that changes the password',
    async (path) => {
      const response = await get(path);
      expect([response.status, response.headers.get('location')]).toEqual([303, '/auth/account/password']);
    },
  );

  it('A20 links, forms, redirects and cookies stay below the path, through the whole flow', async () => {
    const lines: string[] = [];
    const seen: Shown[] = [];
    const browser = new (class extends TestBrowser {
      override async send(url: string, init: RequestInit = {}): Promise<Shown> {
        const shown = await super.send(url, init);
        lines.push(...shown.headers.getSetCookie());
        seen.push(shown);
        return shown;
      }
    })(origin);

    const fields = requestFields({ code_challenge: challenge });
    const page = await browser.open(`/auth/authorize?${encode(fields)}`);
    const left = await allow(browser, await signIn(browser, page, alice));
    expect(left.url.startsWith(redirectUri)).toBe(true);
    expect(new URL(left.url).searchParams.get('iss')).toBe(`${origin}/auth`);
    expect((await browser.open('/auth/account')).html).toContain('Alice');

    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/; Path=\/auth(;|$)/);
    for (const { url, html } of seen) {
      expect(url.startsWith(`${origin}/auth/`)).toBe(true);
      const own = [...html.matchAll(/\b(?:href|action|src)="(\/[^"]*)"/g)].map(([, path]) => path);
      expect(own.filter((path) => !path?.startsWith('/auth/'))).toEqual([]);
    }
    const style = /href="(\/auth\/style\.css[^"]*)"/.exec(page.html)?.[1] ?? '';
    expect((await get(style)).headers.get('content-type')).toMatch(/^text\/css/);
  });

  it('A20 openid-client discovers it, redeems a code, refreshes and reads userinfo', async () => {
    const config = await openid.discovery(
      new URL(server.issuer),
      messageWriter.client_id,
      undefined,
      openid.ClientSecretBasic(secret),
      { execute: [openid.allowInsecureRequests] },
    );
    const url = openid.buildAuthorizationUrl(config, {
      ...(requestFields({ scope: 'openid profile offline_access' }) as Record<string, string>),
    });
    const browser = new TestBrowser(origin);
    const page = await browser.open(url.href);
    const left = await allow(browser, await signIn(browser, page, alice));
    const state = new URL(left.url).searchParams.get('state') ?? undefined;
    const { nonce } = requestFields();
    const tokens = await openid.authorizationCodeGrant(config, new URL(left.url), {
      pkceCodeVerifier: verifier,
      ...(state === undefined ? {} : { expectedState: state }),
      ...(nonce === undefined ? {} : { expectedNonce: String(nonce) }),
    });
    expect(tokens.claims()?.iss).toBe(`${origin}/auth`);
    const subject = tokens.claims()?.sub ?? '';
    expect(await openid.fetchUserInfo(config, tokens.access_token, subject)).toMatchObject({ name: 'Alice' });
    expect(await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).toHaveProperty('access_token');
  });

  it('A20 what the page of Swagger UI loads stands below the path', async () => {
    const page = await (await get('/auth/docs')).text();
    const urls = [...page.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, url = '']) =>
      String(new URL(url, `${origin}/auth/docs`)),
    );
    expect(urls.filter((url) => !url.startsWith(`${origin}/auth/`))).toEqual([]);
    expect(await Promise.all(urls.map(async (url) => (await fetch(url)).status))).toEqual(
      urls.map(() => 200),
    );
    expect(urls.length).toBeGreaterThan(4);
  });

  it('A20 the OpenAPI document names the path', async () => {
    const document = (await (await get('/auth/docs-json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/auth' }]);
  });
});

describe('A20 paths and cookies of issuers', () => {
  it.each([
    ['/auth/token?a=/b', '/token?a=/b'],
    ['/auth?a', '/?a'],
    ['/auth/', '/'],
    ['/.well-known/oauth-authorization-server/auth?x', '/.well-known/oauth-authorization-server?x'],
    ['/health/live', '/health/live'],
    ['/authority', '/-'],
    ['/token', '/-'],
    ['/.well-known/openid-configuration', '/.well-known/-'],
  ])('%s is %s below /auth', (url, within) => {
    expect(pathWithinIssuer({ url }, '/auth')).toBe(within);
    expect(pathWithinIssuer({ url }, '')).toBe(url);
  });

  it.each([
    ['https://example.com', '__Host-eyrie_session'],
    ['https://example.com/auth', '__Secure-eyrie_session'],
    ['http://localhost/auth', 'eyrie_session'],
  ])('the cookie of %s is %s', (issuer, name) => {
    expect(new Cookies(readSettings({ EYRIE_ISSUER: issuer })).fullName('session')).toBe(name);
  });
});
