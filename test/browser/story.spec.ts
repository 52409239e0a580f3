import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { buildEverything, type Demo, startDemo } from '../support/demo.js';

/** Where a picture of the demo goes, if it is wanted: `npm run screenshots`. */
const screenshots = process.env.EYRIE_TEST_SCREENSHOTS;

// Without EYRIE_TEST_CHROMIUM there is no browser to walk in; `npm test` says so at its end.
describeInChromium('The story, as `npm run demo` lets people walk it', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    await buildEverything();
    [demo, browser] = await Promise.all([
      startDemo(),
      chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments }),
    ]);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const inAnyWindow: [string, BrowserContextOptions][] = [
    ['with JavaScript', {}],
    [
      'without JavaScript, in a narrow window',
      { javaScriptEnabled: false, viewport: { width: 360, height: 740 } },
    ],
  ];

  it.each(inAnyWindow)(
    'Alice connects, sees her contacts, refreshes, withdraws, and the next call is refused: %s',
    (_window, options) =>
      visit(options, async (page) => {
        await signInOnTheWay(page);
        expect(await page.textContent('main')).toContain('Allow MessageWriter to use your account?');
        expect(await page.textContent('main')).toContain('Read your contacts');
        if (screenshots) await page.screenshot({ path: join(screenshots, 'demo-consent.png') });
        await page.click('#allow');
        await seesHeading(page, 'Alice’s contacts');
        expect(await page.locator('#contacts strong').allTextContents()).toEqual([
          'Bob Baker',
          'Carol Chen',
          'Dave Díaz',
        ]);

        await page.click('#refresh');
        await seesStep(page, 'Refreshed');
        await page.click('#read');
        await seesStep(page, 'ContactSaver answered with 3 contacts');

        await page.click('#account');
        await withdraw(page);

        await page.goto(demo.url);
        await seesHeading(page, 'Alice’s contacts');
        await page.click('#read');
        await seesHeading(page, 'MessageWriter may no longer read the contacts');
        const refusal = await page.textContent('main');
        expect(refusal).toMatch(/ContactSaver answered 401 Bearer .*error="invalid_token"/);
        expect(refusal).toContain('Eyrie answered invalid_grant');

        await page.goto(demo.url);
        await seesHeading(page, 'Write to the people you know');
      }),
  );

  it('what Alice denies stays closed until she allows it, and is closed again when she disconnects', () =>
    visit({}, async (page) => {
      await signInOnTheWay(page);
      await page.click('#deny');
      await seesHeading(page, 'You did not give MessageWriter access');
      expect(await page.textContent('main')).toContain('access_denied');

      await page.click('#connect');
      await page.click('#allow');
      await seesHeading(page, 'Alice’s contacts');
      await page.click('#disconnect');
      await seesHeading(page, 'Write to the people you know');
      expect(await page.textContent('[role=status]')).toContain('Disconnected');

      await page.goto(`${demo.issuer}/account`);
      await withdraw(page);
    }));

  it('without the scope that it needs, MessageWriter says so and stays unconnected', () =>
    visit({}, async (page) => {
      await signInOnTheWay(page);
      await page.getByLabel('Read your contacts').uncheck();
      await page.click('#allow');
      await seesHeading(page, 'MessageWriter cannot see your contacts');

      expect(await page.textContent('main')).toContain('did not allow “Read your contacts”');
      await page.goto(demo.url);
      await seesHeading(page, 'Write to the people you know');
    }));

  it('MessageWriter believes no answer that it does not wait for, and presses no button for another site', () =>
    visit({}, async (page) => {
      await page.goto(new URL('/callback?code=forged&state=forged', demo.url).href);
      await seesHeading(page, 'This response was not expected');

      const pressed = await fetch(new URL('/disconnect', demo.url), {
        method: 'POST',
        headers: { origin: demo.issuer },
      });
      expect(pressed.status).toBe(403);
    }));

  async function visit(options: BrowserContextOptions, walk: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    try {
      await walk(page);
    } catch (error) {
      const shown = await page.textContent('main', { timeout: 1_000 }).catch(() => 'nothing');
      throw new Error(`at ${page.url()}, which shows: ${shown?.replace(/\s+/g, ' ')}`, { cause: error });
    } finally {
      await context.close();
    }
  }

  /** From MessageWriter's first page to the consent page. */
  async function signInOnTheWay(page: Page): Promise<void> {
    await page.goto(demo.url);
    await page.click('#connect');
    await page.fill('[name=username]', demo.username);
    await page.fill('[name=password]', demo.password);
    await page.click('#submit');
    await page.waitForSelector('#allow');
    expect(new URL(page.url()).origin).toBe(demo.issuer);
  }

  /** On the account page. */
  async function withdraw(page: Page): Promise<void> {
    await seesHeading(page, 'Your account');
    await page.click('#withdraw-message-writer');
    await page.getByText('No application has access to your account').waitFor();
  }

  const seesHeading = (page: Page, name: string): Promise<void> =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  const seesStep = (page: Page, text: string): Promise<void> =>
    page.locator('#steps li').first().filter({ hasText: text }).waitFor();
});
