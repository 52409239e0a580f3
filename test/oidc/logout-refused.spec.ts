import { expectPage } from '../support/authorization-requests.js';
import { postForm } from '../support/forms.js';
import { TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { isSignedIn, logoutUrl, registerReturning, returnTo } from '../support/logout.js';
import { useSignedInBrowser } from '../support/use-browser.js';

describe('D1 refused logouts', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '100000000', EYRIE_SESSION_TTL: '100000000' },
    { users: [alice] },
  );
  const browser = useSignedInBrowser(server);
  let party: RelyingParty;
  let hint: string;

  beforeAll(async () => {
    party = await registerReturning(server);
    hint = (await party.tokens()).id_token;
  });

  const refused: [string, () => Record<string, string> | Promise<Record<string, string>>][] = [
    ['a forged hint', () => ({ id_token_hint: 'x.y.z' })],
    ['a hint with a damaged signature', () => ({ id_token_hint: `${hint.slice(0, -20)}${'A'.repeat(20)}` })],
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
  it.each(refused)(
    'D1 a logout with %s gets a page, no redirect, and the session stays',
    async (_what, parameters) => {
      const fields = await parameters();

      for (const page of [
        await browser.send(logoutUrl(fields)),
        await postForm(browser, '/logout', fields),
      ]) {
        expectPage(page);
        expect(page.headers.getSetCookie()).toEqual([]);
        expect(await isSignedIn(browser)).toBe(true);
      }
    },
  );

  it.each(refused)(
    'D1 the page of a logout with %s signs out here, without a redirect',
    async (_what, fields) => {
      const page = await browser.send(logoutUrl(await fields()));

      const done = await browser.submit(page, { decision: 'sign-out' });

      expect(done.status).toBe(200);
      expect(done.url).toBe(`${server.issuer}/logout`);
      expect(done.html).toContain('You are signed out');
      expect(done.html).not.toContain('writer.example.com');
      expect(await isSignedIn(browser)).toBe(false);
    },
  );

  it.each<[string, () => Record<string, string>, string]>([
    [
      'a registered URI without hint or client_id',
      () => ({ post_logout_redirect_uri: returnTo }),
      'id_token_hint and client_id are missing',
    ],
    [
      'a URI of an unknown client',
      () => ({ client_id: 'nobody', post_logout_redirect_uri: returnTo }),
      'does not know the application (client_id)',
    ],
    [
      'an unregistered URI',
      () => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }),
      'not registered for it (post_logout_redirect_uri)',
    ],
    ['a forged hint', () => ({ id_token_hint: 'x.y.z' }), 'id_token_hint is not an ID token of this service'],
  ])('D1 the page of a logout with %s names that', async (_what, fields, words) => {
    const { html } = await browser.send(logoutUrl(fields()));

    expect(html).toContain(words);
  });

  it('D1 a refused logout of somebody who is not signed in says so, and offers nothing', async () => {
    const { html } = await new TestBrowser(server.issuer).send(logoutUrl({ id_token_hint: 'x.y.z' }));

    expect(html).toContain('You are not signed in in this browser');
    expect(html).not.toContain('action="/logout"');
  });

  it.each(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'])(
    'D1 a logout with %s sent twice gets a page, and the session stays',
    async (name) => {
      const parameters = new URLSearchParams({
        id_token_hint: hint,
        client_id: party.clientId,
        post_logout_redirect_uri: returnTo,
        state: 's',
      });
      parameters.append(name, parameters.get(name) ?? '');

      expectPage(await browser.send(`/logout?${parameters.toString()}`));
      expect(await isSignedIn(browser)).toBe(true);
    },
  );

  it.each(['state=%', 'state=%00', `state=${'x'.repeat(9_000)}&id_token_hint=x`, 'a=b&'.repeat(500)])(
    'D1 a logout with a malformed query is refused with a page, and the session stays',
    async (query) => {
      const page = await browser.send(`/logout?${query}`);

      expectPage(page);
      expect(page.html).toContain('value="sign-out"');
      expect(await isSignedIn(browser)).toBe(true);
    },
  );

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'D1 a logout by %s is answered with 405 and Allow',
    async (method) => {
      const page = await browser.send('/logout', { method });

      expect(page.status).toBe(405);
      expect(page.headers.get('allow')).toBe('GET, POST');
    },
  );

  it('D1 a logout by JSON is refused', async () => {
    const page = await browser.send('/logout', {
      method: 'POST',
      body: '{"decision":"sign-out"}',
      headers: { 'content-type': 'application/json' },
    });

    expectPage(page);
    expect(await isSignedIn(browser)).toBe(true);
  });
});

function unsecured(jwt: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${jwt.split('.')[1]}.`;
}
