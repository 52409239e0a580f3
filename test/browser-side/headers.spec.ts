import { request as httpRequest } from 'node:http';
import { authorizeUrl } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { csrfOf, postForm } from '../support/forms.js';

const mallory = {
  username: 'mallory"><img src=x onerror=alert(1)>',
  password: 'battery correct staple',
  name: '</bdi><script>alert(2)</script>',
  email: "m'<svg/onload=alert(3)>@example.com",
};

describe('E3 what pages are sent with', () => {
  const server = useServer({}, { users: [alice, mallory], clients: [messageWriter] });
  let browser: TestBrowser;

  beforeAll(async () => {
    await server.register({
      ...messageWriter,
      client_id: 'hostile',
      client_name: `<script>alert(4)</script>"'&`,
      logo_uri: 'https://cdn.example/logo.png?a="b',
      policy_uri: 'https://writer.example.com/policy?"onclick="alert(5)',
    });
    await server.register({
      ...messageWriter,
      client_id: 'app',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['com.example.writer:/callback', 'http://[::1]/callback'],
    });
    browser = await signedInBrowser(server);
  });

  const pages: [string, number, () => Promise<Shown>][] = [
    ['the front page', 200, () => browser.open('/')],
    ['the sign-in page', 200, () => new TestBrowser(server.issuer).open('/login')],
    ['the sign-in page of a request', 200, () => browser.open(authorizeUrl({ prompt: 'login' }))],
    [
      'the sign-in page after a wrong password',
      401,
      async () => {
        const anonymous = new TestBrowser(server.issuer);
        return anonymous.submit(await anonymous.open('/login'), { username: 'alice', password: 'wrong' });
      },
    ],
    ['the consent page', 200, () => browser.open(authorizeUrl({ prompt: 'consent' }))],
    ['the account page', 200, () => browser.open('/account')],
    ['the choice of account', 200, () => browser.open(authorizeUrl({ prompt: 'select_account' }))],
    ['the question before signing out', 200, () => browser.open('/logout')],
    ['the page after signing out', 200, () => new TestBrowser(server.issuer).open('/logout')],
    [
      'form_post',
      200,
      () => browser.open(authorizeUrl({ prompt: 'none', response_mode: 'form_post', scope: 'email' })),
    ],
    ['a refused request', 400, () => browser.open(authorizeUrl({ client_id: 'nobody' }))],
    ['a refused form', 403, () => postForm(browser, '/login', {})],
    ['a page that does not exist', 404, () => browser.open('/nowhere')],
    ['a method that does not exist', 405, () => browser.send('/consent', { method: 'DELETE' })],
    ['a body that is too large', 413, () => postForm(browser, '/login', { password: 'x'.repeat(100_000) })],
  ];

  it.each(pages)('E3 %s has all the headers', async (_what, status, open) => {
    const page = await open();

    expect(page.status).toBe(status);
    const headers = Object.fromEntries(page.headers);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(policyOf(page)).toMatchObject({
      'default-src': "'none'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'style-src': "'self'",
      'img-src': "'self'",
    });
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it.each(pages)('E3 %s has nothing inline and nothing from elsewhere', async (_what, _status, open) => {
    const { html, headers } = await open();

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    const nonce = /'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1];
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toBe(`<script nonce="${nonce}">`);
    for (const [, target = ''] of html.matchAll(
      /<(?:link|img|iframe|script)[^>]*\s(?:href|src)="([^"]*)"/g,
    )) {
      expect(target).toMatch(/^\/(?!\/)/);
    }
  });

  it('E3 our forms lead to ourselves, and to the redirection URI proven for the request only', async () => {
    expect(policyOf(await browser.open('/account'))['form-action']).toBe("'self'");
    expect(policyOf(await browser.open(authorizeUrl({ prompt: 'consent' })))['form-action']).toBe(
      "'self' https://writer.example.com",
    );
  });

  it.each([
    ['com.example.writer:/callback', 'com.example.writer:'],
    // CSP has no form for an IPv6 literal.
    ['http://[::1]:5000/callback', 'http:'],
  ])('E3 for %s forms may lead to %s', async (redirect_uri, source) => {
    const page = await browser.open(authorizeUrl({ client_id: 'app', redirect_uri, prompt: 'consent' }));

    expect(policyOf(page)['form-action']).toBe(`'self' ${source}`);
  });

  it("E3 the consent page may show the client's logo, and nothing else from there", async () => {
    const page = await browser.open(authorizeUrl({ client_id: 'hostile' }));

    expect(policyOf(page)['img-src']).toBe("'self' https://cdn.example");
    expect(page.html).toContain('referrerpolicy="no-referrer"');
  });

  it('E3 what a client and a user are called is escaped on every page', async () => {
    const own = await signedInBrowser(server, mallory);
    const shown = [
      await own.open('/'),
      await own.open('/account'),
      await own.open(authorizeUrl({ client_id: 'hostile' })),
      await own.open(authorizeUrl({ client_id: 'hostile', prompt: 'select_account' })),
      await own.open(authorizeUrl({ client_id: 'hostile', prompt: 'login', login_hint: mallory.username })),
      await own.open('/logout?client_id=hostile'),
    ];

    expect(shows.consent(shown[2] as Shown)).toBe(true);
    for (const { html } of shown) expect(html).not.toMatch(/<script>alert|<img src=x|<svg\/onload|"onclick=/);
  });

  it('E3 an error page does not repeat what the request said', async () => {
    const hostile = '<script>alert(6)</script>';
    for (const url of [
      authorizeUrl({ client_id: hostile }),
      authorizeUrl({ redirect_uri: `https://${hostile}` }),
      `/${hostile}`,
      `/logout?post_logout_redirect_uri=${hostile}`,
    ]) {
      expect((await browser.open(url)).html).not.toContain(hostile);
    }
  });

  it.each([
    ['state', '/authorize?client_id=message-writer&response_type=x&state=a%0d%0aset-cookie:%20a=b'],
    ['login_hint', '/authorize?client_id=message-writer&login_hint=a%0d%0aset-cookie:%20a=b'],
    ['interaction', '/login?interaction=a%0d%0aset-cookie:%20a=b'],
    [
      'post_logout_redirect_uri',
      '/logout?post_logout_redirect_uri=https://x.example/%0d%0aset-cookie:%20a=b',
    ],
    ['the path', '/%0d%0aset-cookie:%20a=b'],
  ])('E3 CR and LF in %s never reach a header', async (_what, url) => {
    const page = await new TestBrowser(server.issuer).send(url);

    expect(page.status).toBeLessThan(500);
    for (const [, value] of page.headers) expect(value).not.toMatch(/[\r\n]/);
    expect(page.headers.getSetCookie().filter((line) => line.startsWith('a='))).toEqual([]);
    expect(page.headers.get('location') ?? '').not.toMatch(/[\r\n]/);
  });

  it.each([
    ['Host', { host: 'evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=https' }],
    ['X-Original-URL', { 'x-original-url': '/admin', 'x-rewrite-url': '/admin' }],
  ])('E3 a forged %s header turns up nowhere', async (_what, headers) => {
    for (const path of ['/', '/login', '/nowhere', authorizeUrl(), authorizeUrl({ prompt: 'none' })]) {
      const answer = await raw(path, headers);
      expect(answer).not.toContain('evil.example');
    }
  });

  it('E3 a page that does not exist says so with a reference and no more', async () => {
    const page = await browser.open('/nowhere/at/all');

    expect(page.html).toContain('id="error-reference"');
    expect(page.html).not.toMatch(/node_modules|\.ts:|\.js:|Error:/);
  });

  it('E3 pages answer HEAD as GET, without a body', async () => {
    for (const path of ['/', '/login']) {
      const page = await new TestBrowser(server.issuer).send(path, { method: 'HEAD' });
      expect([page.status, page.html]).toEqual([200, '']);
    }
  });

  it('E3 no page and no form of ours is open to other origins', async () => {
    const account = await browser.open('/account');
    for (const [path, init] of [
      ['/account', { headers: { origin: 'https://evil.example' } }],
      [
        '/login',
        {
          method: 'OPTIONS',
          headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        },
      ],
      [
        '/account/sign-out',
        { method: 'POST', body: `_csrf=${csrfOf(account)}`, headers: { origin: 'https://evil.example' } },
      ],
    ] as const) {
      const page = await browser.send(path, init);
      expect([...page.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  /** Head and body of an answer to a request with headers that fetch would not send. */
  function raw(path: string, headers: Record<string, string>): Promise<string> {
    return new Promise((resolve, reject) => {
      httpRequest(new URL(path, server.issuer), { headers }, (response) => {
        let text = `${response.statusCode} ${JSON.stringify(response.headers)}`;
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
  }
});

/** The directives of a page's Content-Security-Policy. */
function policyOf(page: Shown): Record<string, string> {
  const directives = (page.headers.get('content-security-policy') ?? '').split('; ');
  return Object.fromEntries(
    directives.map((directive) => [
      directive.split(' ', 1)[0] ?? '',
      directive.slice(directive.indexOf(' ') + 1),
    ]),
  );
}
