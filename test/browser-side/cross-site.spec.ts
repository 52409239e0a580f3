import { authorizeUrl, expectPage, rowCounts } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { csrfOf, interactionOf, postForm, sessionsOn } from '../support/forms.js';
import { useSignedInBrowser } from '../support/use-browser.js';

describe('E2 forms sent from elsewhere', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });
  const browser = useSignedInBrowser(server);

  /** Every form of ours: where it goes, and a page that shows it with what it holds. */
  const forms: [path: string, page: () => Promise<Shown>, fields: (page: Shown) => Record<string, string>][] =
    [
      [
        '/login',
        () => browser.open('/account'),
        () => ({ username: alice.username, password: alice.password }),
      ],
      [
        '/consent',
        () => browser.open(authorizeUrl({ prompt: 'consent' })),
        (page) => ({ interaction: interactionOf(page), decision: 'allow', scope: 'openid' }),
      ],
      [
        '/select-account',
        () => browser.open(authorizeUrl({ prompt: 'select_account' })),
        (page) => ({ interaction: interactionOf(page), choice: 'any' }),
      ],
      ['/account/withdraw', () => browser.open('/account'), () => ({ client_id: messageWriter.client_id })],
      [
        '/account/sessions/revoke',
        () => browser.open('/account'),
        (page) => ({ session_id: sessionsOn(page)[0] ?? '' }),
      ],
      ['/account/sign-out', () => browser.open('/account'), () => ({})],
      ['/logout', () => browser.open('/account'), () => ({ decision: 'sign-out' })],
    ];

  const attacks: [
    string,
    (token: string) => Promise<[fields: Record<string, string>, headers?: Record<string, string>]>,
  ][] = [
    ['without a token', async () => [{}]],
    ['with an empty token', async () => [{ _csrf: '' }]],
    ['with a made-up token', async () => [{ _csrf: 'AAAAAAAA-AAAAAAAAAAAAAAAAAAAAAAAAAAA' }]],
    [
      "with the attacker's own token",
      async () => [{ _csrf: csrfOf(await new TestBrowser(server.issuer).open('/login')) }],
    ],
    ['with the token, from another origin', async (_csrf) => [{ _csrf }, { origin: 'https://evil.example' }]],
    [
      'with the token, from an origin of the same name',
      async (_csrf) => [{ _csrf }, { origin: `${server.issuer}.evil.example` }],
    ],
    ['with the token, from another port', async (_csrf) => [{ _csrf }, { origin: 'http://127.0.0.1:1' }]],
    ['with the token, from an opaque origin', async (_csrf) => [{ _csrf }, { origin: 'null' }]],
    [
      'with the token, cross-site by Sec-Fetch-Site',
      async (_csrf) => [{ _csrf }, { 'sec-fetch-site': 'cross-site' }],
    ],
    [
      'with the token, same-site by Sec-Fetch-Site',
      async (_csrf) => [{ _csrf }, { 'sec-fetch-site': 'same-site' }],
    ],
  ];

  const cases = forms.flatMap(([path, page, fields]) =>
    attacks.map(([how, attack]) => ({ path, how, page, fields, attack })),
  );
  it.each(cases)(
    'E2 a post to $path $how is 403 and does nothing',
    async ({ path, page, fields, attack }) => {
      const shown = await page();
      const [token, headers] = await attack(csrfOf(shown));
      const before = await rowCounts(server);

      const answer = await postForm(browser, path, { ...fields(shown), ...token }, headers);

      expectPage(answer, 403);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await rowCounts(server)).toEqual(before);
      expect((await browser.open('/account')).url).toMatch(/\/account$/);
    },
  );

  it.each(forms)(
    'E2 a post to %s with the token, and a browser that tells no origin, is accepted',
    async (path, page, fields) => {
      const shown = await page();

      const answer = await postForm(browser, path, { _csrf: csrfOf(shown), ...fields(shown) });

      expect([200, 303]).toContain(answer.status);
    },
  );

  it.each(forms)('E2 a post to %s from our own origin is accepted', async (path, page, fields) => {
    const shown = await page();

    const answer = await postForm(
      browser,
      path,
      { _csrf: csrfOf(shown), ...fields(shown) },
      { origin: server.issuer, 'sec-fetch-site': 'same-origin' },
    );

    expect([200, 303]).toContain(answer.status);
  });

  it.each(forms)(
    'E2 the token of one browser does not pass in another one to %s',
    async (path, page, fields) => {
      const shown = await page();
      const other = await signedInBrowser(server);

      expectPage(await postForm(other, path, { ...fields(shown), _csrf: csrfOf(shown) }), 403);
    },
  );

  it.each(forms.map(([path]) => path))(
    'E2 %s reads a form only: JSON and plain text are refused',
    async (path) => {
      for (const type of ['application/json', 'text/plain']) {
        const answer = await browser.send(path, {
          method: 'POST',
          body: type === 'text/plain' ? '_csrf=x' : '{"_csrf":"x"}',
          headers: { 'content-type': type },
        });
        expectPage(answer, 400);
      }
    },
  );

  it.each(forms.map(([path]) => path))('E2 %s refuses a form that cannot be read', async (path) => {
    for (const body of ['_csrf=%', '_csrf=%00', 'a=b&'.repeat(200)]) {
      const answer = await browser.send(path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expectPage(answer, 400);
    }
  });

  it('E2 a cross-origin post to /login with good credentials signs nobody in', async () => {
    const victim = new TestBrowser(server.issuer);

    const answer = await postForm(victim, '/login', { ...alice }, { origin: 'https://evil.example' });

    expectPage(answer, 403);
    expect(victim.cookies.has('eyrie_session')).toBe(false);
  });

  it.each(['/token', '/introspect', '/revoke'])(
    'E2 %s, a protocol endpoint, asks for no CSRF token',
    async (path) => {
      const answer = await postForm(
        browser,
        path,
        {},
        { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' },
      );

      expect(answer.status).not.toBe(403);
      expect(answer.html).toContain('"error":');
    },
  );

  it.each([
    '/consent',
    '/select-account',
    '/account/withdraw',
    '/account/sessions/revoke',
    '/account/sign-out',
  ])('E2 %s changes nothing by GET', async (path) => {
    const before = await rowCounts(server);

    const page = await browser.send(`${path}?client_id=message-writer&decision=allow&choice=continue`);

    expect([403, 405]).toContain(page.status);
    expect(await rowCounts(server)).toEqual(before);
  });
});
