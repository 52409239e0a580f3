import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { buildEverything, type Demo, startDemo } from '../support/demo.js';
import { slapdPath } from '../support/directory.js';

// Without EYRIE_TEST_CHROMIUM there is no browser to walk in; `npm test` says so at its end.
describeInChromium('Somebody of a company, as `npm run demo -- directory` lets people walk it', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    await buildEverything();
    [demo, browser] = await Promise.all([
      startDemo('directory'),
      chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments }),
    ]);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** Connects the application with an account that `signIn` proves, and sees the contacts of its owner. */
  const connect = async (signIn: (page: Page) => Promise<void>): Promise<Page> => {
    const context = await browser.newContext();
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.goto(demo.url);
    await page.click('#connect');
    await page.waitForURL('**/login**');
    await signIn(page);
    await page.waitForSelector('#allow');
    await page.click('#allow');
    await page.waitForSelector('#contacts');
    return page;
  };
  const atCompany = (company: string, person: string) => async (page: Page) => {
    await page.click(`button[name="upstream"]:has-text("${company}")`);
    await page.click(`button:has-text("${person}")`);
  };
  const atDirectory = (username: string) => async (page: Page) => {
    await page.fill('#username', username);
    await page.fill('#password', demo.password);
    await page.click('#submit');
  };

  it.each([
    ['Acme, by OpenID Connect', 'ada@acme.example', atCompany('Acme', 'Ada Acme')],
    ['Globex, by SAML 2.0', 'grace@globex.example', atCompany('Globex', 'Grace Globex')],
    ...(slapdPath ? [['Initech, by LDAP', 'ida@initech.example', atDirectory('ida')] as const] : []),
  ] as const)(
    'signs in at %s, lets the application in, and has an account here',
    async (_company, email, signIn) => {
      const page = await connect(signIn);
      await page.goto(`${demo.issuer}/account/email`);
      expect(await page.content()).toContain(email);
      await page.context().close();
    },
  );
});
