import type { AddressInfo } from 'node:net';
import { authorizeUrl } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, useServer } from '../support/server.js';
import { signOut } from '../support/forms.js';

/** Name and attributes of each cookie that an answer sets, its value left out. */
const cookiesSet = (page: Shown): string[] =>
  page.headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '').replace(/Expires=[^;]*/, 'Expires'));

describe('E1 cookies', () => {
  describe('under http', () => {
    const server = useServer({}, { users: [alice], clients: [messageWriter] });

    it('E1 are HttpOnly and SameSite=Lax for this host and every path', async () => {
      const browser = new TestBrowser(server.issuer);
      const page = await browser.open('/login');
      expect(cookiesSet(page)).toEqual(['eyrie_browser; Path=/; HttpOnly; SameSite=Lax']);

      const signedIn = await browser.post(page, { username: alice.username, password: alice.password });

      expect(cookiesSet(signedIn)).toEqual([
        'eyrie_session; Path=/; HttpOnly; SameSite=Lax',
        'eyrie_device; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax',
      ]);
    });

    it('E1 are set for no one by an answer that needs none', async () => {
      for (const path of [
        '/',
        '/jwks',
        '/.well-known/openid-configuration',
        '/nowhere',
        authorizeUrl({ prompt: 'none' }),
      ]) {
        expect(cookiesSet(await new TestBrowser(server.issuer).send(path))).toEqual([]);
      }
    });

    it('E1 the session cookie changes at sign-in, and the one from before is dead', async () => {
      const browser = await signedInBrowser(server);
      const before = browser.cookies.get('eyrie_session') ?? '';
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      await browser.post(page, { username: alice.username, password: alice.password });

      expect(browser.cookies.get('eyrie_session')).not.toBe(before);
      const old = new TestBrowser(server.issuer);
      old.cookies.set('eyrie_session', before);
      expect((await old.open('/account')).url).toMatch(/\/login$/);
      expect((await browser.open('/account')).url).toMatch(/\/account$/);
    });

    it('E1 a session cookie that somebody planted is not the one after sign-in', async () => {
      const browser = new TestBrowser(server.issuer);
      browser.cookies.set('eyrie_session', 'planted-by-somebody-else');
      const page = await browser.open('/login');

      await browser.post(page, { username: alice.username, password: alice.password });

      const planter = new TestBrowser(server.issuer);
      planter.cookies.set('eyrie_session', 'planted-by-somebody-else');
      expect((await planter.open('/account')).url).toMatch(/\/login$/);
    });

    it('E1 signing out removes the cookie and ends the session behind it', async () => {
      const browser = await signedInBrowser(server);
      const before = browser.cookies.get('eyrie_session') ?? '';

      const page = await signOut(browser);

      expect(cookiesSet(page)).toEqual(['eyrie_session; Max-Age=0; Path=/; Expires; HttpOnly; SameSite=Lax']);
      expect(browser.cookies.has('eyrie_session')).toBe(false);
      browser.cookies.set('eyrie_session', before);
      expect((await browser.open('/account')).url).toMatch(/\/login$/);
    });

    it.each(['', '%', '"', 'a'.repeat(5_000), '%00', 'ü', '__proto__'])(
      'E1 a session cookie of %j is nobody signed in',
      async (value) => {
        const browser = new TestBrowser(server.issuer);

        const page = await browser.send('/account', {
          headers: { cookie: `eyrie_session=${encodeURI(value)}; x=y` },
        });

        expect(page).toMatchObject({ status: 303 });
        expect(page.headers.get('location')).toBe('/login');
      },
    );

    it('E1 a session ends when it is idle for too long, and at its end however much it is used', async () => {
      const idle = await startServer({ EYRIE_SESSION_IDLE_TTL: '600', EYRIE_SESSION_TTL: '1500' });
      await idle.createUser(alice);
      const unused = await signedInBrowser(idle);
      const used = await signedInBrowser(idle);
      const isOpen = async (browser: TestBrowser) =>
        (await browser.open('/account')).url.endsWith('/account');

      idle.clock.advance(500);
      expect(await isOpen(used)).toBe(true);
      idle.clock.advance(500);
      expect([await isOpen(unused), await isOpen(used)]).toEqual([false, true]);
      idle.clock.advance(500);
      expect(await isOpen(used)).toBe(false);
      await idle.stop();
    });
  });

  describe('under https', () => {
    const issuer = 'https://id.example.com';
    const server = useServer({ EYRIE_ISSUER: issuer }, { users: [alice], clients: [messageWriter] });
    let browser: TestBrowser;

    beforeAll(async () => {
      const { port } = server.app.getHttpServer().address() as AddressInfo;
      browser = new TestBrowser(`http://127.0.0.1:${port}`);
    });

    it('E1 are Secure too, with the prefix __Host-', async () => {
      const page = await browser.open('/login');
      expect(cookiesSet(page)).toEqual(['__Host-eyrie_browser; Path=/; HttpOnly; Secure; SameSite=Lax']);

      const signedIn = await browser.post(
        page,
        { username: alice.username, password: alice.password },
        { origin: issuer },
      );

      expect(cookiesSet(signedIn)).toEqual([
        '__Host-eyrie_session; Path=/; HttpOnly; Secure; SameSite=Lax',
        '__Host-eyrie_device; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Lax',
      ]);
      expect(signedIn.status).toBe(303);
    });

    it('E1 a cookie without the prefix, which another host could have set, does not count', async () => {
      const session = browser.cookies.get('__Host-eyrie_session') ?? '';

      const page = await browser.send('/account', { headers: { cookie: `eyrie_session=${session}` } });

      expect(page.headers.get('location')).toBe('/login');
    });

    it('E3 every answer asks for https from now on', async () => {
      for (const path of ['/', '/account', '/jwks', '/nowhere'])
        expect((await browser.send(path)).headers.get('strict-transport-security')).toBe('max-age=31536000');
    });

    it('E2 the origin of the loopback address behind the proxy is another origin', async () => {
      const anonymous = new TestBrowser(new URL(await server.app.getUrl()).origin);
      const page = await anonymous.open('/login');

      expect((await anonymous.post(page, { username: 'alice', password: 'x' })).status).toBe(403);
    });
  });
});
