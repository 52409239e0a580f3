import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { generate } from 'otplib';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { buildEverything, type Demo, startDemo } from '../support/demo.js';
import { plugIn } from '../support/virtual-authenticator.js';

const username = 'bob';
const email = 'bob@example.org';
const password = 'quiet violet umbrella';
const newPassword = 'loud yellow parasol';

// Without EYRIE_TEST_CHROMIUM there is no browser to walk in; `npm test` says so at its end.
describeInChromium('A person, as `npm run demo` lets people walk it', () => {
  let demo: Demo;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    await buildEverything();
    [demo, browser] = await Promise.all([
      startDemo(),
      chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments }),
    ]);
    await useAnotherBrowser();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  // Each step begins where the one before it has ended.
  it('signs up by the mailed link, and in', async () => {
    await open('/sign-up');
    await page.fill('#email', email);
    await page.click('#submit');
    await page.waitForSelector('[role="status"]');
    await followMail('Create your account');
    await page.fill('#username', username);
    await page.fill('#new_password', password);
    await page.fill('#new_password_again', password);
    await page.click('#submit');
    await expectHeading('Sign in');
    await signIn(password);
    await expectHeading('Your account');
  });

  it('sets an authenticator app up, and needs its code in another browser', async () => {
    await open('/account/security');
    await page.click('#set-up-one-time-code');
    const secret = ((await page.textContent('#secret')) ?? '').replaceAll(/\s/g, '');
    await page.fill('#code', await generate({ secret }));
    await page.click('#submit');
    await page.waitForSelector('#codes');
    const [recoveryCode] = await page.locator('#codes code').allTextContents();
    await page.click('#submit');
    await page.waitForURL('**/account/security');

    await useAnotherBrowser();
    await open('/login');
    await signIn(password);
    await expectHeading('Confirm that it is you');
    await page.click('#other-recovery-code');
    await page.fill('#code', recoveryCode ?? '');
    await page.click('#submit');
    await expectHeading('Your account');
  });

  it('sets a passkey up, and signs in with it alone', async () => {
    await plugIn(page);
    await open('/account/security');
    await page.click('#set-up-passkey');
    await page.fill('#name', 'My laptop');
    await page.click('#use-passkey');
    await page.waitForURL('**/account/security');
    expect(await page.textContent('#passkeys')).toContain('My laptop');

    await context.clearCookies();
    // The browser offers its only passkey beside the name, and takes it by itself.
    await open('/login');
    await expectHeading('Your account');
    expect(await page.textContent('main')).toContain(username);
  });

  it('replaces a forgotten password by the mailed link', async () => {
    await useAnotherBrowser();
    await open('/login');
    await page.click('#forgotten');
    await page.fill('#name', username);
    await page.click('#submit');
    await page.waitForSelector('[role="status"]');
    await followMail('password');
    await page.fill('#new_password', newPassword);
    await page.fill('#new_password_again', newPassword);
    await page.click('#submit');
    await expectHeading('Your password is set');

    await open('/login');
    await signIn(password);
    await page.waitForSelector('[role="alert"]');
    await signIn(newPassword);
    await expectHeading('Confirm that it is you');
  });

  const open = (path: string): Promise<unknown> => page.goto(demo.issuer + path);

  async function useAnotherBrowser(): Promise<void> {
    await context?.close();
    context = await browser.newContext();
    context.setDefaultTimeout(30_000);
    page = await context.newPage();
  }

  async function signIn(withPassword: string): Promise<void> {
    await page.fill('#username', username);
    await page.fill('#password', withPassword);
    await page.click('#submit');
  }

  /** Follows the link of a mail once it has come: the mailbox looks again by itself. */
  async function followMail(subject: string): Promise<void> {
    const mail = page.locator('article').filter({ hasText: email }).filter({ hasText: subject });
    await page.goto(demo.mailboxUrl);
    await mail.first().locator('a[href*="token="]').click();
  }

  const expectHeading = (name: string): Promise<void> =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
});
