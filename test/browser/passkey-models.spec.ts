import { type Browser, chromium, type Page } from 'playwright-core';
import { PasskeysStore } from '../../src/persistence/stores/passkeys.store.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';
import { plugIn } from '../support/virtual-authenticator.js';

/** The model of Chromium's virtual authenticators. */
const virtual = '01020304-0506-0708-0102-030405060708';
const other = 'ee882879-721c-4913-9775-3dfcce97072a';

describeInChromium('Passkeys of chosen models, in Chromium', () => {
  let browser: Browser;
  let server: TestServer;
  let page: Page;
  let aliceId: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterEach(async () => {
    await page?.close();
    await server?.stop();
  });
  afterAll(() => browser?.close());

  /** Sets up a passkey in the account. */
  const setUpWith = async (models: string): Promise<void> => {
    const port = String(await freePort());
    server = await startServer({
      PORT: port,
      EYRIE_ISSUER: `http://localhost:${port}`,
      EYRIE_PASSKEY_MODELS: models,
    });
    aliceId = await server.createUser(alice);
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await plugIn(page);
    await page.goto(`${server.issuer}/login?to=security`);
    await page.fill('#username', alice.username);
    await page.fill('#password', alice.password);
    await page.click('#submit');
    await page.click('#set-up-passkey');
    await page.click('#use-passkey');
  };

  const kept = async (): Promise<string[]> =>
    (await server.app.get(PasskeysStore).of(aliceId)).map(({ aaguid }) => aaguid);

  it('a model of the list is taken', async () => {
    await setUpWith(`${other},${virtual}`);
    await page.waitForSelector('#codes');

    expect(await kept()).toEqual([virtual]);
  });

  it('another model is refused on the page, which can be tried again with another device', async () => {
    await setUpWith(other);
    await page.waitForSelector('#attempt-error');

    expect(await page.textContent('#attempt-error')).toContain('This kind of passkey is not allowed here.');
    expect(await page.isEnabled('#use-passkey')).toBe(true);
    expect(await kept()).toEqual([]);
  });
});
