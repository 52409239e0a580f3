import { KeyRing } from '../../src/keys/key-ring.js';
import { authorizeUrl, expectPage } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { csrfOf, postForm } from '../support/forms.js';
import { responseOf, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { asks, isSignedIn, logoutUrl, registerReturning, returnTo } from '../support/logout.js';
import { useSignedInBrowser } from '../support/use-browser.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };

describe('D RP-initiated logout', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '100000000', EYRIE_SESSION_TTL: '100000000' },
    { users: [alice, bob] },
  );
  const browser = useSignedInBrowser(server);
  let party: RelyingParty;
  let hint: string;

  beforeAll(async () => {
    party = await registerReturning(server);
    hint = (await party.tokens()).id_token;
  });

  describe('D1 with a verified hint', () => {
    it('D1 with a verified hint the browser goes back to the registered URI with state, signed out', async () => {
      const page = await browser.send(
        logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo, state: 'a b&c=ü' }),
      );

      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toBe(`${returnTo}&state=a+b%26c%3D%C3%BC`);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 without state the return URI is as it was registered', async () => {
      const page = await browser.send(logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo }));

      expect(page.headers.get('location')).toBe(returnTo);
    });

    it('D1 a logout by form post works as by GET', async () => {
      const page = await postForm(browser, '/logout', {
        id_token_hint: hint,
        post_logout_redirect_uri: returnTo,
        client_id: party.clientId,
        state: 's',
      });

      expect(page.headers.get('location')).toBe(`${returnTo}&state=s`);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 a post that another site made comes again by GET, with the cookies that SameSite kept back', async () => {
      const fields = { id_token_hint: hint, post_logout_redirect_uri: returnTo, state: 'a b&c=d+é' };

      // Another site's post comes without cookies.
      const answer = await new TestBrowser(server.issuer).send('/logout', {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'cross-site',
          origin: 'https://writer.example.com',
        },
      });

      expect(answer.status).toBe(303);
      const again = new URL(answer.headers.get('location') ?? '', server.issuer);
      expect(again.origin + again.pathname).toBe(`${server.issuer}/logout`);
      expect(Object.fromEntries(again.searchParams)).toEqual(fields);
      expect((await browser.send(again.href)).headers.get('location')).toContain(returnTo);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 a logout without a return URI gets a page that says that the user is signed out', async () => {
      const page = await browser.open(logoutUrl({ id_token_hint: hint }));

      expect(page.status).toBe(200);
      expect(page.html).toContain('You are signed out');
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 an expired hint that was signed with a retired key is accepted', async () => {
      const old = (await party.tokens()).id_token;
      await server.app.get(KeyRing).rotate(['RS256'], 'test');
      server.clock.advance(30 * 86_400);

      const page = await browser.send(logoutUrl({ id_token_hint: old, post_logout_redirect_uri: returnTo }));

      expect(page.headers.get('location')).toBe(returnTo);
      expect(await isSignedIn(browser)).toBe(false);
      await server.app.get(KeyRing).published();
      hint = (await party.tokens()).id_token;
    });

    it('D1 where nobody is signed in the browser returns all the same', async () => {
      const page = await new TestBrowser(server.issuer).send(
        logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo }),
      );

      expect(page.headers.get('location')).toBe(returnTo);
    });

    it('D1 a hint of another user than the signed-in one is asked about first', async () => {
      const bobs = await signedInBrowser(server, bob);

      const page = await bobs.open(logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo }));

      expect(asks(page)).toBe(true);
      expect(page.html).toContain('Bob');
      expect(await isSignedIn(bobs)).toBe(true);
    });
  });

  describe('D1 without a hint', () => {
    it('D1 a logout without parameters asks first, then signs out and says so', async () => {
      const page = await browser.open('/logout');
      expect(asks(page)).toBe(true);
      expect(await isSignedIn(browser)).toBe(true);

      const done = await browser.submit(page, { decision: 'sign-out' });

      expect(done.status).toBe(200);
      expect(done.html).toContain('You are signed out');
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 a logout with client_id and a registered URI asks first, naming the client, then returns with state', async () => {
      const page = await browser.open(
        logoutUrl({ client_id: party.clientId, post_logout_redirect_uri: returnTo, state: 's' }),
      );
      expect(asks(page)).toBe(true);
      expect(page.html).toContain('MessageWriter');
      expect(await isSignedIn(browser)).toBe(true);

      const done = await browser.post(page, { decision: 'sign-out' });

      expect(done.headers.get('location')).toBe(`${returnTo}&state=s`);
      expect(await isSignedIn(browser)).toBe(false);
    });

    it('D1 a user who chooses to stay keeps the session', async () => {
      const page = await browser.open('/logout');

      await browser.submit(page, { decision: 'stay' });

      expect(await isSignedIn(browser)).toBe(true);
    });

    it('D1 a logout with logout_hint alone asks first', async () => {
      expect(asks(await browser.open(logoutUrl({ logout_hint: 'alice' })))).toBe(true);
    });

    it('D1 a logout where nobody is signed in gets a page that says so', async () => {
      const page = await new TestBrowser(server.issuer).open('/logout');

      expect([page.status, page.html.includes('You are signed out')]).toEqual([200, true]);
    });

    it('D1 the answer to the question needs the token of the browser that was asked', async () => {
      const another = await new TestBrowser(server.issuer).open('/login');

      for (const token of ['', csrfOf(another)]) {
        expectPage(await postForm(browser, '/logout', { decision: 'sign-out', _csrf: token }), 403);
      }
      expect(await isSignedIn(browser)).toBe(true);
    });

    it('D1 an answer with a made-up return address returns nowhere', async () => {
      const page = await browser.open('/logout');

      const done = await browser.post(page, { decision: 'sign-out', request: 'https://evil.example' });

      expect(done.headers.get('location')).toBeNull();
      expect(done.html).not.toContain('evil.example');
    });
  });

  it('D2 after logout prompt=none gives login_required', async () => {
    const request = { client_id: party.clientId, prompt: 'none', scope: 'openid' };
    expect(responseOf(await browser.open(authorizeUrl(request))).has('code')).toBe(true);

    await browser.send(logoutUrl({ id_token_hint: hint }));

    expect(responseOf(await browser.open(authorizeUrl(request))).get('error')).toBe('login_required');
    expect(shows.signIn(await browser.open(authorizeUrl({ ...request, prompt: undefined })))).toBe(true);
  });

  it('D2 a session cookie kept from before the logout is not accepted', async () => {
    const session = browser.cookies.get('eyrie_session') ?? '';
    await browser.send(logoutUrl({ id_token_hint: hint }));
    browser.cookies.set('eyrie_session', session);

    const page = await browser.open(
      authorizeUrl({ client_id: party.clientId, prompt: 'none', scope: 'openid' }),
    );

    expect(responseOf(page).get('error')).toBe('login_required');
  });

  it('D2 logout ends the session of this browser only', async () => {
    const elsewhere = await signedInBrowser(server);

    await browser.send(logoutUrl({ id_token_hint: hint }));

    expect(await isSignedIn(elsewhere)).toBe(true);
  });
});
