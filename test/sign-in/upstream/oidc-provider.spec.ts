import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { TestBrowser } from '../../support/browser.js';
import { isSignedIn } from '../../support/logout.js';
import { startServer, type TestServer } from '../../support/server.js';
import { goTo, registerUpstream } from '../../support/upstream.js';

/** Signs in and consents at the provider. @returns where it sends the browser back to */
async function through(browser: TestBrowser, url: string): Promise<string> {
  let page = await browser.open(url);
  for (let pages = 0; pages < 4 && !page.headers.get('location'); pages += 1)
    page = page.html.includes('name="login"')
      ? await browser.submit(page, { login: 'nils', password: 'any' })
      : await browser.submit(page, { prompt: 'consent' });
  return page.headers.get('location') ?? page.html;
}

describe('oidc-provider as an upstream', () => {
  let server: TestServer;
  let provider: ChildProcess;
  let issuer = '';
  beforeAll(async () => {
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    provider = spawn(process.execPath, ['test/support/oidc-provider.mjs'], {
      env: {
        PATH: process.env['PATH'],
        REDIRECT_URI: `${server.issuer}/upstream/acme/callback`,
        BACKCHANNEL_LOGOUT_URI: `${server.issuer}/upstream/acme/backchannel-logout`,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (!provider.stdout) throw new Error('the provider prints nothing');
    for await (const line of createInterface(provider.stdout)) {
      issuer = /^issuer (.*)$/.exec(line)?.[1] ?? '';
      if (issuer) break;
    }
    await registerUpstream(server, { issuer }, { userinfo: true, trusted_email_domains: ['acme.example'] });
  });
  afterAll(async () => {
    await server.stop();
    const ended = once(provider, 'exit');
    provider.kill();
    await ended;
  });

  it('signs people in, who get accounts with its claims', async () => {
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'));
    const signedIn = await browser.open(await through(new TestBrowser(issuer), url));

    expect(signedIn.url).toMatch(/\/account$/);
    expect(await server.app.get(UsersStore).findByUsername('nils')).toMatchObject({
      name: 'Nils Nest',
      email: 'nils@acme.example',
      emailVerified: true,
    });
  });

  it('L1 its back-channel logout ends the session that came from it, and no other', async () => {
    const signedIn = async (there: TestBrowser): Promise<TestBrowser> => {
      const here = new TestBrowser(server.issuer);
      const url = await goTo(here, await here.open('/login'));
      await here.open(await through(there, url));
      expect(await isSignedIn(here)).toBe(true);
      return here;
    };
    const there = new TestBrowser(issuer);
    const here = await signedIn(there);
    const other = await signedIn(new TestBrowser(issuer));
    const page = await there.open('/session/end');
    const xsrf = /name="xsrf" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    await there.submit(page, { xsrf, logout: 'yes' });

    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(other)).toBe(true);
  });
});
