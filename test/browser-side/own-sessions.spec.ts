import { signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm, sessionsOn } from '../support/forms.js';
import { byId } from '../support/markup.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, startServer, type TestServer, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';
import { Sweeper } from '../../src/persistence/sweeper.js';

const day = 86_400;

describe('The account page says what was done', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;

  beforeEach(async () => {
    browser = await signedInBrowser(server);
  });

  const noticeOf = (html: string): string | undefined => /id="notice"[^>]*>([^<]*)</.exec(html)?.[1];
  const post = async (path: string, fields: Record<string, string> = {}): Promise<string | undefined> => {
    await postForm(browser, path, { _csrf: csrfOf(await browser.open('/account')), ...fields });
    return noticeOf((await browser.open('/account')).html);
  };

  it('after a withdrawal, once, with the name of the application', async () => {
    const party = await RelyingParty.register(server, {}, browser);
    const { access_token: token } = await party.tokens();

    expect(await post('/account/withdraw', { client_id: party.clientId })).toBe(
      'MessageWriter has no access to your account any more.',
    );
    expect((await party.userinfo(token)).status).toBe(401);
    expect(noticeOf((await browser.open('/account')).html)).toBeUndefined();
  });

  it('after the end of all other sessions, which end, and this one stays', async () => {
    const others = await Promise.all([1, 2].map(() => signedInBrowser(server)));
    await post('/account/sessions/revoke-others');
    await signedInBrowser(server);

    expect(await post('/account/sessions/revoke-others')).toBe('1 other session has ended.');
    expect(await post('/account/sessions/revoke-others')).toBe('You are signed in in this browser alone.');
    for (const other of others) expect((await other.open('/account')).url).toMatch(/\/login$/);
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
  });

  it('after the end of one session', async () => {
    await signedInBrowser(server);
    const [, other = ''] = sessionsOn(await browser.open('/account'));

    expect(await post('/account/sessions/revoke', { session_id: other })).toBe(
      'The session has ended. That browser has to sign in again.',
    );
  });

  it('to nobody else who signs in in this browser', async () => {
    await post('/account/withdraw', { client_id: 'nobody' });
    await postForm(browser, '/account/withdraw', {
      _csrf: csrfOf(await browser.open('/account')),
      client_id: 'nobody',
    });
    browser.cookies.delete('eyrie_session');

    const account = await signIn(browser, await browser.open('/login'), alice);

    expect(noticeOf(account.html)).toBeUndefined();
  });
});

describe('“Keep me signed in”', () => {
  const signInKeeping = async (server: TestServer, keep: boolean): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    await browser.submit(page, {
      username: alice.username,
      password: alice.password,
      ...(keep ? { keep: 'on' } : {}),
    });
    return browser;
  };

  it('outlasts the browser and the idle time, for as long as the setting says', async () => {
    const server = await startServer({ EYRIE_KEEP_SIGNED_IN_TTL: String(20 * day) });
    await server.createUser(alice);
    const page = await new TestBrowser(server.issuer).open('/login');
    const browser = new TestBrowser(server.issuer);
    const form = await browser.open('/login');
    const answer = await browser.post(form, {
      username: alice.username,
      password: alice.password,
      keep: 'on',
    });
    const other = await signInKeeping(server, false);

    const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('eyrie_session='));
    expect(session).toContain(`Max-Age=${20 * day}`);
    expect(byId(page.html, 'keep')?.attributes).not.toHaveProperty('checked');
    server.clock.advance(19 * day);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
    expect((await other.open('/account')).url).toMatch(/\/login$/);
    server.clock.advance(day);
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    await server.stop();
  });

  it('is neither offered nor accepted where the setting is 0', async () => {
    const server = await startServer({ EYRIE_KEEP_SIGNED_IN_TTL: '0' });
    await server.createUser(alice);
    const browser = await signInKeeping(server, true);

    expect(byId((await new TestBrowser(server.issuer).open('/login')).html, 'keep')).toBeUndefined();
    server.clock.advance(day + 1);
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    await server.stop();
  });

  it('stays ticked after a wrong password', async () => {
    const server = await startServer();
    await server.createUser(alice);
    const browser = new TestBrowser(server.issuer);

    const again = await browser.submit(await browser.open('/login'), {
      username: alice.username,
      password: 'wrong',
      keep: 'on',
    });

    expect(byId(again.html, 'keep')?.attributes).toHaveProperty('checked');
    await server.stop();
  });
});
