import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { authorizeUrl } from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';
import { responseOf, type Shown, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, useServer } from '../support/server.js';
import { request } from '../support/relying-party.js';
import { elements } from '../support/markup.js';
import { signOut } from '../support/forms.js';

const on = { EYRIE_SESSION_MANAGEMENT: 'on' };
const origin = 'https://writer.example.com';

const stateCookiesOf = (page: Shown): string[] =>
  page.headers
    .getSetCookie()
    .filter((line) => line.includes('eyrie_browser_state='))
    .map((line) => line.replace(/state=[\w-]+;/, 'state=…;').replace(/Expires=[^;]*/, 'Expires'));

/** The session state that belongs to a browser's cookie, with the salt of the one that was sent. */
function expectedState(browser: TestBrowser, clientId: string, told: string): string {
  const salt = told.split('.')[1] ?? '';
  const parts = [clientId, origin, browser.cookies.get('eyrie_browser_state'), salt];
  return `${createHash('sha256').update(parts.join(' ')).digest('base64url')}.${salt}`;
}

describe('J1 session management, when it is off', () => {
  const server = useServer({}, { users: [alice], clients: [messageWriter] });

  it('J1 when session management is off there is no page, no cookie, no session_state, and discovery names none', async () => {
    expect((await request(server, '/check_session')).status).toBe(404);
    const browser = new TestBrowser(server.issuer);
    const left = await walk(browser, authorizeUrl());
    expect(responseOf(left).has('code')).toBe(true);
    expect(responseOf(left).has('session_state')).toBe(false);
    expect([...browser.cookies.keys()]).not.toContain('eyrie_browser_state');
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).not.toHaveProperty('check_session_iframe');
  });
});

