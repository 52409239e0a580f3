import { jest } from '@jest/globals';
import { BusyError } from '../../src/crypto/busy-error.js';
import { PasswordHasher } from '../../src/crypto/password.js';
import { type Credentials, signedInBrowser } from '../support/walk.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { Database } from '../../src/persistence/database.js';
import { alice, startServer, useServer } from '../support/server.js';

const wrong = { username: alice.username, password: 'wrong' };

describe('E4 sign-in', () => {
  describe('is throttled', () => {
    const window = 900;
    const server = useServer({
      EYRIE_SIGN_IN_ATTEMPTS: '3',
      EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS: '8',
      EYRIE_SIGN_IN_WINDOW: String(window),
      EYRIE_TRUSTED_PROXIES: '127.0.0.1',
    });

    beforeAll(async () => {
      await server.createUser(alice);
      await server.createUser({ ...alice, username: 'bob' });
    });
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

    const otherNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const failFrom = async (addresses: readonly string[]): Promise<void> => {
      for (const [index, address] of addresses.entries())
        await attempt({ username: `${otherNames[index]}-${address}`, password: 'x' }, address);
    };
    const bob = { ...alice, username: 'bob' };
    const wrongBob = { ...wrong, username: 'bob' };

    it('E4 after too many failures from an address a wrong password gets 429 with Retry-After there, and 401 elsewhere', async () => {
      await failFrom(Array<string>(8).fill('192.0.2.1'));

      const page = await attempt(wrongBob, '192.0.2.1');

      expect(page.status).toBe(429);
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await attempt(wrongBob, '192.0.2.2')).status).toBe(401);
    });

    it('E4 after too many failures from an address the right password of another account passes there, from new and known devices', async () => {
      const known = await signedInBrowser(server, bob);
      known.cookies.delete('eyrie_session');
      await failFrom(Array<string>(20).fill('192.0.2.1'));

      expect((await attempt(alice, '192.0.2.1')).status).toBe(303);
      expect((await attempt(wrongBob, '192.0.2.1', known)).status).toBe(401);
      expect((await attempt(bob, '192.0.2.1', known)).status).toBe(303);
    });

    it('E4 an account that is guessed from many addresses is throttled', async () => {
      const answers: number[] = [];
      for (let i = 1; i <= 5; i++) answers.push((await attempt(wrong, `198.51.100.${i}`)).status);

      expect(answers).toEqual([401, 401, 401, 429, 429]);
    });

    it('E4 the addresses of one IPv6 network count as one, those of the next apart', async () => {
      const hosts = ['::1', '::2', ':0:0::3', ':0:0:ffff::4', '::a:b:c:5', ':0000:0::6', '::7', '::8'];
      await failFrom(hosts.map((host) => `2001:db8${host}`));

      expect((await attempt(wrongBob, '2001:DB8::9')).status).toBe(429);
      expect((await attempt(wrongBob, '2001:db8:0:1::9')).status).toBe(401);
    });

    it('E4 the networks of an IPv6 /56 count as one too, with four times the limit', async () => {
      const inBlock = (i: number): string => `2001:db8:1:1${i.toString(16).padStart(2, '0')}::1`;
      for (let i = 0; i < 32; i++) await attempt({ username: inBlock(i), password: 'x' }, inBlock(i));

      expect((await attempt(wrongBob, inBlock(32))).status).toBe(429);
      expect((await attempt(wrongBob, '2001:db8:1:2ff::1')).status).toBe(401);
      expect((await attempt(bob, inBlock(33))).status).toBe(303);
    });

    it.each([
      ['an IPv4 address mapped into IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
      ['an IPv4 address mapped in hexadecimal digits', '::ffff:c000:201', '::ffff:c000:202'],
      ['an address with a port', '192.0.2.1:50000', '192.0.2.2:50000'],
      ['a mapped address in brackets with a port', '[::ffff:192.0.2.1]:50000', '[::ffff:192.0.2.2]:50000'],
    ])('E4 %s is the same address, and no other', async (_kind, spelled, other) => {
      await failFrom(Array<string>(8).fill(spelled));

      expect((await attempt(wrongBob, '192.0.2.1')).status).toBe(429);
      expect((await attempt(wrongBob, other)).status).toBe(401);
    });

    it('E4 the port that a proxy adds makes no other address of a connection', async () => {
      await failFrom(Array.from({ length: 8 }, (_, i) => `[2001:db8:5::${i}]:5000${i}`));
      expect((await attempt(wrongBob, '2001:db8:5::9')).status).toBe(429);

      await failFrom(Array.from({ length: 8 }, (_, i) => `198.51.100.9:5000${i}`));
      expect((await attempt(wrongBob, '198.51.100.9')).status).toBe(429);
    });

    it('E4 a proxy that forwards what is no address gives no further attempts', async () => {
      await failFrom(Array.from({ length: 8 }, (_, i) => `unknown-${i}`));

      expect((await attempt(wrongBob, 'another text')).status).toBe(429);
    });

    it('E4 an address that a trusted proxy names with its port is that of the client before it', async () => {
      await failFrom(Array.from({ length: 8 }, (_, i) => `192.0.2.1:40${i}, 127.0.0.1:50${i}`));

      expect((await attempt(wrongBob, '192.0.2.1')).status).toBe(429);
      expect((await attempt(wrongBob, '127.0.0.1')).status).toBe(401);
    });

    it('E4 right passwords that are sent at once all pass', async () => {
      const browsers = Array.from({ length: 16 }, () => new TestBrowser(server.issuer));
      const answers = await Promise.all(browsers.map((browser) => attempt(alice, '192.0.2.1', browser)));

      expect(answers.map(({ status }) => status)).toEqual(Array<number>(16).fill(303));
    });

    it('E4 the audit trail holds the failures up to the limit and the first that is one too many', async () => {
      const events = async (): Promise<{ event: string; total: number }[]> =>
        server.app
          .get(Database)
          .query(
            "SELECT event, COUNT(*) AS total FROM audit_events WHERE event LIKE 'sign_in.%' GROUP BY event",
            [],
          );
      const before = await events();
      await failFrom(Array<string>(8).fill('203.0.113.7'));
      for (let i = 0; i < 5; i++) await attempt({ username: `more-${i}`, password: 'x' }, '203.0.113.7');

      const grown = (await events()).map(({ event, total }) => [
        event,
        total - (before.find((row) => row.event === event)?.total ?? 0),
      ]);
      expect(Object.fromEntries(grown)).toEqual({ 'sign_in.failed': 8, 'sign_in.throttled': 1 });
    });

    it('E4 successful sign-ins from an address do not count', async () => {
      for (let i = 0; i < 12; i++) expect((await attempt(alice, '192.0.2.1')).status).toBe(303);
    });

    it('E4 of attempts sent at once no more than the limit find out that they are wrong', async () => {
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

  it('E4 while too many passwords wait to be checked, sign-in gets 503 with Retry-After and counts no failure', async () => {
    const server = await startServer();
    await server.createUser(alice);
    const hasher = server.app.get(PasswordHasher);
    const compare = jest.spyOn(hasher, 'compare').mockRejectedValue(new BusyError(5));
    const browser = new TestBrowser(server.issuer);

    const page = await browser.post(await browser.open('/login'), { ...alice });

    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('5');
    expect(page.html).toContain('Too many people are signing in');
    expect(await server.app.get(Database).query('SELECT * FROM throttles', [])).toEqual([]);
    compare.mockRestore();
    await server.stop();
  });

  it('E4 of right and wrong guesses sent at once a right one passes only within the limit', async () => {
    const server = await startServer({ EYRIE_SIGN_IN_ATTEMPTS: '3' });
    await server.createUser(alice);
    const passwords = [...Array.from({ length: 30 }, (_, i) => `wrong ${i}`), alice.password];
    const pages = await Promise.all(
      passwords.map(async (password) => {
        const browser = new TestBrowser(server.issuer);
        return { browser, page: await browser.open('/login'), password };
      }),
    );

    const answers = await Promise.all(
      pages.map(({ browser, page, password }) => browser.post(page, { username: alice.username, password })),
    );

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(3);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(27);
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
    const failures = [await replica.fail(attempt), await replica.fail(attempt)];
    expect(failures.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([undefined, undefined]);

    const browser = new TestBrowser(server.issuer);
    const page = await signIn(browser, await browser.open('/login'), alice);

    expect(page.status).toBe(429);
    await server.stop();
  });
});
