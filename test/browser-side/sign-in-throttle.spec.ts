import { type Credentials, signedInBrowser } from '../support/walk.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';

const wrong = { username: alice.username, password: 'wrong' };

describe('E4 sign-in', () => {
  describe('is throttled', () => {
    let server: TestServer;
    const window = 900;

    beforeAll(async () => {
      server = await startServer({
        EYRIE_SIGN_IN_ATTEMPTS: '3',
        EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS: '8',
        EYRIE_SIGN_IN_WINDOW: String(window),
        EYRIE_TRUSTED_PROXIES: '127.0.0.1',
      });
      await server.createUser(alice);
      await server.createUser({ ...alice, username: 'bob' });
    });
    afterAll(() => server.stop());
    // What the test before counted lies outside of the window.
    beforeEach(() => server.clock.advance(window + 1));

    /** An attempt in a browser of its own, or in a given one, from an address that the trusted proxy names. */
    const attempt = async (
      credentials: Credentials,
      address: string,
      browser = new TestBrowser(server.issuer),
    ): Promise<Shown> => {
      const page = await browser.send('/login');
      return browser.post(page, { ...credentials }, { 'x-forwarded-for': address });
    };
    const statuses = async (count: number, credentials: Credentials, address: string): Promise<number[]> => {
      const all: number[] = [];
      for (let i = 0; i < count; i++) all.push((await attempt(credentials, address)).status);
      return all;
    };

    it('E4 after too many failures for an account an attempt gets 429 with Retry-After, the right password included', async () => {
      expect(await statuses(3, wrong, '192.0.2.1')).toEqual([401, 401, 401]);

      const page = await attempt(alice, '192.0.2.1');

      expect(page.status).toBe(429);
      const retryAfter = Number(page.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(window - 60);
      expect(retryAfter).toBeLessThanOrEqual(window);
      expect(page.html).toContain('15 minutes');
      expect(page.headers.getSetCookie()).toEqual([]);
    });

    it('E4 the account is throttled from every address, and other accounts are not', async () => {
      await statuses(3, wrong, '192.0.2.1');

      expect((await attempt(alice, '198.51.100.7')).status).toBe(429);
      expect((await attempt({ ...alice, username: 'bob' }, '198.51.100.7')).status).toBe(303);
    });

    it('E4 a proxy that forwards what is no address keeps nobody out', async () => {
      const forwarded = `[2001:0db8:0000:0000:0000:ffff:192.168.100.228]:65535${'x'.repeat(500)}`;
      expect((await attempt(wrong, forwarded)).status).toBe(401);
      expect((await attempt(alice, forwarded)).status).toBe(303);
    });

    it('E4 another spelling of the username is the same account', async () => {
      await statuses(3, wrong, '192.0.2.1');

      expect((await attempt({ ...alice, username: 'ALICE' }, '198.51.100.7')).status).toBe(429);
    });

    it('E4 an account that does not exist is throttled alike', async () => {
      expect(await statuses(4, { username: 'nobody', password: 'x' }, '192.0.2.1')).toEqual([
        401, 401, 401, 429,
      ]);
    });

    it('E4 when the window has passed attempts count afresh', async () => {
      await statuses(4, wrong, '192.0.2.1');
      server.clock.advance(window + 1);

      expect((await attempt(alice, '192.0.2.1')).status).toBe(303);
    });

    it('E4 attempts while throttled do not make it longer', async () => {
      await statuses(3, wrong, '192.0.2.1');
      server.clock.advance(window / 2);
      const page = await attempt(wrong, '192.0.2.1');
      expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(window / 2);
      server.clock.advance(window / 2);

      expect((await attempt(alice, '192.0.2.1')).status).toBe(303);
    });

    it('E4 a successful sign-in makes the account start afresh', async () => {
      await statuses(2, wrong, '192.0.2.1');
      expect((await attempt(alice, '192.0.2.1')).status).toBe(303);

      expect(await statuses(3, wrong, '192.0.2.2')).toEqual([401, 401, 401]);
    });

    it('E4 a device on which the user signed in before is not locked out by the failures of others', async () => {
      const known = await signedInBrowser(server);
      known.cookies.delete('eyrie_session');
      expect(await statuses(4, wrong, '192.0.2.1')).toEqual([401, 401, 401, 429]);

      expect((await attempt(alice, '198.51.100.7', known)).status).toBe(303);
    });

    it('E4 a device on which the user signed in before has its own limit', async () => {
      const known = await signedInBrowser(server);
      known.cookies.delete('eyrie_session');
      const answers: number[] = [];
      for (let i = 0; i < 4; i++) answers.push((await attempt(wrong, '198.51.100.7', known)).status);

      expect(answers).toEqual([401, 401, 401, 429]);
    });

    it('E4 a device known for one user is unknown for another', async () => {
      const bobs = await signedInBrowser(server, { ...alice, username: 'bob' });
      bobs.cookies.delete('eyrie_session');
      await statuses(3, wrong, '192.0.2.1');

      expect((await attempt(alice, '198.51.100.7', bobs)).status).toBe(429);
    });

    it('E4 a device with a forged cookie is unknown', async () => {
      await statuses(3, wrong, '192.0.2.1');
      const forger = new TestBrowser(server.issuer);
      forger.cookies.set('eyrie_device', 'eyJhbGciOiJkaXIifQ..x.y.z');

      expect((await attempt(alice, '198.51.100.7', forger)).status).toBe(429);
    });

    it('E4 after too many failures from an address every account gets 429 from there, and from there only', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      for (const username of names) await attempt({ username, password: 'x' }, '192.0.2.1');

      const page = await attempt({ ...alice, username: 'bob' }, '192.0.2.1');

      expect(page.status).toBe(429);
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await attempt({ ...alice, username: 'bob' }, '192.0.2.2')).status).toBe(303);
    });

    it('E4 the addresses of one IPv6 network count as one, those of the next apart', async () => {
      const hosts = ['::1', '::2', ':0:0::3', ':0:0:ffff::4', '::a:b:c:5', ':0000:0::6', '::7', '::8'];
      for (const host of hosts) await attempt({ username: host, password: 'x' }, `2001:db8${host}`);

      expect((await attempt(alice, '2001:DB8::9')).status).toBe(429);
      expect((await attempt(alice, '2001:db8:0:1::9')).status).toBe(303);
    });

    it('E4 an IPv4 address mapped into IPv6 is the same address, and no other', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
        await attempt({ username: name, password: 'x' }, '::ffff:192.0.2.1');

      expect((await attempt(alice, '192.0.2.1')).status).toBe(429);
      expect((await attempt(alice, '::ffff:192.0.2.2')).status).toBe(303);
    });

    it('E4 successful sign-ins from an address do not count', async () => {
      for (let i = 0; i < 12; i++) expect((await attempt(alice, '192.0.2.1')).status).toBe(303);
    });

    it('E4 of attempts sent at once no more than the limit are looked at', async () => {
      const browser = new TestBrowser(server.issuer);
      const page = await browser.open('/login');

      const answers = await Promise.all(
        Array.from({ length: 7 }, () => browser.post(page, { ...wrong }, { 'x-forwarded-for': '192.0.2.1' })),
      );

      expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
    });
  });

  it('E4 without a trusted proxy a forged X-Forwarded-For is no other address', async () => {
    const server = await startServer({ EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS: '3' });
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    const answers: number[] = [];
    for (let i = 0; i < 4; i++) {
      const headers = {
        'x-forwarded-for': `192.0.2.${i}`,
        forwarded: `for=192.0.2.${i}`,
        'x-real-ip': `192.0.2.${i}`,
      };
      answers.push((await browser.post(page, { username: `user${i}`, password: 'x' }, headers)).status);
    }

    expect(answers).toEqual([401, 401, 401, 429]);
    await server.stop();
  });

  it('E4 a second replica counts with the first', async () => {
    const server = await startServer({ EYRIE_SIGN_IN_ATTEMPTS: '2' });
    await server.createUser(alice);
    const { SignInThrottle } = await import('../../src/sign-in/sign-in-throttle.js');
    const { ThrottlesStore } = await import('../../src/persistence/stores/throttles.store.js');
    const { readSettings } = await import('../../src/config/settings.js');
    const settings = readSettings({
      EYRIE_SIGN_IN_ATTEMPTS: '2',
      DATABASE_URL: server.databaseUrl,
      EYRIE_SECRET: 'x'.repeat(32),
    });
    const replica = new SignInThrottle(server.app.get(ThrottlesStore), server.clock, settings);
    const attempt = { username: 'alice', address: '192.0.2.9', knownDevice: undefined };
    expect([await replica.enter(attempt), await replica.enter(attempt)]).toEqual([undefined, undefined]);

    const browser = new TestBrowser(server.issuer);
    const page = await signIn(browser, await browser.open('/login'), alice);

    expect(page.status).toBe(429);
    await server.stop();
  });
});
