import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { BuiltInClients } from '../../src/provisioning/built-in-clients.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { alice, startServer, type TestServer } from '../support/server.js';

const administrator = { username: 'admin', password: 'the keys of the house', administrator: true };

// Without EYRIE_TEST_CHROMIUM there is no browser to open it in; `npm test` says so at its end.
describeInChromium('Swagger UI', () => {
  let server: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    server = await startServer();
    await server.app.get(BuiltInClients).ensure();
    await server.createUser(administrator);
    await server.createUser(alice);
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(60_000);
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== server.issuer)
        complaints.push(`asked ${request.url()}`);
    });
    await page.goto(`${server.issuer}/docs`);
  });
  afterEach(() => context.close());

  it('an administrator presses Authorize, signs in, allows it, and calls the admin API', async () => {
    await signInAndAllow(administrator);

    expect(await listClients()).toEqual({ status: '200', body: expect.stringContaining('eyrie-swagger-ui') });
    expect(complaints).toEqual([]);
  });

  it('an administrator stays signed in over a reload, and when the access token has expired', async () => {
    const worker = { ...administrator, username: 'worker' };
    await server.createUser(worker);
    await signInAndAllow(worker);

    await page.reload();
    expect(await listClients()).toMatchObject({ status: '200' });
    const first = await accessToken();
    expect(complaints).toEqual([]);

    for (let hours = 0; hours < 9; hours += 3) {
      server.clock.advance(3 * 3_600);
      await page.reload();
      expect(await listClients()).toMatchObject({ status: '200' });
    }
    expect(await accessToken()).not.toBe(first);
  });

  it('Logout forgets the sign-in, and ends what it had obtained', async () => {
    const leaver = { ...administrator, username: 'leaver' };
    await server.createUser(leaver);
    await signInAndAllow(leaver);
    const authorization = `Bearer ${await accessToken()}`;
    const isAccepted = async (): Promise<boolean> =>
      (await fetch(`${server.issuer}/admin/clients`, { headers: { authorization } })).ok;
    expect(await isAccepted()).toBe(true);

    const revoked = page.waitForResponse(`${server.issuer}/revoke`);
    await page.click('.auth-wrapper button.authorize');
    await page.locator('.modal-ux button', { hasText: 'Logout' }).click();
    expect((await revoked).status()).toBe(200);

    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(await isAccepted()).toBe(false);
    await page.reload();
    expect(await listClients()).toMatchObject({ status: '401' });
  });

  it('a sign-in that was ended elsewhere is forgotten at the next request', async () => {
    const dismissed = { ...administrator, username: 'dismissed' };
    const id = await server.createUser(dismissed);
    await signInAndAllow(dismissed);
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');

    expect(await listClients()).toMatchObject({ status: '401' });
    await page.locator('.auth-wrapper button.authorize.unlocked').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('an administrator whose password must be changed changes it on the way', async () => {
    const first = { ...administrator, username: 'first', password_change_required: true };
    await server.createUser(first);
    const popup = await authorize();
    await signIn(popup, first);
    await popup.fill('[name=new_password]', 'nobody else knows this one');
    await popup.fill('[name=new_password_again]', 'nobody else knows this one');
    await popup.click('#submit');
    const closed = popup.waitForEvent('close');
    await popup.click('#allow');
    await closed;

    await page.locator('.modal-ux button', { hasText: 'Logout' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('the untouched list of audit events shows every kind, and an untouched change of a user names no member', async () => {
    const second = { ...administrator, username: 'second' };
    await server.createUser(second);
    await signInAndAllow(second);

    const list = await shown('Audit', 'listAuditEvents');
    await list.click();
    await list.getByRole('button', { name: 'Try it out' }).click();
    const asked = page.waitForRequest((request) => request.url().includes('/admin/audit-events'));
    await list.getByRole('button', { name: 'Execute' }).click();
    expect([...new URL((await asked).url()).searchParams.keys()]).toEqual(['limit']);

    const change = await shown('Users', 'updateUser');
    await change.click();
    await change.getByRole('button', { name: 'Try it out' }).click();
    expect((await change.locator('textarea').inputValue()).trim()).toBe('{}');
  });

  it.each([
    ['a word of a summary', 'REVOKE a grant', ['/admin/grants/{grant_id}']],
    ['a part of a path', 'keys/', ['/admin/keys/rotate', '/admin/keys/{kid}/withdraw']],
    ['a tag', 'logout del', ['/admin/logout-deliveries', '/admin/logout-deliveries/{delivery_id}/retry']],
    ['what nothing has', 'unicorns', []],
  ])('finds operations by %s', async (_what, typed, paths) => {
    const unwanted = page.locator('#operations-Clients-listClients');
    await unwanted.waitFor();
    await page.fill('.operation-filter-input', typed);
    await unwanted.waitFor({ state: 'detached' });
    const found = await page.locator('.opblock-summary-path').allInnerTexts();
    expect(found.map((path) => path.replaceAll('\u200B', ''))).toEqual(paths);
  });

  it('somebody who is no administrator comes back with access_denied', async () => {
    const popup = await authorize();
    const closed = popup.waitForEvent('close');
    await signIn(popup, alice);
    await closed;

    expect(await page.locator('.modal-ux .errors').textContent()).toContain('access_denied');
  });

  async function authorize(): Promise<Page> {
    await page.click('.auth-wrapper button.authorize');
    const popup = context.waitForEvent('page');
    await page.click('.modal-ux button.authorize');
    return popup;
  }

  async function signInAndAllow(person: typeof administrator): Promise<void> {
    const popup = await authorize();
    await signIn(popup, person);
    const closed = popup.waitForEvent('close');
    await popup.click('#allow');
    await closed;
    await page.click('.modal-ux button.btn-done');
  }

  /** An operation of the page, which shows those near by alone: somebody scrolls down to it, from the top. */
  async function shown(tag: string, id: string): Promise<Locator> {
    const found = page.locator(`#operations-${tag}-${id}`);
    const end = await page.evaluate('document.documentElement.scrollHeight');
    for (let y = 0; (await found.count()) === 0 && y <= Number(end); y += 300)
      await page.evaluate(`scrollTo(0, ${y}); new Promise(requestAnimationFrame)`);
    return found;
  }

  /** Executes the untouched operation. */
  async function listClients(): Promise<{ status: string | undefined; body: string | null }> {
    const operation = page.locator('#operations-Clients-listClients');
    await operation.click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table .response');
    await answer.waitFor();
    const status = await answer.locator('.response-col_status').textContent();
    return { status: status?.slice(0, 3), body: await answer.textContent() };
  }

  function accessToken(): Promise<string> {
    return page.evaluate('ui.authSelectors.authorized().first().getIn(["token", "access_token"])');
  }

  async function signIn(
    popup: Page,
    { username, password }: { readonly username: string; readonly password: string },
  ): Promise<void> {
    await popup.fill('[name=username]', username);
    await popup.fill('[name=password]', password);
    await popup.click('#submit');
  }
});
