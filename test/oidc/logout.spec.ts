import { KeyRing } from '../../src/keys/key-ring.js';
import { authorizeUrl, expectPage } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { csrfOf, postForm } from '../support/forms.js';
import { responseOf, type Shown, TestBrowser } from '../support/browser.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };
const returnTo = 'https://writer.example.com/signed-out?from=eyrie';

describe('D RP-initiated logout', () => {
  let server: TestServer;
  let browser: TestBrowser;
  let party: RelyingParty;
  let hint: string;

  beforeAll(async () => {
    server = await startServer({ EYRIE_SESSION_IDLE_TTL: '100000000', EYRIE_SESSION_TTL: '100000000' });
    await server.createUser(alice);
    await server.createUser(bob);
    const first = await signedInBrowser(server);
    party = await RelyingParty.register(
      server,
      {
        post_logout_redirect_uris: [returnTo, 'https://writer.example.com/bye'],
        redirect_uris: ['https://writer.example.com/callback'],
      },
      first,
    );
    hint = (await party.tokens()).id_token;
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    browser = await signedInBrowser(server);
  });

  const logoutUrl = (parameters: Record<string, string>): string =>
    `/logout?${new URLSearchParams(parameters).toString()}`;
  const isSignedIn = async (who = browser): Promise<boolean> =>
    (await who.open('/account')).url.endsWith('/account');
  const asks = (page: Shown): boolean => page.html.includes('name="decision" value="sign-out"');

  describe('D1 with a verified hint', () => {
    it('D1 the browser goes back to the registered URI with state, signed out', async () => {
      const page = await browser.send(
        logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo, state: 'a b&c=ü' }),
      );

      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toBe(`${returnTo}&state=a+b%26c%3D%C3%BC`);
      expect(await isSignedIn()).toBe(false);
    });

    it('D1 without state the URI is as it was registered', async () => {
      const page = await browser.send(logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: returnTo }));

      expect(page.headers.get('location')).toBe(returnTo);
    });

    it('D1 a form post works as a GET does', async () => {
      const page = await postForm(browser, '/logout', {
        id_token_hint: hint,
        post_logout_redirect_uri: returnTo,
        client_id: party.clientId,
        state: 's',
      });

      expect(page.headers.get('location')).toBe(`${returnTo}&state=s`);
      expect(await isSignedIn()).toBe(false);
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
      expect(await isSignedIn()).toBe(false);
    });

    it('D1 without a URI a page says that the user is signed out', async () => {
      const page = await browser.open(logoutUrl({ id_token_hint: hint }));

      expect(page.status).toBe(200);
      expect(page.html).toContain('You are signed out');
      expect(await isSignedIn()).toBe(false);
    });

    it('D1 an expired hint and one of a retired key are good enough', async () => {
      const old = (await party.tokens()).id_token;
      await server.app.get(KeyRing).rotate(['RS256'], 'test');
      server.clock.advance(30 * 86_400);

      const page = await browser.send(logoutUrl({ id_token_hint: old, post_logout_redirect_uri: returnTo }));

      expect(page.headers.get('location')).toBe(returnTo);
      expect(await isSignedIn()).toBe(false);
      await server.app.get(KeyRing).published();
      hint = (await party.tokens()).id_token;
    });

    it('D1 where nobody is signed in the browser goes back all the same', async () => {
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
    it('D1 without any parameter: a question, then signed out and told so', async () => {
      const page = await browser.open('/logout');
      expect(asks(page)).toBe(true);
      expect(await isSignedIn()).toBe(true);

      const done = await browser.submit(page, { decision: 'sign-out' });

      expect(done.status).toBe(200);
      expect(done.html).toContain('You are signed out');
      expect(await isSignedIn()).toBe(false);
    });

    it('D1 with client_id and a registered URI: a question that names the client, then back with state', async () => {
      const page = await browser.open(
        logoutUrl({ client_id: party.clientId, post_logout_redirect_uri: returnTo, state: 's' }),
      );
      expect(asks(page)).toBe(true);
      expect(page.html).toContain('MessageWriter');
      expect(await isSignedIn()).toBe(true);

      const done = await browser.post(page, { decision: 'sign-out' });

      expect(done.headers.get('location')).toBe(`${returnTo}&state=s`);
      expect(await isSignedIn()).toBe(false);
    });

    it('D1 who stays keeps the session', async () => {
      const page = await browser.open('/logout');

      await browser.submit(page, { decision: 'stay' });

      expect(await isSignedIn()).toBe(true);
    });

    it('D1 a logout_hint is no proof', async () => {
      expect(asks(await browser.open(logoutUrl({ logout_hint: 'alice' })))).toBe(true);
    });

    it('D1 where nobody is signed in a page says so', async () => {
      const page = await new TestBrowser(server.issuer).open('/logout');

      expect([page.status, page.html.includes('You are signed out')]).toEqual([200, true]);
    });

    it('D1 the answer to the question needs the token of the browser that was asked', async () => {
      const stranger = await new TestBrowser(server.issuer).open('/login');

      for (const token of ['', csrfOf(stranger)]) {
        expectPage(await postForm(browser, '/logout', { decision: 'sign-out', _csrf: token }), 403);
      }
      expect(await isSignedIn()).toBe(true);
    });

    it('D1 an answer with a made-up return address returns nowhere', async () => {
      const page = await browser.open('/logout');

      const done = await browser.post(page, { decision: 'sign-out', request: 'https://evil.example' });

      expect(done.headers.get('location')).toBeNull();
      expect(done.html).not.toContain('evil.example');
    });
  });

  describe('D1 refused', () => {
    const refused: [string, () => Record<string, string> | Promise<Record<string, string>>][] = [
      ['a forged hint', () => ({ id_token_hint: 'x.y.z' })],
      [
        'a hint with a damaged signature',
        () => ({ id_token_hint: `${hint.slice(0, -20)}${'A'.repeat(20)}` }),
      ],
      ['an unsigned hint', () => ({ id_token_hint: unsecured(hint), post_logout_redirect_uri: returnTo })],
      ['an access token as hint', async () => ({ id_token_hint: (await party.tokens()).access_token })],
      [
        'an unregistered URI',
        () => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }),
      ],
      [
        'a registered URI with something behind it',
        () => ({ id_token_hint: hint, post_logout_redirect_uri: `${returnTo}&x` }),
      ],
      [
        'a redirect_uri that is no post_logout_redirect_uri',
        () => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://writer.example.com/callback' }),
      ],
      ['javascript:', () => ({ id_token_hint: hint, post_logout_redirect_uri: 'javascript:alert(1)' })],
      ['a URI without client', () => ({ post_logout_redirect_uri: returnTo })],
      ['a URI of an unknown client', () => ({ client_id: 'nobody', post_logout_redirect_uri: returnTo })],
      [
        'a client_id that is not the audience of the hint',
        () => ({ id_token_hint: hint, client_id: 'message-writer' }),
      ],
      [
        "another client's URI",
        async () => {
          const other = await RelyingParty.register(server, {}, party.browser);
          return { id_token_hint: (await other.tokens()).id_token, post_logout_redirect_uri: returnTo };
        },
      ],
    ];
    it.each(refused)('D1 %s: a page, no redirect, and the session lives', async (_what, parameters) => {
      const fields = await parameters();

      for (const page of [
        await browser.send(logoutUrl(fields)),
        await postForm(browser, '/logout', fields),
      ]) {
        expectPage(page);
        expect(page.headers.getSetCookie()).toEqual([]);
        expect(await isSignedIn()).toBe(true);
      }
    });

    it.each(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'])(
      'D1 %s sent twice: a page, and the session lives',
      async (name) => {
        const parameters = new URLSearchParams({
          id_token_hint: hint,
          client_id: party.clientId,
          post_logout_redirect_uri: returnTo,
          state: 's',
        });
        parameters.append(name, parameters.get(name) ?? '');

        expectPage(await browser.send(`/logout?${parameters.toString()}`));
        expect(await isSignedIn()).toBe(true);
      },
    );

    it.each(['state=%', 'state=%00', `state=${'x'.repeat(9_000)}&id_token_hint=x`, 'a=b&'.repeat(500)])(
      'D1 a query that cannot be read or believed is refused with a page, and the session lives',
      async (query) => {
        const page = await browser.send(`/logout?${query}`);

        expectPage(page);
        expect(await isSignedIn()).toBe(true);
      },
    );

    it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('D1 %s is answered with 405 and Allow', async (method) => {
      const page = await browser.send('/logout', { method });

      expect(page.status).toBe(405);
      expect(page.headers.get('allow')).toBe('GET, POST');
    });

    it('D1 JSON is refused', async () => {
      const page = await browser.send('/logout', {
        method: 'POST',
        body: '{"decision":"sign-out"}',
        headers: { 'content-type': 'application/json' },
      });

      expectPage(page);
      expect(await isSignedIn()).toBe(true);
    });
  });

  it('D2 after logout prompt=none gives login_required', async () => {
    const request = { client_id: party.clientId, prompt: 'none', scope: 'openid' };
    expect(responseOf(await browser.open(authorizeUrl(request))).has('code')).toBe(true);

    await browser.send(logoutUrl({ id_token_hint: hint }));

    expect(responseOf(await browser.open(authorizeUrl(request))).get('error')).toBe('login_required');
    expect(shows.signIn(await browser.open(authorizeUrl({ ...request, prompt: undefined })))).toBe(true);
  });

  it('D2 a session cookie kept from before the logout is worth nothing', async () => {
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

function unsecured(jwt: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${jwt.split('.')[1]}.`;
}
