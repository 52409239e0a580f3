import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { chromiumArguments, chromiumPath, describeInChromium } from '../support/chromium.js';
import { brandRules, SampleBrand } from '../support/sample-brand.js';
import { startServer, type TestServer } from '../support/server.js';

describeInChromium('A style sheet of the operator in Chromium', () => {
  const requested: string[] = [];
  let elsewhere: Server;
  let brand: SampleBrand;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      requested.push(request.url ?? '');
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    brand = new SampleBrand(brandRules(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`));
    server = await startServer(brand.settings);
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    brand?.remove();
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it.each([
    ['light', 'rgb(122, 31, 92)', 'rgb(246, 240, 244)'],
    ['dark', 'rgb(173, 116, 154)', 'rgb(13, 20, 23)'],
  ] as const)(
    'is in force on %s pages with logo and colours, and reaches no other server',
    async (colorScheme, accent, ground) => {
      const page = await browser.newPage({ colorScheme });
      await page.goto(`${server.issuer}/login`, { waitUntil: 'networkidle' });
      const look = await page.evaluate(
        `(() => {
          const style = (selector) => getComputedStyle(document.querySelector(selector));
          const logo = document.querySelector('.logo');
          return [style('.primary').backgroundColor, style('body').backgroundColor, style('.card').borderTopWidth, logo.naturalWidth, new URL(logo.currentSrc).pathname];
        })()`,
      );
      await page.close();

      const logo = colorScheme === 'light' ? '/brand/logo' : '/brand/logo-dark';
      expect(look).toEqual([accent, ground, '3px', 160, logo]);
      expect(requested).toEqual([]);
    },
  );
});
