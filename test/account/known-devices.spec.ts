import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm, signOut } from '../support/forms.js';
import { setUpApp } from '../support/second-factor.js';
import { alice, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const day = 86_400;

describe('Known devices', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'new-device' });
  let count = 0;

  /** Somebody with a second factor, and the browser in which it was set up. */
  async function withApp() {
    const user = { ...alice, username: `person-${++count}` };
    const id = await server.createUser(user);
    const browser = await signedInBrowser(server, user);
    await setUpApp(server, browser);
    return { user, id, browser };
  }

  const signInAgain = async (
    browser: TestBrowser,
    user: { username: string; password: string },
  ): Promise<Shown> => {
    await signOut(browser);
    return signIn(browser, await browser.open('/login'), user);
  };
  const forget = async (browser: TestBrowser): Promise<Shown> =>
    postForm(browser, '/account/devices/forget', { _csrf: csrfOf(await browser.open('/account')) });
  const asksForCode = (page: Shown): boolean => page.html.includes('name="code"');

  it('are asked for a second factor once they are forgotten, each of them, and signed in as long as before', async () => {
    const { user, browser } = await withApp();
    expect(asksForCode(await signInAgain(browser, user))).toBe(false);
    const second = new TestBrowser(server.issuer);
    for (const [name, value] of browser.cookies) if (name === 'eyrie_device') second.cookies.set(name, value);
    expect(asksForCode(await signIn(second, await second.open('/login'), user))).toBe(false);

    const answer = await forget(second);

    expect(answer.headers.get('location')).toBe('/account');
    expect((await second.open('/account')).html).toContain('Your browsers are forgotten.');
    for (const known of [browser, second]) {
      expect((await known.open('/account')).url).toMatch(/\/account$/);
      expect(asksForCode(await signInAgain(known, user))).toBe(true);
    }
  });

  it('of others stay known', async () => {
    const [one, other] = [await withApp(), await withApp()];
    await forget(one.browser);
    expect(asksForCode(await signInAgain(other.browser, other.user))).toBe(false);
  });

  it('are known again after the next sign-in', async () => {
    const user = { ...alice, username: `person-${++count}` };
    await server.createUser(user);
    const browser = await signedInBrowser(server, user);
    await forget(browser);
    server.clock.advance(1);
    await signInAgain(browser, user);
    await setUpApp(server, browser);
    expect(asksForCode(await signInAgain(browser, user))).toBe(false);
  });

  it('are forgotten with an event of the audit trail, and only by their owner', async () => {
    const { id, browser } = await withApp();
    await forget(browser);
    const events = itemsOf(await (await AdminCaller.register(server)).get(`/audit-events?user_id=${id}`));
    expect(events.filter(({ event }) => event === 'devices.forgotten')).toMatchObject([
      { actor: `user:${id}`, address: '127.0.0.1' },
    ]);
    const stranger = new TestBrowser(server.issuer);
    const token = csrfOf(await stranger.open('/login'));
    expect(
      (await postForm(stranger, '/account/devices/forget', { _csrf: token })).headers.get('location'),
    ).toBe('/login');
    expect((await postForm(browser, '/account/devices/forget', {})).status).toBe(403);
  });

  it('and sessions are looked after without a recent proof, since ending them is no change of a credential', async () => {
    const { user, browser } = await withApp();
    await signInAgain(browser, user);
    server.clock.advance(day / 4);
    expect((await browser.open('/account/security')).url).toContain('/login');
    const answer = await postForm(browser, '/account/sessions/revoke-others', {
      _csrf: csrfOf(await browser.open('/account')),
    });
    expect(answer.headers.get('location')).toBe('/account');
    expect((await forget(browser)).headers.get('location')).toBe('/account');
  });
});
