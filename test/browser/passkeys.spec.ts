import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';

interface Authenticator {
  readonly authenticatorId: string;
}

// Without EYRIE_TEST_CHROMIUM there is no browser to run it in; `npm test` says so at its end.
describeInChromium('K1 Passkeys', () => {
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let cdp: CDPSession;
  let device: Authenticator;
  let count = 0;
  let user: { username: string; password: string };

  beforeAll(async () => {
    const port = String(await freePort());
    server = await startServer({ PORT: port, EYRIE_ISSUER: `http://localhost:${port}` });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    user = { username: `user-${++count}`, password: alice.password };
    await server.createUser(user);
    context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    page = await context.newPage();
    cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    device = await plugIn();
  });
  afterEach(() => context.close());

  /** A virtual authenticator, which confirms everything by itself. */
  async function plugIn(
    options: { isUserVerified?: boolean; backupEligible?: boolean } = {},
  ): Promise<Authenticator> {
    return cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: options.isUserVerified ?? true,
        automaticPresenceSimulation: true,
        defaultBackupEligibility: options.backupEligible ?? false,
        defaultBackupState: options.backupEligible ?? false,
      },
    });
  }

  const open = (path: string): Promise<unknown> => page.goto(`${server.issuer}${path}`);

  async function signInWithPassword(): Promise<void> {
    await page.fill('#username', user.username);
    await page.fill('#password', user.password);
    await page.click('#submit');
  }

  /** The device confirms by itself, or leaves what a browser asks for unanswered. */
  const confirms = (enabled: boolean): Promise<unknown> =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { ...device, enabled });

  /** Opens the sign-in page, on which the browser asks for a passkey by itself, and leaves that unanswered. */
  async function openUnanswered(): Promise<void> {
    await confirms(false);
    await open('/login');
    await page.waitForSelector('#use-passkey');
  }

  /** Presses the button that asks for a passkey. */
  async function usePasskey(): Promise<void> {
    await confirms(true);
    await page.click('#use-passkey');
  }

  /** Sets a passkey up in the account, after a sign-in with the password. */
  async function setUp(): Promise<void> {
    await open('/login');
    await signInWithPassword();
    await page.waitForURL('**/account');
    await open('/account/security');
    await page.click('#set-up-passkey');
    await page.fill('#name', 'My laptop');
    await page.click('#use-passkey');
    await page.waitForSelector('#codes');
    await page.click('#submit');
    await page.waitForURL('**/account/security');
    expect(await page.textContent('#passkeys')).toContain('My laptop');
    await context.clearCookies();
  }

  it('is set up in the account, and signs in by itself without a name', async () => {
    await setUp();
    await openUnanswered();
    await usePasskey();
    await page.waitForURL('**/account');
    expect(await page.textContent('main')).toContain(user.username);
    await context.clearCookies();
    await open('/login');
    // The browser offers it beside the name, and here takes it at once.
    await page.waitForURL('**/account');

    const { credentials } = await cdp.send('WebAuthn.getCredentials', device);
    expect(credentials).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }]);
  });

  it('confirms a password as second factor', async () => {
    await setUp();
    await openUnanswered();
    await signInWithPassword();
    await page.waitForSelector('h1:has-text("Confirm that it is you")');
    await usePasskey();
    await page.waitForURL('**/account');
    expect(await page.textContent('main')).toContain(user.username);
  });

  it('is refused when its counter has not gone on, as that of a copy', async () => {
    await setUp();
    const { credentials } = await cdp.send('WebAuthn.getCredentials', device);
    const [credential] = credentials;
    await openUnanswered();
    await usePasskey();
    await page.waitForURL('**/account');
    await context.clearCookies();

    await cdp.send('WebAuthn.removeVirtualAuthenticator', device);
    device = await plugIn();
    await cdp.send('WebAuthn.addCredential', { ...device, credential: credential! });
    await openUnanswered();
    await usePasskey();
    await page.waitForSelector('#sign-in-error');
    expect(await page.textContent('#sign-in-error')).toContain('This passkey cannot be used here.');
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('eyrie_session');
  });

  it('is refused when its owner has removed it', async () => {
    await setUp();
    await openUnanswered();
    await usePasskey();
    await page.waitForURL('**/account');
    await open('/account/security');
    await page.click('#passkeys button');
    await page.waitForSelector('#notice');
    await context.clearCookies();

    await openUnanswered();
    await usePasskey();
    await page.waitForSelector('#sign-in-error');
    await signInWithPassword();
    await page.waitForURL('**/account');
    expect(await page.textContent('main')).toContain(user.username);
  });

  it('is refused when its answer is sent a second time, or by another browser', async () => {
    await setUp();
    await openUnanswered();
    const posted = page.waitForRequest((request) => request.method() === 'POST');
    await usePasskey();
    const body = (await posted).postData() ?? '';
    await page.waitForURL('**/account');
    const [cookie] = (await context.cookies()).filter(({ name }) => name.startsWith('eyrie_browser'));
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.issuer}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.issuer, ...headers },
        body,
        redirect: 'manual',
      });
    const again = await send({ cookie: `${cookie?.name}=${cookie?.value}` });
    expect(again.status).toBe(401);
    expect(again.headers.getSetCookie().join()).not.toContain('eyrie_session');
    expect((await send({})).status).toBe(403);
  });
});
