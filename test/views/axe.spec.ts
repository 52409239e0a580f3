import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { languages } from '../../src/locales/languages.js';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { PageServer } from '../support/page-server.js';
import { pageNames } from '../support/rendering.js';
import { SampleBrand } from '../support/sample-brand.js';

/** A way in which people look at the pages. */
interface Look {
  readonly language: string;
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  /** Eyrie's own look, or that of an operator. */
  readonly brand: 'plain' | 'branded';
}

const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

/** Where screenshots go, if they are wanted: `npm run screenshots`. Then every language is looked at. */
const folder = process.env.EYRIE_TEST_SCREENSHOTS;

/** The two that differ the most, and those between them. */
const extremes: readonly Look[] = [
  { language: 'en', colorScheme: 'light', viewport: desktop, brand: 'plain' },
  { language: 'ar', colorScheme: 'dark', viewport: phone, brand: 'branded' },
];
const between: readonly Look[] = [
  { language: 'en', colorScheme: 'dark', viewport: phone, brand: 'plain' },
  { language: 'ar', colorScheme: 'light', viewport: phone, brand: 'plain' },
  { language: 'ar', colorScheme: 'dark', viewport: desktop, brand: 'plain' },
  { language: 'en', colorScheme: 'light', viewport: desktop, brand: 'branded' },
];
const looks: readonly Look[] = folder
  ? [
      ...languages.flatMap(({ tag: language }): Look[] => [
        { language, colorScheme: 'light', viewport: desktop, brand: 'plain' },
        { language, colorScheme: 'dark', viewport: phone, brand: 'plain' },
      ]),
      ...[...extremes, ...between].filter(({ brand }) => brand === 'branded'),
    ]
  : [...extremes, ...(process.env.EYRIE_TEST_FULL === '1' ? between : [])];
describeInChromium('Every page, as axe sees it', () => {
  const sample = new SampleBrand();
  let servers: Readonly<Record<Look['brand'], PageServer>>;
  let browser: Browser;
  let axe: string;

  beforeAll(async () => {
    servers = { plain: await PageServer.start(), branded: await PageServer.start(sample.settings) };
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
    axe = await readFile(
      join(import.meta.dirname, '..', '..', 'node_modules', 'axe-core', 'axe.min.js'),
      'utf8',
    );
    if (folder) await mkdir(folder, { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    await servers.plain.stop();
    await servers.branded.stop();
    sample.remove();
  });

  describe.each(looks)(
    'in $language, $colorScheme, $viewport.width pixels wide, $brand',
    ({ language, brand, ...look }) => {
      let page: Page;

      beforeAll(async () => {
        page = await browser.newPage(look);
      });
      afterAll(() => page.close());

      it.each(pageNames)('%s has no violation', async (name) => {
        await page.goto(`${servers[brand].origin}/${name}?language=${language}&still`);
        if (folder) await page.screenshot({ path: shotOf(name, language, brand, look), fullPage: true });
        // The menu is part of every page, and looked at as open.
        await page.evaluate("document.querySelector('details.languages')?.setAttribute('open', '')");
        expect(await violationsOn(page)).toEqual([]);
      });
    },
  );

  async function violationsOn(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }
});

const shotOf = (
  name: string,
  language: string,
  brand: Look['brand'],
  { colorScheme, viewport }: Pick<Look, 'colorScheme' | 'viewport'>,
): string => {
  const look = `${language}-${colorScheme}-${viewport.width}${brand === 'branded' ? '-branded' : ''}`;
  return join(folder ?? '', `${name}-${look}.png`);
};