describe('J1 session management', () => {
  const server = useServer({ ...on, EYRIE_RESPONSE_TYPES: 'code id_token' });
  let browser: TestBrowser;
  const clientId = messageWriter.client_id;

  beforeAll(async () => {
    await server.createUser(alice);
    await server.register({
      ...messageWriter,
      grant_types: [...messageWriter.grant_types, 'implicit'],
      response_types: ['code', 'code id_token'],
    });
  });
  beforeEach(async () => {
    browser = await signedInBrowser(server);
  });

  it('J1 discovery names the page, which any origin may frame and which runs its own script only', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body.check_session_iframe).toBe(`${server.issuer}/check_session`);

    const page = await new TestBrowser(server.issuer).send('/check_session');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(page.headers.get('x-frame-options')).toBeNull();
    const policy = (page.headers.get('content-security-policy') ?? '').split('; ');
    const [script, ...more] = elements(page.html, 'script');
    expect(more).toEqual([]);
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        'frame-ancestors *',
        `script-src 'nonce-${script?.attributes.nonce}'`,
      ]),
    );
    const again = await new TestBrowser(server.issuer).send('/check_session');
    expect(elements(again.html, 'script')[0]?.attributes.nonce).not.toBe(script?.attributes.nonce);
  });

  it('J1 no other page may be framed', async () => {
    for (const path of ['/', '/login', '/account', '/check_session/other']) {
      const page = await browser.send(path, { headers: { accept: 'text/html' } });
      if (page.status === 303) continue;
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });

  it('J1 the cookie of session management is for scripts, changes at every sign-in, and is removed at sign-out', async () => {
    const before = browser.cookies.get('eyrie_browser_state');
    expect(before).toMatch(/^[\w-]{43}$/);
    const page = await browser.open(authorizeUrl({ prompt: 'login' }));
    const signedIn = await browser.post(page, { username: alice.username, password: alice.password });
    expect(stateCookiesOf(signedIn)).toEqual(['eyrie_browser_state=…; Path=/; SameSite=Lax']);
    expect(browser.cookies.get('eyrie_browser_state')).not.toBe(before);

    const signedOut = await signOut(browser);
    expect(stateCookiesOf(signedOut)).toEqual([
      'eyrie_browser_state=; Max-Age=0; Path=/; Expires; SameSite=Lax',
    ]);
    expect(browser.cookies.has('eyrie_browser_state')).toBe(false);
  });

  it('J1 the cookie of session management is removed at a sign-out of a session that had expired', async () => {
    server.clock.advance(30 * 86_400);
    const page = await browser.open('/logout');

    expect(page.html).toContain('You are signed out');
    expect(stateCookiesOf(page)).toHaveLength(1);
    expect(browser.cookies.has('eyrie_browser_state')).toBe(false);
    expect(stateCookiesOf(await browser.open('/logout'))).toEqual([]);
  });

  it('J1 the cookie of session management signs nobody in, and a wrong or lost one is replaced with the next answer', async () => {
    const thief = new TestBrowser(server.issuer);
    const state = browser.cookies.get('eyrie_browser_state') ?? '';
    for (const name of ['eyrie_browser_state', 'eyrie_session', 'eyrie_browser', 'eyrie_device'])
      thief.cookies.set(name, state);
    expect((await thief.open('/account')).url).toMatch(/\/login$/);

    await walk(browser, authorizeUrl());
    for (const wrong of ['planted', undefined]) {
      if (wrong === undefined) browser.cookies.delete('eyrie_browser_state');
      else browser.cookies.set('eyrie_browser_state', wrong);
      await walk(browser, authorizeUrl());
      expect(browser.cookies.get('eyrie_browser_state')).toBe(state);
    }
    const left = await browser.send(authorizeUrl());
    expect(stateCookiesOf(left)).toEqual([]);
  });

  it.each(['query', 'fragment'])(
    'J1 session_state comes by %s: the salted hash of client, origin and browser state, another one each time',
    async (mode) => {
      const states = new Set<string>();
      for (let round = 0; round < 2; round++) {
        const told = responseOf(await walk(browser, authorizeUrl({ response_mode: mode }))).get(
          'session_state',
        );
        expect(told).toBe(expectedState(browser, clientId, told ?? ''));
        expect(told).toMatch(/^[\w-]{43}\.[\w-]{16}$/);
        states.add(told ?? '');
      }
      expect(states.size).toBe(2);
    },
  );

  it('J1 session_state comes by form_post, with the hybrid flow, and inside the JWT of a signed response', async () => {
    const page = await walk(browser, authorizeUrl({ response_mode: 'form_post' }));
    const field = elements(page.html, 'input').find(({ attributes }) => attributes.name === 'session_state');
    const posted = field?.attributes.value ?? '';
    expect(posted).toBe(expectedState(browser, clientId, posted));

    const hybrid = responseOf(
      await walk(browser, authorizeUrl({ response_type: 'code id_token', nonce: 'n' })),
    );
    expect(hybrid.get('session_state')).toBe(
      expectedState(browser, clientId, hybrid.get('session_state') ?? ''),
    );

    const signed = responseOf(await walk(browser, authorizeUrl({ response_mode: 'jwt' })));
    expect([...signed.keys()]).toEqual(['response']);
    const { session_state: told } = decodeJwt(signed.get('response') ?? '');
    expect(told).toBe(expectedState(browser, clientId, String(told)));
  });

  it('J1 session_state comes with the answer to prompt=none, and neither with errors nor without openid', async () => {
    await walk(browser, authorizeUrl({ scope: 'openid profile contacts.read' }));
    const silent = responseOf(await browser.open(authorizeUrl({ prompt: 'none' })));
    expect(silent.get('session_state')).toBe(
      expectedState(browser, clientId, silent.get('session_state') ?? ''),
    );
    const anonymous = responseOf(await new TestBrowser(server.issuer).open(authorizeUrl({ prompt: 'none' })));
    expect([anonymous.get('error'), anonymous.has('session_state')]).toEqual(['login_required', false]);
    const plain = responseOf(await walk(browser, authorizeUrl({ scope: 'contacts.read' })));
    expect([plain.has('code'), plain.has('session_state')]).toEqual([true, false]);
  });
});

describe('J1 session management under https', () => {
  it('J1 under https the cookie of session management is SameSite=None and Secure, with the prefix __Host-', async () => {
    const issuer = 'https://id.example.com';
    const server = await startServer({ ...on, EYRIE_ISSUER: issuer });
    await server.createUser(alice);
    const { port } = server.app.getHttpServer().address() as AddressInfo;
    const browser = new TestBrowser(`http://127.0.0.1:${port}`);
    const page = await browser.open('/login');
    const signedIn = await browser.post(
      page,
      { username: alice.username, password: alice.password },
      { origin: issuer },
    );
    expect(stateCookiesOf(signedIn)).toEqual(['__Host-eyrie_browser_state=…; Path=/; Secure; SameSite=None']);
    expect((await browser.send('/check_session')).html).toContain('"__Host-eyrie_browser_state="');
    await server.stop();
  });
});
