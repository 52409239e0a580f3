import {
  authorizeUrl,
  expectCode,
  expectPage,
  giverOf,
  rowCounts,
} from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { allow, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { csrfOf, interactionOf, postForm } from '../support/forms.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };

describe('E1 interactions', () => {
  const server = useServer({}, { users: [alice, bob], clients: [messageWriter] });

  const pages = ['/login', '/select-account', '/consent', '/authorize/resume'];

  describe('in another browser', () => {
    /** The address of the consent page, as one browser sees it. */
    const consentOf = (browser: TestBrowser): Promise<Shown> =>
      browser.open(authorizeUrl({ prompt: 'consent' }));

    it.each(pages)('E1 %s answers 403 to a browser that did not begin it, signed in or not', async (path) => {
      const sealed = interactionOf(await consentOf(await signedInBrowser(server)));
      const before = await rowCounts(server);

      for (const other of [new TestBrowser(server.issuer), await signedInBrowser(server, bob)]) {
        const page = await other.send(`${path}?interaction=${sealed}`);
        expectPage(page, 403);
        expect(page.headers.getSetCookie()).toEqual([]);
      }
      const after = await rowCounts(server);
      expect([after.grants, after.authorization_codes]).toEqual([before.grants, before.authorization_codes]);
    });

    it.each([
      ['/consent', { decision: 'allow', scope: 'openid' }],
      ['/consent', { decision: 'deny' }],
      ['/consent', { decision: 'switch' }],
      ['/select-account', { choice: 'any' }],
      ['/select-account', { choice: 'other' }],
    ])(
      'E1 a post to %s with %j from a browser that did not begin it is 403, and gives no code',
      async (path, fields) => {
        const interaction = interactionOf(await consentOf(await signedInBrowser(server)));
        const other = await signedInBrowser(server, bob);
        const token = csrfOf(await other.open('/account'));

        const page = await postForm(other, path, { _csrf: token, interaction, ...fields });

        expectPage(page, 403);
      },
    );

    it('E1 signing in for the request of another browser is 403, and signs nobody in', async () => {
      const begun = await new TestBrowser(server.issuer).open(authorizeUrl());
      const other = new TestBrowser(server.issuer);
      const token = csrfOf(await other.open('/login'));

      const page = await postForm(other, '/login', {
        _csrf: token,
        interaction: interactionOf(begun),
        ...alice,
      });

      expectPage(page, 403);
      expect(other.cookies.has('eyrie_session')).toBe(false);
    });

    it('E1 an attacker cannot have a victim finish a request that the attacker began', async () => {
      const attacker = new TestBrowser(server.issuer);
      const lure = await attacker.open(authorizeUrl({ state: "the attacker's" }));
      const victim = await signedInBrowser(server);

      const page = await victim.open(lure.url);

      expectPage(page, 403);
    });
  });

  describe('in the same browser', () => {
    it('E1 several tabs at once each come to their own end', async () => {
      const browser = new TestBrowser(server.issuer);
      const first = await browser.open(authorizeUrl({ state: 'first', prompt: 'consent' }));
      const second = await browser.open(authorizeUrl({ state: 'second', prompt: 'consent' }));

      const secondConsent = await signIn(browser, second, alice);
      const firstConsent = await signIn(browser, first, alice);

      const ends = [await allow(browser, firstConsent)];
      const secondAgain = await allow(browser, secondConsent);
      ends.push(shows.consent(secondAgain) ? await allow(browser, secondAgain) : secondAgain);
      expect(ends.map((page) => new URL(page.url).searchParams.get('state'))).toEqual(['first', 'second']);
      for (const end of ends) expectCode(end);
    });

    it('E1 the consent page shown to one user decides for that user, though another has become the current one', async () => {
      const browser = await signedInBrowser(server);
      const shownToAlice = await browser.open(authorizeUrl({ prompt: 'consent' }));
      expect(shownToAlice.html).toContain('<bdi>alice</bdi>');
      await signIn(browser, await browser.open(authorizeUrl({ prompt: 'login' })), bob);

      const page = await allow(browser, shownToAlice);

      expect(await giverOf(page, server)).toBe('alice');
    });

    it('E1 the consent page shown to one user is not decided by another, once the first has signed out', async () => {
      const browser = await signedInBrowser(server);
      const shownToAlice = await browser.open(authorizeUrl({ prompt: 'consent' }));
      await postForm(browser, '/account/sign-out', { _csrf: csrfOf(shownToAlice) });
      await signIn(browser, await browser.open('/login'), bob);
      const before = await rowCounts(server);

      const page = await allow(browser, shownToAlice);

      expect(shows.consent(page)).toBe(true);
      expect(page.html).toContain('Bob');
      const after = await rowCounts(server);
      expect([after.grants, after.consents]).toEqual([before.grants, before.consents]);
      expectCode(await allow(browser, page));
    });

    it('E1 a decision after signing out leads to the sign-in page', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'consent' }));
      await postForm(browser, '/account/sign-out', { _csrf: csrfOf(page) });

      expect(shows.signIn(await allow(browser, page))).toBe(true);
    });

    it('E1 the interaction of the sign-in page does not count as an answer to the consent page', async () => {
      const browser = new TestBrowser(server.issuer);
      const signInPage = await browser.open(authorizeUrl({ prompt: 'consent' }));
      await signIn(browser, signInPage, alice);

      const page = await postForm(browser, '/consent', {
        _csrf: csrfOf(signInPage),
        interaction: interactionOf(signInPage),
        decision: 'allow',
        scope: 'openid',
      });

      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toMatch(/^\/consent\?interaction=/);
    });

    it('E1 the interaction of the account page does not count as an answer to the consent page', async () => {
      const browser = await signedInBrowser(server);
      const choice = await browser.open(authorizeUrl({ prompt: 'select_account consent' }));
      expect(shows.selectAccount(choice)).toBe(true);

      const page = await postForm(browser, '/consent', {
        _csrf: csrfOf(choice),
        interaction: interactionOf(choice),
        decision: 'allow',
        scope: 'openid',
      });

      expect(page.headers.get('location')).not.toMatch(/^https:/);
    });

    it('E1 an hour after it began an interaction has expired: 400 and no code', async () => {
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ prompt: 'consent' }));
      server.clock.advance(3_600);

      const answer = await browser.post(page, { decision: 'allow' });

      expectPage(answer, 400);
      expectPage(await browser.send(`/authorize/resume?interaction=${interactionOf(page)}`), 400);
    });

    it('E1 a client disabled meanwhile gets no code', async () => {
      const { ClientRegistration } = await import('../../src/clients/client-registration.js');
      await server.register({ ...messageWriter, client_id: 'soon-disabled' });
      const browser = await signedInBrowser(server);
      const page = await browser.open(authorizeUrl({ client_id: 'soon-disabled' }));
      await server.app.get(ClientRegistration).setDisabled('soon-disabled', true, 'test');

      expectPage(await browser.post(page, { decision: 'allow' }), 400);
    });
  });

  describe('damaged or forged', () => {
    it.each([
      ['missing', ''],
      ['empty', 'interaction='],
      ['no JWE', 'interaction=x'],
      ['repeated', 'interaction=a&interaction=b'],
      ['nested', 'interaction[a]=b'],
      ['five dots', 'interaction=....'],
      ['10,000 characters', `interaction=${'x'.repeat(10_000)}`],
      ['a NUL', 'interaction=%00'],
      ['bad percent-encoding', 'interaction=%E0%A4%A'],
      ['unencrypted', `interaction=${Buffer.from('{"alg":"none"}').toString('base64url')}..e30..`],
    ])('E1 an interaction that is %s is refused with a page', async (_what, query) => {
      const browser = await signedInBrowser(server);

      for (const path of ['/select-account', '/consent', '/authorize/resume']) {
        const page = await browser.send(`${path}?${query}`);
        expectPage(page, page.status);
        expect([400, 403]).toContain(page.status);
      }
    });

    it('E1 an interaction with one character changed is 403', async () => {
      const browser = await signedInBrowser(server);
      const sealed = interactionOf(await browser.open(authorizeUrl({ prompt: 'consent' })));
      const at = sealed.length - 40;
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;

      expectPage(await browser.send(`/authorize/resume?interaction=${changed}`), 403);
    });

    it.each(['\r\nx: y', ' ', '\n', '\t'])(
      'E1 an interaction with %j in it is 403, and no header is split',
      async (extra) => {
        const browser = new TestBrowser(server.issuer);
        const page = await browser.open(authorizeUrl());
        const sealed = interactionOf(page);

        const answer = await postForm(browser, '/login', {
          _csrf: csrfOf(page),
          interaction: `${sealed.slice(0, -30)}${extra}${sealed.slice(-30)}`,
          ...alice,
        });

        expectPage(answer, 403);
      },
    );

    it('E1 a value sealed for another purpose is no interaction', async () => {
      const browser = await signedInBrowser(server);

      const page = await browser.send(`/authorize/resume?interaction=${browser.cookies.get('eyrie_device')}`);

      expectPage(page, 403);
    });
  });
});
