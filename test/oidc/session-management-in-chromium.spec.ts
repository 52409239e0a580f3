import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { authorizeUrl } from '../support/authorization-requests.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';

describeInChromium('J1 session management in Chromium', () => {
  let server: TestServer;
  let site: Server;
  let browser: Browser;
  let context: BrowserContext;
  /** Of the relying party, whose every page holds the frame: another port of the same host is another origin. */
  let port: number;

  beforeAll(async () => {
    server = await startServer({ EYRIE_SESSION_MANAGEMENT: 'on' });
    await server.createUser(alice);
    site = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><title>Client</title><iframe id="op" src="${server.issuer}/check_session"></iframe>`,
        );
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    ({ port } = site.address() as AddressInfo);
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
    site.closeAllConnections();
    await new Promise((resolve) => site.close(resolve));
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  async function signInAt(page: Page): Promise<void> {
    await page.goto(`${server.issuer}/login`);
    await page.fill('[name=username]', alice.username);
    await page.fill('[name=password]', alice.password);
    await page.click('#submit');
    await page.waitForURL('**/account');
  }

  /** A page of a relying party that has just signed Alice in, and what it is to ask the frame. */
  async function signedInClient(home: string): Promise<{ page: Page; clientId: string; state: string }> {
    const { clientId, redirectUri } = await RelyingParty.register(server, {
      redirect_uris: [`${home}/callback`],
    });
    const page = await context.newPage();
    await signInAt(page);
    const query = { client_id: clientId, redirect_uri: redirectUri, scope: 'openid' };
    await page.goto(server.issuer + authorizeUrl(query));
    await page.click('#allow');
    await page.waitForURL(`${home}/callback?**`);
    return { page, clientId, state: new URL(page.url()).searchParams.get('session_state') ?? '' };
  }

  /** What the frame answers to a message of the page that holds it. */
  const ask = (page: Page, message: unknown): Promise<string> =>
    page.evaluate(
      `new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data), { once: true });
        document.getElementById('op').contentWindow.postMessage(${JSON.stringify(message)}, ${JSON.stringify(server.issuer)});
      })`,
    );

  it('J1 a page that polls receives unchanged, error for nonsense, and changed after sign-out and after the next sign-in', async () => {
    const { page, clientId, state } = await signedInClient(`http://127.0.0.1:${port}`);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const message = `${clientId} ${state}`;

    expect(await ask(page, message)).toBe('unchanged');
    expect(await ask(page, message)).toBe('unchanged');
    expect(await ask(page, `another-client ${state}`)).toBe('changed');
    for (const nonsense of ['', 'no-state', ` ${state}`, `${clientId} x.y`, 7, { clientId }, null])
      expect(await ask(page, nonsense)).toBe('error');

    // The sign-out happens in another tab, while this page goes on asking.
    const other = await context.newPage();
    await other.goto(`${server.issuer}/account`);
    await other.click('form[action="/account/sign-out"] button');
    await other.getByText('You are signed out').waitFor();
    expect(await ask(page, message)).toBe('changed');

    await signInAt(other);
    expect(await ask(page, message)).toBe('changed');
    expect(complaints).toEqual([]);
  });

  it('J1 over http the page of another site, whose frames do not get the cookie, never receives unchanged', async () => {
    const { page, clientId, state } = await signedInClient(`http://localhost:${port}`);
    expect(state).not.toBe('');
    // An error where the browser says that it keeps all cookies from frames of other sites.
    expect(['changed', 'error']).toContain(await ask(page, `${clientId} ${state}`));
  });

  it('J1 a window that does not hold the frame is not answered', async () => {
    const opener = await context.newPage();
    await opener.goto(`http://127.0.0.1:${port}/`);
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      opener.evaluate(`void (window.popup = open(${JSON.stringify(`${server.issuer}/check_session`)}))`),
    ]);
    await popup.waitForLoadState();
    // The popup is asked first: had it answered, its answer would be the first.
    const isAnsweredByPopup = await opener.evaluate(
      `new Promise((resolve) => {
        addEventListener('message', ({ source }) => resolve(source === window.popup), { once: true });
        window.popup.postMessage('x', '*');
        setTimeout(() => document.getElementById('op').contentWindow.postMessage('x', '*'), 300);
      })`,
    );
    expect(isAnsweredByPopup).toBe(false);
  });
});
