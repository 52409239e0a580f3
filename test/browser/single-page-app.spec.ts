import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Registration } from '../../src/clients/client-registration.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';
import { type SinglePageApp, startSinglePageApp } from '../support/single-page-app.js';
import { payloadOf } from '../support/relying-party.js';

/** What oidc-client-ts tells of a sign-in, or of its failure. */
interface Outcome {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token: string;
  readonly token_type: string;
  readonly profile: Record<string, unknown>;
  readonly state?: unknown;
  readonly userState?: unknown;
  readonly error?: string;
}

const scope = 'openid profile email';

// Without EYRIE_TEST_CHROMIUM there is no browser to run it in; `npm test` says so at its end.
describeInChromium('A single-page app with oidc-client-ts, on another origin', () => {
  let server: TestServer;
  let subject: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** On another site, by the browser's reckoning, and on another port of the same. */
  let elsewhere: SinglePageApp;
  let nextDoor: SinglePageApp;

  beforeAll(async () => {
    const port = String(await freePort());
    server = await startServer({ PORT: port, EYRIE_ISSUER: `http://localhost:${port}` });
    subject = await server.createUser(alice);
    elsewhere = await startSinglePageApp('127.0.0.1');
    nextDoor = await startSinglePageApp('localhost');
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([elsewhere?.stop(), nextDoor?.stop(), server?.stop()]);
  });

  beforeEach(async () => {
    context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    page = await context.newPage();
  });
  afterEach(() => context.close());

  it('signs Alice in by redirect, reads userinfo, refreshes with rotation, and signs her out', async () => {
    await open(elsewhere, { scope: `${scope} offline_access`, loadUserInfo: true });
    const first = await signInByRedirect();
    expect(first).toMatchObject({
      token_type: 'Bearer',
      state: { page: 'contacts' },
      profile: { iss: server.issuer, sub: subject, name: 'Alice', email: alice.email },
    });

    const renewed = await run<Outcome>('app.renew()');
    expect(renewed.profile).toMatchObject({ sub: subject, name: 'Alice' });
    expect(renewed.access_token).not.toBe(first.access_token);
    expect(renewed.refresh_token).toMatch(/./);
    expect(renewed.refresh_token).not.toBe(first.refresh_token);
    const userinfo = `app.fetch('${server.issuer}/userinfo', { headers: { authorization: 'Bearer ${renewed.access_token}' } })`;
    expect(await run(userinfo)).toMatchObject({ status: 200 });

    await leaveBy('app.signOut()', '/signed-out');
    expect(await shown()).toMatchObject({ userState: 'bye' });
    // What she allowed for the time of her absence stays; the session is over.
    expect(await run(userinfo)).toMatchObject({ status: 200 });
    await open(elsewhere, { scope, prompt: 'none' });
    await leaveBy('app.signIn()', '/callback');
    expect(await shown()).toMatchObject({ error: 'login_required' });
  });

  it('a wrong answer, of a stranger who knows no state, is refused by the library', async () => {
    await open(elsewhere, { scope });
    await page.goto(`${elsewhere.origin}/callback?code=forged&state=forged`);
    expect(await shown()).toMatchObject({ message: 'No matching state found in storage' });
  });

  it('what Alice denies is told to it as access_denied', async () => {
    await open(elsewhere, { scope });
    await page.evaluate('app.signIn()').catch(() => undefined);
    await fillIn(page);
    await page.click('#deny');
    await page.waitForURL(`${elsewhere.origin}/callback*`);
    expect(await shown()).toMatchObject({ error: 'access_denied' });
  });

  it('signs Alice in by a popup, which the page hears from and which closes', async () => {
    await open(elsewhere, { scope });
    const opened = context.waitForEvent('page');
    const outcome = run<Outcome>('app.signInByPopup()');
    const popup = await opened;
    await fillIn(popup);
    const closed = popup.waitForEvent('close');
    await popup.click('#allow');
    await closed;
    expect((await outcome).profile).toMatchObject({ sub: subject });
    expect(new URL(page.url()).origin).toBe(elsewhere.origin);
  });

  it('renews in a hidden frame with prompt=none where it is of the same site, and not after sign-out', async () => {
    // On loopback only a client with a secret is not asked for each time.
    await open(nextDoor, { scope }, { token_endpoint_auth_method: 'client_secret_post' });
    const first = await signInByRedirect();
    expect(first.refresh_token).toBeUndefined();
    const renewed = await run<Outcome>('app.renew()');
    expect(renewed.profile.sub).toBe(subject);
    expect(renewed.access_token).not.toBe(first.access_token);
    expect(payloadOf(renewed.id_token).auth_time).toBe(payloadOf(first.id_token).auth_time);

    await context.clearCookies();
    expect(await run('app.renew()')).toMatchObject({ error: 'login_required' });
  });

  it('A17 is told consent_required in a hidden frame, as a public client on loopback', async () => {
    await open(nextDoor, { scope });
    await signInByRedirect();
    expect(await run('app.renew()')).toMatchObject({ error: 'consent_required' });
  });

  it('is told login_required in a hidden frame of another site, to which the browser gives no cookie', async () => {
    await open(elsewhere, { scope });
    await signInByRedirect();
    expect(await run('app.renew()')).toMatchObject({ error: 'login_required' });
  });

  it('shows no page of ours in a frame', async () => {
    await open(nextDoor, { scope });
    await run(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${server.issuer}/login' }))`,
    );
    const complaint = await page.waitForEvent('console', (message) => message.type() === 'error');
    expect(complaint.text()).toMatch(/frame/i);
  });

  it('G3 binds its tokens to a key that never leaves the browser, and refreshes with it', async () => {
    const dpop = { bind_authorization_code: true };
    await open(elsewhere, { scope: `${scope} offline_access`, dpop });
    const first = await signInByRedirect();
    expect(first.token_type).toBe('DPoP');
    const renewed = await run<Outcome>('app.renew()');
    expect(renewed.token_type).toBe('DPoP');
    expect(payloadOf(renewed.access_token).cnf).toEqual(payloadOf(first.access_token).cnf);

    const userinfo = `${server.issuer}/userinfo`;
    const proof = await run<string>(`app.proof('${userinfo}')`);
    const bound = { authorization: `DPoP ${renewed.access_token}`, dpop: proof };
    const asked = (headers: object): string =>
      `app.fetch('${userinfo}', { headers: ${JSON.stringify(headers)} })`;
    expect(await run(asked(bound))).toMatchObject({ status: 200 });
    expect(await run(asked({ authorization: `Bearer ${renewed.access_token}` }))).toMatchObject({
      status: 401,
    });
  });

  it('revokes its tokens', async () => {
    await open(elsewhere, { scope: `${scope} offline_access` });
    const { access_token: token } = await signInByRedirect();
    const userinfo = `app.fetch('${server.issuer}/userinfo', { headers: { authorization: 'Bearer ${token}' } })`;
    expect(await run(userinfo)).toMatchObject({ status: 200 });
    expect(await run('app.revoke()')).toBeUndefined();
    expect(await run(userinfo)).toMatchObject({ status: 401 });
  });

  it('C1 its script may call what it needs, with headers that take a preflight, and reads the answers', async () => {
    await open(elsewhere, { scope });
    const headers = { authorization: 'DPoP none', dpop: 'none' };
    expect(await statuses('POST', ['/token', '/revoke', '/par', '/device_authorization'], headers)).toEqual([
      401, 401, 401, 401,
    ]);
    expect(await statuses('GET', ['/userinfo', '/jwks'], headers)).toEqual([401, 200]);
    expect(
      await statuses(
        'GET',
        ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
        headers,
      ),
    ).toEqual([200, 200]);
  });

  it('A1 its script reads nothing of our pages, nor of what only servers call', async () => {
    await open(elsewhere, { scope });
    const pages = ['/authorize', '/login', '/account', '/consent', '/logout', '/device'];
    expect(new Set(await statuses('GET', pages))).toEqual(new Set(['blocked']));
    const others = ['/introspect', '/admin/clients'];
    expect(new Set(await statuses('POST', others))).toEqual(new Set(['blocked']));
  });

  const statuses = async (method: string, paths: string[], headers = {}): Promise<unknown[]> =>
    Promise.all(
      paths.map(async (path) => {
        const answer = await run<{ status: number } | 'blocked'>(
          `app.fetch('${server.issuer}${path}', ${JSON.stringify({ method, headers })})`,
        );
        return answer === 'blocked' ? answer : answer.status;
      }),
    );

  /** Shows the app as a client of its own. */
  async function open(app: SinglePageApp, settings: object, changes: Registration = {}): Promise<void> {
    const { clientId, secret } = await server.register({ ...registration(app), ...changes });
    const own = secret === '' ? {} : { client_secret: secret };
    app.configure({ ...settings, ...own, authority: server.issuer, client_id: clientId });
    await page.goto(app.origin);
    await shown();
  }

  const registration = ({ origin }: SinglePageApp): Registration => ({
    client_name: 'Single-page app',
    redirect_uris: ['/callback', '/popup', '/silent'].map((path) => origin + path),
    post_logout_redirect_uris: [`${origin}/signed-out`],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: `${scope} offline_access`,
  });

  async function signInByRedirect(): Promise<Outcome> {
    await page.evaluate('app.signIn()').catch(() => undefined);
    await fillIn(page);
    await page.click('#allow');
    await page.waitForURL(/\/callback/);
    return shown();
  }

  async function fillIn(at: Page): Promise<void> {
    await at.fill('[name=username]', alice.username);
    await at.fill('[name=password]', alice.password);
    await at.click('#submit');
  }

  /** What leads away from the page takes the script with it. */
  async function leaveBy(action: string, path: string): Promise<void> {
    await page.evaluate(action).catch(() => undefined);
    await page.waitForURL((url) => url.pathname === path);
  }

  async function shown(): Promise<Outcome> {
    await page.locator('#outcome:not(:empty)').waitFor();
    return JSON.parse((await page.textContent('#outcome')) ?? '') as Outcome;
  }

  const run = <T>(script: string): Promise<T> => page.evaluate<T>(script);
});
