import { UserAccounts } from '../../src/users/user-accounts.js';
import { expectPage } from '../support/authorization-requests.js';
import { type Credentials, signedInBrowser } from '../support/walk.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { alice, hashAsUsual, startServer, useServer } from '../support/server.js';
import { csrfOf, postForm } from '../support/forms.js';

const wrong = { username: alice.username, password: 'wrong' };

describe('E4 sign-in', () => {
  describe('answers alike', () => {
    const server = useServer({
      EYRIE_SIGN_IN_ATTEMPTS: '1000',
      EYRIE_SIGN_IN_ATTEMPTS_PER_ADDRESS: '1000',
    });

    beforeAll(async () => {
      hashAsUsual(server);
      await server.createUser(alice);
      const id = await server.createUser({ ...alice, username: 'disabled' });
      await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    });

    const attempt = async (credentials: Credentials): Promise<Shown> => {
      const browser = new TestBrowser(server.issuer);
      return browser.post(await browser.open('/login'), { ...credentials });
    };

    const refused: [string, Credentials][] = [
      ['an unknown user', { username: 'nobody', password: 'wrong' }],
      ['a wrong password', wrong],
      ['a disabled user with the right password', { ...alice, username: 'disabled' }],
      ['a disabled user with a wrong password', { ...wrong, username: 'disabled' }],
      ['the right password with something behind it', { ...alice, password: `${alice.password}x` }],
      ['the right password in another case', { ...alice, password: alice.password.toUpperCase() }],
      ['the right password cut off', { ...alice, password: alice.password.slice(0, -1) }],
      ['an empty password', { ...alice, password: '' }],
      ['an empty username', { username: '', password: 'x' }],
      ['nothing at all', { username: '', password: '' }],
      ['a username of 10,000 characters', { username: 'x'.repeat(10_000), password: 'x' }],
      ['a password of 50,000 characters', { ...alice, password: 'x'.repeat(50_000) }],
      ['SQL', { username: "' OR 1=1 --", password: "' OR 1=1 --" }],
      ['a name of Object.prototype', { username: '__proto__', password: 'constructor' }],
      ['a character beyond the basic plane', { username: '🦅', password: '🦅' }],
    ];
    it.each(refused)('E4 a sign-in with %s gets 401 and the same page', async (_what, credentials) => {
      const page = await attempt(credentials);

      expect(page.status).toBe(401);
      expect(page.html).toContain('The username or the password is wrong.');
      expect(page.headers.getSetCookie()).toEqual([]);
    });

    it('E4 an unknown user, a wrong password and a disabled user get the same body but for the name typed', async () => {
      const bodies = await Promise.all(
        [wrong, { ...wrong, username: 'bobby' }, { ...alice, username: 'disabled' }].map(
          async (credentials) => {
            const { html } = await attempt(credentials);
            return html
              .replace(/name="_csrf" value="[^"]+"/, '')
              .replace(`name="username" value="${credentials.username}"`, '');
          },
        ),
      );

      expect(new Set(bodies).size).toBe(1);
    });

    it('E4 an unknown user takes as long as a wrong password', async () => {
      const browser = new TestBrowser(server.issuer);
      const page = await browser.open('/login');
      const timeOf = async (username: string): Promise<number> => {
        const start = performance.now();
        await browser.post(page, { username, password: 'wrong' });
        return performance.now() - start;
      };
      const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      for (let i = 0; i < 15; i++) {
        times.known.push(await timeOf('alice'));
        times.unknown.push(await timeOf('nobody'));
      }

      // A hash takes 20 ms and more; without one an answer takes some three.
      expect(median(times.unknown)).toBeGreaterThan(median(times.known) * 0.6);
      expect(median(times.known)).toBeGreaterThan(median(times.unknown) * 0.6);
    });

    it('E4 the username counts in any case and form, as it was registered', async () => {
      const page = await attempt({ ...alice, username: 'ALICE' });

      expect(page.status).toBe(303);
    });

    it('E4 credentials in the query do not count', async () => {
      const browser = new TestBrowser(server.issuer);
      const token = csrfOf(await browser.open('/login'));
      const query = new URLSearchParams({ username: alice.username, password: alice.password }).toString();

      const one = await postForm(browser, `/login?${query}`, { _csrf: token });
      const several = await postForm(browser, `/login?${query}&${query}`, { _csrf: token });

      expect([one.status, several.status]).toEqual([401, 401]);
      expect(browser.cookies.has('eyrie_session')).toBe(false);
    });

    it('E4 a user who is signed in already is led from the sign-in page to the account page', async () => {
      const browser = await signedInBrowser(server);

      expect((await browser.open('/login')).url).toMatch(/\/account$/);
    });

    it('E4 the sign-in page leads nowhere but to the account page, whatever the query says', async () => {
      const browser = new TestBrowser(server.issuer);
      const page = await browser.open('/login?next=https://evil.example&returnTo=//evil.example');

      const answer = await browser.post(page, { ...alice });

      expect(answer.headers.get('location')).toBe('/account');
    });
  });

  it('E4 an unreadable sign-in form is refused with a page', async () => {
    const server = await startServer();
    const browser = new TestBrowser(server.issuer);

    expectPage(await postForm(browser, '/login', 'username=a'), 403);
    await server.stop();
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
