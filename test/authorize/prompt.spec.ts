import { allow, responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { csrfOf, postForm, sessionsOn } from '../support/forms.js';
import { chooseAccount, shows, signedInBrowser, walk } from '../support/walk.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };

describe('prompt', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '1000000', EYRIE_SESSION_TTL: '1000000' },
    { users: [alice, bob], clients: [messageWriter] },
  );

  beforeAll(async () => {
    await walk(new TestBrowser(server.issuer), authorizeUrl());
    await walk(new TestBrowser(server.issuer), authorizeUrl(), bob);
  });

  const anonymous = () => new TestBrowser(server.issuer);

  describe('A8 prompt', () => {
    it('A8 without prompt a user who is signed in and has allowed everything sees no page', async () => {
      const browser = await signedInBrowser(server);

      expect(responseOf(await browser.open(authorizeUrl())).has('code')).toBe(true);
    });

    it('A8 prompt=none with nobody signed in is login_required', async () => {
      expectErrorRedirect(await anonymous().send(authorizeUrl({ prompt: 'none' })), 'login_required', server);
    });

    it('A8 prompt=none with more scopes than were allowed is consent_required', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.send(authorizeUrl({ prompt: 'none', scope: 'openid profile email' }));

      expectErrorRedirect(page, 'consent_required', server);
    });

    it('A8 prompt=none with all allowed gets a code without any page', async () => {
      const browser = await signedInBrowser(server);

      expectCode(await browser.send(authorizeUrl({ prompt: 'none' })).then(atLocation));
    });

    it('A8 prompt=none after the session has ended elsewhere is login_required', async () => {
      const elsewhere = await signedInBrowser(server);
      const browser = await signedInBrowser(server);
      const [session = ''] = sessionsOn(await browser.open('/account'));
      await elsewhere.post(await elsewhere.open('/account'), { session_id: session });

      expectErrorRedirect(await browser.send(authorizeUrl({ prompt: 'none' })), 'login_required', server);
    });

    it.each(['none login', 'none consent', 'login none', 'none select_account', 'banana none login'])(
      'A8 prompt=%s is invalid_request',
      async (prompt) => {
        expectErrorRedirect(await anonymous().send(authorizeUrl({ prompt })), 'invalid_request', server);
      },
    );

    it.each(['banana', 'LOGIN', 'create', 'banana create'])(
      'A8 prompt=%s asks for nothing, since its values are not known',
      async (prompt) => {
        const browser = await signedInBrowser(server);

        expectCode(await browser.send(authorizeUrl({ prompt })).then(atLocation));
      },
    );

    it('A8 an unknown value beside a known one is ignored', async () => {
      expect(
        shows.signIn(await (await signedInBrowser(server)).open(authorizeUrl({ prompt: 'banana login' }))),
      ).toBe(true);
      expectErrorRedirect(
        await anonymous().send(authorizeUrl({ prompt: 'none banana' })),
        'login_required',
        server,
      );
    });

    it('A8 prompt=none repeated within the list is none', async () => {
      expectErrorRedirect(
        await anonymous().send(authorizeUrl({ prompt: ' none  none ' })),
        'login_required',
        server,
      );
    });

    it('A8 prompt=login forces the sign-in page once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A8 prompt=login forces the sign-in page again after a wrong password, and not after the right one', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      const again = await signIn(browser, page, { ...alice, password: 'wrong' });

      expect(again.status).toBe(401);
      expectCode(await signIn(browser, again, alice));
    });

    it('A8 prompt=login is not satisfied by leaving the page for the address that follows it', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      const skipped = await browser.open(page.url.replace('/login', '/authorize/resume'));
      expect(shows.signIn(skipped)).toBe(true);
      const consent = await browser.open(page.url.replace('/login', '/consent'));
      expect(shows.signIn(consent)).toBe(true);
    });

    it('A8 prompt=login is not satisfied by a session from before, whose cookie is left out and put back', async () => {
      const browser = await signedInBrowser(server);
      const session = browser.cookies.get('eyrie_session') ?? '';
      server.clock.advance(60);
      browser.cookies.delete('eyrie_session');
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));
      browser.cookies.set('eyrie_session', session);

      expect(shows.signIn(await browser.open(page.url.replace('/login', '/authorize/resume')))).toBe(true);
    });

    it('A8 prompt=consent forces the consent page once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'consent' }));

      expect(shows.consent(page)).toBe(true);
      expectCode(await allow(browser, page));
    });

    it('A8 prompt=select_account asks once whether to go on', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      expect(shows.selectAccount(page)).toBe(true);
      expectCode(await chooseAccount(browser, page));
    });

    it('A8 prompt=select_account lets another user sign in, who is not asked again', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      const signInPage = await browser.submit(page, { choice: 'other' });

      expect(shows.signIn(signInPage)).toBe(true);
      expectCode(await signIn(browser, signInPage, bob));
      expect((await browser.open('/account')).html).toContain('Bob');
    });

    it('A8 prompt=select_account with nobody signed in is the sign-in page alone', async () => {
      const browser = anonymous();
      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A8 an account that was shown is the one that is chosen, though another has become the current one', async () => {
      const browser = await signedInBrowser(server);
      const shownAlice = await browser.open(authorizeUrl({ prompt: 'select_account' }));
      const otherTab = await browser.open(authorizeUrl({ prompt: 'login' }));
      await signIn(browser, otherTab, bob);

      expectCode(await chooseAccount(browser, shownAlice, 'alice'));
      expect((await browser.open('/account')).html).toContain('Alice');
    });

    it('A8 an account that has signed out meanwhile cannot be chosen: it is asked again', async () => {
      const browser = await signedInBrowser(server);
      const shownAlice = await browser.open(authorizeUrl({ prompt: 'select_account' }));
      await postForm(browser, '/account/sign-out', { _csrf: csrfOf(shownAlice) });
      await signIn(browser, await browser.open('/login'), bob);

      const again = await chooseAccount(browser, shownAlice, 'alice');

      expect(shows.selectAccount(again)).toBe(true);
      expect(again.html).not.toContain('Alice');
      expectCode(await chooseAccount(browser, again, 'bob'));
    });

    it('A8 login, select_account and consent together force each page once, and a sign-in counts as a choice of account', async () => {
      const browser = await signedInBrowser(server);

      const first = await browser.open(authorizeUrl({ prompt: 'login select_account consent' }));
      expect(shows.signIn(first)).toBe(true);
      const second = await signIn(browser, first, alice);
      expect(shows.consent(second)).toBe(true);
      expectCode(await allow(browser, second));
    });

    it('A8 a denied request leaves the user signed in', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'consent' }));

      expectErrorRedirect(await browser.post(page, { decision: 'deny' }), 'access_denied', server);

      expect((await browser.open('/account')).html).toContain('Alice');
    });
  });
});

const atLocation = (page: Shown): Shown => ({ ...page, url: page.headers.get('location') ?? '' });
