import { allow, responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, type TestServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };

describe('prompt and max_age', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ EYRIE_SESSION_IDLE_TTL: '1000000', EYRIE_SESSION_TTL: '1000000' });
    await server.createUser(alice);
    await server.createUser(bob);
    await server.register(messageWriter);
    await walk(new TestBrowser(server.issuer), authorizeUrl());
    await walk(new TestBrowser(server.issuer), authorizeUrl(), bob);
  });
  afterAll(() => server.stop());

  const anonymous = () => new TestBrowser(server.issuer);
  const choose = (browser: TestBrowser, page: Shown, choice: string) => browser.submit(page, { choice });

  describe('A8 prompt', () => {
    it('A8 without prompt, who is signed in and has allowed it all sees no page', async () => {
      const browser = await signedInBrowser(server);

      expect(responseOf(await browser.open(authorizeUrl())).has('code')).toBe(true);
    });

    it('A8 none with nobody signed in is login_required', async () => {
      expectErrorRedirect(await anonymous().send(authorizeUrl({ prompt: 'none' })), 'login_required', server);
    });

    it('A8 none with more scopes than were allowed is consent_required', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.send(authorizeUrl({ prompt: 'none', scope: 'openid profile email' }));

      expectErrorRedirect(page, 'consent_required', server);
    });

    it('A8 none with all allowed gets a code without any page', async () => {
      const browser = await signedInBrowser(server);

      expectCode(await browser.send(authorizeUrl({ prompt: 'none' })).then(atLocation));
    });

    it('A8 none after the session has ended elsewhere is login_required', async () => {
      const elsewhere = await signedInBrowser(server);
      const browser = await signedInBrowser(server);
      const account = await elsewhere.open('/account');
      await elsewhere.post(account, { session_id: sessionIds(account).at(-1) ?? '' });

      expectErrorRedirect(await browser.send(authorizeUrl({ prompt: 'none' })), 'login_required', server);
    });

    it.each([
      'none login',
      'none consent',
      'login none',
      'none select_account',
      'banana',
      'LOGIN',
      'login banana',
      'create',
    ])('A8 prompt=%s is invalid_request', async (prompt) => {
      expectErrorRedirect(await anonymous().send(authorizeUrl({ prompt })), 'invalid_request', server);
    });

    it('A8 none repeated within the list is none', async () => {
      expectErrorRedirect(
        await anonymous().send(authorizeUrl({ prompt: ' none  none ' })),
        'login_required',
        server,
      );
    });

    it('A8 login forces the sign-in page once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A8 login forces it again after a wrong password, and then not again', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      const again = await signIn(browser, page, { ...alice, password: 'wrong' });

      expect(again.status).toBe(401);
      expectCode(await signIn(browser, again, alice));
    });

    it('A8 login is not satisfied by leaving the page for the address that follows it', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));

      const skipped = await browser.open(page.url.replace('/login', '/authorize/resume'));
      expect(shows.signIn(skipped)).toBe(true);
      const consent = await browser.open(page.url.replace('/login', '/consent'));
      expect(shows.signIn(consent)).toBe(true);
    });

    it('A8 login is not satisfied by a session from before, left out and put back', async () => {
      const browser = await signedInBrowser(server);
      const session = browser.cookies.get('eyrie_session') ?? '';
      server.clock.advance(60);
      browser.cookies.delete('eyrie_session');
      const page = await browser.open(authorizeUrl({ prompt: 'login' }));
      browser.cookies.set('eyrie_session', session);

      expect(shows.signIn(await browser.open(page.url.replace('/login', '/authorize/resume')))).toBe(true);
    });

    it('A8 consent forces the consent page once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'consent' }));

      expect(shows.consent(page)).toBe(true);
      expectCode(await allow(browser, page));
    });

    it('A8 select_account asks once whether to go on', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      expect(shows.selectAccount(page)).toBe(true);
      expectCode(await choose(browser, page, 'continue'));
    });

    it('A8 select_account lets another user sign in, who is not asked again', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      const signInPage = await choose(browser, page, 'other');

      expect(shows.signIn(signInPage)).toBe(true);
      expectCode(await signIn(browser, signInPage, bob));
      expect((await browser.open('/account')).html).toContain('Bob');
    });

    it('A8 select_account with nobody signed in is the sign-in page alone', async () => {
      const browser = anonymous();
      const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A8 an account that was chosen while another was shown is asked for again', async () => {
      const browser = await signedInBrowser(server);
      const shownAlice = await browser.open(authorizeUrl({ prompt: 'select_account' }));
      const otherTab = await browser.open(authorizeUrl({ prompt: 'login' }));
      await signIn(browser, otherTab, bob);

      const again = await choose(browser, shownAlice, 'continue');

      expect(shows.selectAccount(again)).toBe(true);
      expect(again.html).toContain('Bob');
      expectCode(await choose(browser, again, 'continue'));
    });

    it('A8 all three force each page once, sign-in being a choice of account', async () => {
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

  describe('A9 max_age', () => {
    it.each(['-1', '1.5', '1e3', '+1', '0x10', ' 1', 'abc', '1,000', '٣', 'NaN', 'Infinity'])(
      'A9 max_age=%s is invalid_request',
      async (max_age) => {
        expectErrorRedirect(await anonymous().send(authorizeUrl({ max_age })), 'invalid_request', server);
      },
    );

    it.each(['1', '00060', '2147483648', '99999999999', '9'.repeat(400)])(
      'A9 max_age=%s lets a fresh session through',
      async (max_age) => {
        const browser = await signedInBrowser(server);

        expectCode(await browser.open(authorizeUrl({ max_age })));
      },
    );

    it('A9 a session older than max_age has to sign in again, one as old does not', async () => {
      const browser = await signedInBrowser(server);
      server.clock.advance(60);
      expect(responseOf(await browser.open(authorizeUrl({ max_age: '61' }))).has('code')).toBe(true);

      server.clock.advance(60);
      const page = await browser.open(authorizeUrl({ max_age: '61' }));

      expect(shows.signIn(page)).toBe(true);
      expectCode(await signIn(browser, page, alice));
    });

    it('A9 a session older than max_age with prompt=none is login_required', async () => {
      const browser = await signedInBrowser(server);
      server.clock.advance(120);

      expectErrorRedirect(
        await browser.send(authorizeUrl({ max_age: '60', prompt: 'none' })),
        'login_required',
        server,
      );
    });

    it('A9 max_age=0 works as prompt=login, and asks once', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.open(authorizeUrl({ max_age: '0' }));

      expect(shows.signIn(page)).toBe(true);
      server.clock.advance(5);
      expectCode(await signIn(browser, page, alice));
    });

    it('A9 default_max_age of the client counts where the request says nothing', async () => {
      await server.register({ ...messageWriter, client_id: 'hasty', default_max_age: 30 });
      const browser = await signedInBrowser(server);
      await walk(browser, authorizeUrl({ client_id: 'hasty' }));
      server.clock.advance(60);

      expect(shows.signIn(await browser.open(authorizeUrl({ client_id: 'hasty' })))).toBe(true);
      expectCode(await browser.open(authorizeUrl({ client_id: 'hasty', max_age: '1000' })));
    });

    it.each([
      ['max_age', { max_age: '1000' }, {}],
      ['require_auth_time', {}, { require_auth_time: true }],
      ['an essential claim', { claims: '{"id_token":{"auth_time":{"essential":true}}}' }, {}],
    ])('A9 auth_time is in the ID token when %s asks', async (_what, parameters, registration) => {
      const signedInAt = server.clock.now();
      const party = await RelyingParty.register(server, registration, await signedInBrowser(server));
      server.clock.advance(30);

      const { id_token } = await party.tokens(parameters);

      expect(Number(payloadOf(id_token).auth_time) - signedInAt).toBeLessThan(15);
    });

    it('A9 auth_time stays while the session does, and moves with a new sign-in', async () => {
      const party = await RelyingParty.register(server, {}, await signedInBrowser(server));
      const timeOf = async (parameters = {}) =>
        payloadOf((await party.tokens(parameters)).id_token).auth_time as number;
      const first = await timeOf();
      server.clock.advance(100);
      expect(await timeOf()).toBe(first);
      expect(await timeOf({ prompt: 'consent' })).toBe(first);

      expect((await timeOf({ prompt: 'login' })) - first).toBeGreaterThanOrEqual(100);
    });
  });
});

const sessionIds = (page: Shown): string[] =>
  [...page.html.matchAll(/name="session_id" value="([^"]+)"/g)].map(([, id = '']) => id);

const atLocation = (page: Shown): Shown => ({ ...page, url: page.headers.get('location') ?? '' });
