import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { readIcon, readStyleSheet } from '../../src/views/static-asset.js';
import { pageNames, render } from '../support/rendering.js';
import { type PageName, samples } from '../support/sample-pages.js';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const POLICY = `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; script-src 'nonce-nonce-1'; frame-ancestors 'none'; base-uri 'none'`;

const inChromium = existsSync(CHROMIUM) ? describe : describe.skip;

inChromium('pages in Chromium, under their content security policy', () => {
  let server: Server;
  let browser: Browser;
  let origin: string;
  let posted: string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      void answer(request).then(([type, body]) => {
        response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY });
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = originOf(server);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  });

  beforeEach(() => {
    posted = [];
  });

  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function answer(request: IncomingMessage): Promise<[type: string, body: string]> {
    const path = new URL(request.url ?? '/', origin).pathname;
    if (path === '/style.css') return ['text/css', readStyleSheet().text];
    if (path === '/icon.svg') return ['image/svg+xml', readIcon().text];
    if (request.method === 'POST') {
      posted.push(await bodyOf(request));
      return ['text/html; charset=utf-8', '<!doctype html><title>Received</title>'];
    }
    const name = pageNames.find((candidate) => path === `/${candidate}`) ?? 'home';
    return ['text/html; charset=utf-8', render(name, modelFor(name))];
  }

  /** The samples, with what would leave this server pointed back at it. */
  function modelFor(name: PageName): object {
    if (name === 'form-post') return { ...samples['form-post'], action: `${origin}/callback` };
    if (name === 'consent' || name === 'device-confirm') return { ...samples[name], logoUri: undefined };
    if (name === 'signed-out') return { clientName: samples['signed-out'].clientName };
    return samples[name];
  }

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
    expect(Object.fromEntries(new URLSearchParams(posted[0]))).toEqual(samples['form-post'].fields);
  });

  it('without JavaScript the form_post button does the same', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/form-post`);
      await page.click('#continue');
      await page.waitForURL('**/callback');
    });
    expect(Object.fromEntries(new URLSearchParams(posted[0]))).toEqual(samples['form-post'].fields);
  });

  it('a refused scope stays out of the posted consent, a required one stays in', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/consent`);
      await page.getByLabel('Change your contacts').uncheck();
      await page.click('#allow');
      await page.waitForURL('**/consent');
    });
    const form = new URLSearchParams(posted[0]);
    expect(form.getAll('scope')).toEqual(['openid', 'contacts.read']);
    expect(form.getAll('decision')).toEqual(['allow']);
  });

  it('Enter on a scope decides nothing', async () => {
    await visit({}, async (page) => {
      await page.goto(`${origin}/consent`);
      await page.getByLabel('Read your contacts').press('Enter');
      await page.getByLabel('Change your contacts').press('Space');
      expect(posted).toEqual([]);
      await page.click('#allow');
      await page.waitForFunction("document.title === 'Received'");
    });
    const form = new URLSearchParams(posted[0]);
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
      expect(await page.locator('time').first().textContent()).toBe('20 November 2026, 17:03 GMT+9');
    });
  });

  it.each(pageNames.filter((name) => name !== 'form-post'))(
    '%s fits a window of 320 pixels and breaks no policy',
    async (name) => {
      const complaints: string[] = [];
      const excess = await visit({ viewport: { width: 320, height: 568 } }, async (page) => {
        page.on('console', (message) => complaints.push(message.text()));
        await page.goto(`${origin}/${name}`);
        return page.evaluate('document.documentElement.scrollWidth - innerWidth');
      });
      expect(excess).toBe(0);
      expect(complaints).toEqual([]);
    },
  );
});

function originOf(server: Server): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has this address
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
