import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { languages } from '../../src/locales/languages.js';
import { PageServer } from '../support/page-server.js';
import { pageNames } from '../support/rendering.js';
import { samples } from '../support/sample-pages.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

const inChromium = existsSync(CHROMIUM) ? describe : describe.skip;

inChromium('pages in Chromium, under their content security policy', () => {
  let pages: PageServer;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    pages = await PageServer.start();
    ({ origin } = pages);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  });

  beforeEach(() => {
    pages.posted = [];
  });

  afterAll(async () => {
    await browser.close();
    await pages.stop();
  });

  async function visit<Result>(
    options: Parameters<Browser['newPage']>[0],
    task: (page: Page) => Promise<Result>,
  ): Promise<Result> {
    const page = await browser.newPage(options);
    try {
      return await task(page);
    } finally {
      await page.close();
    }
  }

  it('a form_post response submits itself by its nonce, values unchanged', async () => {
    await visit({}, async (page) => {
      await page.goto(`${origin}/form-post`, { waitUntil: 'commit' });
      await page.waitForURL('**/callback');
    });
    expect(Object.fromEntries(new URLSearchParams(pages.posted[0]))).toEqual(samples['form-post'].fields);
  });

  it('without JavaScript the form_post button does the same', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/form-post`);
      await page.click('#continue');
      await page.waitForURL('**/callback');
    });
    expect(Object.fromEntries(new URLSearchParams(pages.posted[0]))).toEqual(samples['form-post'].fields);
  });

  it('a refused scope stays out of the posted consent, a required one stays in', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/consent`);
      await page.getByLabel('Change your contacts').uncheck();
      await page.click('#allow');
      await page.waitForURL('**/consent');
    });
    const form = new URLSearchParams(pages.posted[0]);
    expect(form.getAll('scope')).toEqual(['openid', 'contacts.read']);
    expect(form.getAll('decision')).toEqual(['allow']);
  });

  it('Enter on a scope decides nothing', async () => {
    await visit({}, async (page) => {
      await page.goto(`${origin}/consent`);
      await page.getByLabel('Read your contacts').press('Enter');
      await page.getByLabel('Change your contacts').press('Space');
      expect(pages.posted).toEqual([]);
      await page.click('#allow');
      await page.waitForFunction("document.title === 'Received'");
    });
    const form = new URLSearchParams(pages.posted[0]);
    expect([form.get('decision'), form.getAll('scope')]).toEqual(['allow', ['openid', 'contacts.read']]);
  });

  it('Allow and Deny are in view with 24 scopes, in a small window too', async () => {
    await visit({ viewport: { width: 360, height: 640 } }, async (page) => {
      await page.goto(`${origin}/consent`);
      await page.evaluate(
        "const scope = document.querySelector('.scope'); for (let n = 0; n < 24; n++) scope.after(scope.cloneNode(true));",
      );
      for (const id of ['allow', 'deny']) {
        const box = await page.locator(`#${id}`).boundingBox();
        expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
      }
    });
  });

  it('times are shown in the time zone of the browser', async () => {
    await visit({ timezoneId: 'Asia/Tokyo' }, async (page) => {
      await page.goto(`${origin}/account`);
      expect(await page.locator('time').first().textContent()).toBe('21 November 2026, 23:03 GMT+9');
    });
  });

  it.each(pageNames)(
    '%s fits a window of 320 pixels in every language and breaks no policy',
    async (name) => {
      const complaints: string[] = [];
      const excess: Record<string, unknown> = {};
      await visit(
        { viewport: { width: 320, height: 568 }, javaScriptEnabled: name !== 'form-post' },
        async (page) => {
          page.on('console', (message) => complaints.push(message.text()));
          for (const { tag } of languages) {
            await page.goto(`${origin}/${name}?language=${tag}`);
            excess[tag] = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          }
        },
      );
      expect(excess).toEqual(Object.fromEntries(languages.map(({ tag }) => [tag, 0])));
      expect(complaints).toEqual([]);
    },
  );
});
