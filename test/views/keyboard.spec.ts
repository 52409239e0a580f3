import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { type Focused, Keyboard } from '../support/keyboard.js';
import { PageServer } from '../support/page-server.js';
import { pageNames } from '../support/rendering.js';

/** Taller than every page, so that sticky elements are in their usual places. */
const whole = { width: 1280, height: 3_000 };
const phone = { width: 360, height: 740 };

const withoutMark = (all: readonly Focused[]): string[] =>
  all.filter(({ isMarked }) => !isMarked).map(({ tag }) => tag);

/** What is reached after something that stands below it, or, in the same line, behind it. */
function outOfOrder(all: readonly Focused[], direction: string): string[] {
  return all
    .filter((focused, index) => {
      const before = all[index - 1];
      if (!before) return false;
      const isAbove = focused.bottom <= before.top;
      const isInLine = focused.top < before.bottom && !isAbove;
      const isBehind = direction === 'rtl' ? focused.left > before.left : focused.left < before.left;
      return isAbove || (isInLine && isBehind);
    })
    .map(({ tag }) => tag);
}

describeInChromium('Every page at the keyboard', () => {
  let pages: PageServer;
  let browser: Browser;

  beforeAll(async () => {
    pages = await PageServer.start();
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.stop();
  });

  describe.each([
    { language: 'en', direction: 'ltr' },
    { language: 'ar', direction: 'rtl' },
  ])('in $language', ({ language, direction }) => {
    let page: Page;
    let keyboard: Keyboard;

    beforeAll(async () => {
      page = await browser.newPage({ viewport: whole });
      keyboard = new Keyboard(page);
    });
    afterAll(() => page.close());

    it.each(pageNames)(
      '%s: Tab reaches every control in the order of the page, marks it, and leaves the page',
      async (name) => {
        await keyboard.open(`${pages.origin}/${name}?language=${language}&still`);
        // Its languages are a part of every page.
        await page.evaluate("document.querySelector('details.languages')?.setAttribute('open', '')");
        const reached = await keyboard.walk();

        expect(reached.map(({ tag }) => tag)).toEqual(await keyboard.reachable());
        expect(withoutMark(reached)).toEqual([]);
        expect(outOfOrder(reached, direction)).toEqual([]);
        const back = await keyboard.walkBack();
        expect(back.map(({ place }) => place)).toEqual(reached.map(({ place }) => place).toReversed());
      },
    );
  });

  it.each(pageNames)('%s: what has the focus is in view on a phone, and nothing covers it', async (name) => {
    const page = await browser.newPage({ viewport: phone });
    const keyboard = new Keyboard(page);
    await keyboard.open(`${pages.origin}/${name}?language=ar&still`);
    const reached = await keyboard.walk();
    await page.close();

    expect(reached.filter(({ isInView }) => !isInView).map(({ tag }) => tag)).toEqual([]);
  });

  it.each(pageNames)('%s: an error has the focus, or describes the field that has it', async (name) => {
    const page = await browser.newPage({ viewport: phone });
    const keyboard = new Keyboard(page);
    await keyboard.open(`${pages.origin}/${name}?still`);
    const alerts = await page.$$eval('[role="alert"]', (found) =>
      found.filter((alert) => alert.checkVisibility()).map(({ id }) => id),
    );
    const focused = await keyboard.focused();
    await page.close();

    // What tells the error is named, and the focus leads there.
    for (const id of alerts) expect([focused?.id, ...(focused?.describedBy ?? [])]).toContain(id);
  });
});
