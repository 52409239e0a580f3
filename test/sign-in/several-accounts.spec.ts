import { decodeJwt } from 'jose';
import { SessionsStore } from '../../src/persistence/stores/sessions.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { authorizeUrl, expectCode, expectErrorRedirect, giverOf } from '../support/authorization-requests.js';
import { allow, responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { begin, enter, poll, registerDevice } from '../support/device.js';
import { csrfOf, postForm } from '../support/forms.js';
import { logoutUrl } from '../support/logout.js';
import { RelyingParty } from '../support/relying-party.js';
import { messageWriter, type TestServer, useServer } from '../support/server.js';
import { chooseAccount, type Credentials, shows, signedInBrowser, walk } from '../support/walk.js';

const day = 86_400;
const password = 'correct horse battery';
const person = (username: string, fields: object = {}) => ({
  username,
  password,
  name: `${username} A.`,
  ...fields,
});
const anna = person('anna', { email: 'anna@example.com', email_verified: true });
const ben = person('ben', { email: 'ben@example.com', email_verified: true });
const cleo = person('cleo', { email: 'cleo@example.com' });
const sessionCookies = ({ cookies }: TestBrowser): string[] =>
  [...cookies].flatMap(([name, value]) => (/^eyrie_session(_\d)?$/.test(name) ? [value] : []));
const accountOf = async (browser: TestBrowser): Promise<string | undefined> =>
  /<span class="identity"><bdi>([^<]+)</.exec((await browser.open('/account')).html)?.[1];
const accountsOn = (page: Shown): string[] =>
  [...page.html.matchAll(/choice-detail"><bdi>([^<]+)</g)].map(([, name = '']) => name);

/** Adds an account, by the way that the account page leads to. */
async function add(
  browser: TestBrowser,
  user: Credentials,
  fields: Record<string, string> = {},
): Promise<Shown> {
  const form = await browser.submit(await browser.open('/account/switch'), { choice: 'other' });
  return browser.submit(form, { username: user.username, password: user.password, ...fields });
}

/** A browser in which these people are signed in; the last of them is the current one. */
async function browserOf(
  server: TestServer,
  first: Credentials,
  ...others: Credentials[]
): Promise<TestBrowser> {
  const browser = await signedInBrowser(server, first);
  for (const other of others) expect((await add(browser, other)).url).toMatch(/\/account$/);
  return browser;
}

describe('Several accounts in one browser', () => {
  const server = useServer({}, { users: [anna, ben, cleo], clients: [messageWriter] });
  beforeAll(async () => {
    for (const user of [anna, ben, cleo]) await walk(new TestBrowser(server.issuer), authorizeUrl(), user);
  });

  it('are switched on the account page, without a password', async () => {
    const browser = await browserOf(server, anna, ben);
    expect(await accountOf(browser)).toBe('ben');
    const account = await browser.open('/account');
    expect(account.html).toContain('href="/account/switch"');
    const choice = await browser.open('/account/switch');
    expect(accountsOn(choice)).toEqual(['ben', 'anna']);
    expect((await chooseAccount(browser, choice, 'anna')).url).toMatch(/\/account$/);
    expect(await accountOf(browser)).toBe('anna');
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['anna', 'ben']);
  });

  it('have a small, opaque cookie each, which no other browser can guess from what pages show', async () => {
    const browser = await browserOf(server, anna, ben, cleo);
    expect(sessionCookies(browser).every((value) => /^[\w-]{43}$/.test(value))).toBe(true);
    expect(sessionCookies(browser)).toHaveLength(3);
    const choice = await browser.open('/account/switch');
    const id = /name="choice" value="([\da-f-]{36})"/.exec(choice.html)?.[1] ?? '';

    const other = await signedInBrowser(server, cleo);
    const tried = await other.submit(await other.open('/account/switch'), { choice: id });
    expect(accountsOn(tried)).toEqual(['cleo']);
    expect(await accountOf(other)).toBe('cleo');
  });

  it('A8 are shown by prompt=select_account; the chosen one goes on, and is the current one from then on', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ prompt: 'select_account' }));
    expect(accountsOn(page)).toEqual(['ben', 'anna']);
    expect(await giverOf(await chooseAccount(browser, page, 'anna'), server)).toBe('anna');
    expect(await accountOf(browser)).toBe('anna');
    const again = await browser.open(authorizeUrl({ prompt: 'select_account' }));
    const form = await browser.submit(again, { choice: 'other' });
    expect(shows.signIn(form)).toBe(true);
    expect(await giverOf(await signIn(browser, form, cleo), server)).toBe('cleo');
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['cleo', 'anna', 'ben']);
  });

  it.each([
    ['the username', ' Anna'],
    ['the verified address', 'ANNA@example.com'],
  ])('A11 login_hint chooses by %s without a page, for this request alone', async (_what, login_hint) => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ login_hint }));
    expect(await giverOf(page, server)).toBe('anna');
    expect(await accountOf(browser)).toBe('ben');
  });

  it.each([
    ['nobody here', 'dora'],
    ['an address that is not verified', 'cleo@example.com'],
    ['the current one', 'ben'],
  ])('A11 login_hint of %s leaves the current account', async (_what, login_hint) => {
    const browser = await browserOf(server, cleo, ben);
    expect(await giverOf(await browser.open(authorizeUrl({ login_hint })), server)).toBe('ben');
  });

  it('A11 login_hint with prompt=login asks for the password of that account, and goes on with it', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ login_hint: 'anna', prompt: 'login' }));
    expect(page.html).toContain('name="username" value="anna"');
    expect(await giverOf(await browser.submit(page, { password }), server)).toBe('anna');
    const other = await browser.open(authorizeUrl({ login_hint: 'anna', prompt: 'login' }));
    expect(await giverOf(await signIn(browser, other, cleo), server)).toBe('cleo');
  });

  it('A8 prompt=login for one of them is not answered by another who signs in in another tab', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ login_hint: 'anna', prompt: 'login' }));
    await signIn(browser, await browser.open(authorizeUrl({ prompt: 'login' })), ben);
    for (const url of [page.url, page.url.replace('/login', '/authorize/resume')]) {
      const again = await browser.open(url);
      expect(shows.signIn(again)).toBe(true);
      expect(again.html).toContain('name="username" value="anna"');
    }
    expect(await giverOf(await browser.submit(page, { password }), server)).toBe('anna');
  });

  it('A10 id_token_hint chooses without a page, with prompt=none too; the session is that of the account', async () => {
    const browser = await signedInBrowser(server, anna);
    const registration = { backchannel_logout_uri: 'https://rp.example.com/logout' };
    const client = await RelyingParty.register(server, registration, browser);
    const first = await client.redeem(await client.authorize({}, anna));
    const hint = first.body.id_token;
    await add(browser, ben);
    await client.authorize({}, ben);

    const verifier = 'v'.repeat(43);
    for (const prompt of ['none', undefined]) {
      const url = client.authorizeUrl(verifier, { id_token_hint: hint, ...(prompt && { prompt }) });
      const code = responseOf(await browser.open(url)).get('code') ?? '';
      const { sub, sid } = decodeJwt((await client.redeem({ code, verifier })).body.id_token);
      expect({ sub, sid }).toEqual({ sub: decodeJwt(hint).sub, sid: decodeJwt(hint).sid });
    }
    const claims = JSON.stringify({ id_token: { sub: { value: decodeJwt(hint).sub } } });
    const named = await browser.open(client.authorizeUrl(verifier, { claims, prompt: 'none' }));
    expect(responseOf(named).has('code')).toBe(true);
    expect(await accountOf(browser)).toBe('ben');
  });

  it('A10 id_token_hint of somebody who is not signed in is login_required', async () => {
    const client = await RelyingParty.register(server, {}, new TestBrowser(server.issuer));
    const { body } = await client.redeem(await client.authorize({}, cleo));
    const browser = await browserOf(server, anna, ben);
    const page = await browser.send(authorizeUrl({ id_token_hint: body.id_token }));
    expectErrorRedirect(page, 'login_required', server);
  });

  it('without a current one are shown to a request, and prompt=none is account_selection_required', async () => {
    const browser = await browserOf(server, anna, ben);
    await postForm(browser, '/account/sign-out', { _csrf: csrfOf(await browser.open('/account')) });
    expect(sessionCookies(browser)).toHaveLength(1);

    expectErrorRedirect(
      await browser.send(authorizeUrl({ prompt: 'none' })),
      'account_selection_required',
      server,
    );
    const hinted = await browser.open(authorizeUrl({ prompt: 'none', login_hint: 'anna' }));
    expect(await giverOf(hinted, server)).toBe('anna');
    const choice = await browser.open(authorizeUrl());
    expect(accountsOn(choice)).toEqual(['anna']);
    expect(await giverOf(await chooseAccount(browser, choice), server)).toBe('anna');
  });

  it('without a current one are shown by the account page, and lead to the page that was asked for', async () => {
    const browser = await browserOf(server, anna, ben);
    await postForm(browser, '/account/sign-out', { _csrf: csrfOf(await browser.open('/account')) });
    const choice = await browser.open('/account');
    expect(choice.url).toMatch(/\/account\/switch$/);
    const security = await browser.open('/account/security');
    expect(security.url).toMatch(/\/account\/switch\?to=security$/);
    expect((await chooseAccount(browser, security)).url).toMatch(/\/account\/security$/);
    expect(await accountOf(browser)).toBe('anna');
  });

  it('E1 the consent page names one and decides for it; “not you” leads to the others', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ prompt: 'consent', login_hint: 'anna' }));
    expect(page.html).toContain('<strong><bdi>anna A.</bdi></strong>');
    expect(page.html).toContain('<bdi>anna</bdi>');
    const choice = await browser.submit(page, { decision: 'switch' });
    expect(accountsOn(choice)).toEqual(['ben', 'anna']);
    const consent = await chooseAccount(browser, choice, 'ben');
    expect(consent.html).toContain('<bdi>ben</bdi>');
    expect(await giverOf(await allow(browser, consent), server)).toBe('ben');
  });

  it('E1 the consent page of one of them is not answered for another, once that one has signed in anew', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await browser.open(authorizeUrl({ prompt: 'consent', login_hint: 'anna' }));
    await signIn(browser, await browser.open(authorizeUrl({ prompt: 'login' })), anna);
    await chooseAccount(browser, await browser.open('/account/switch'), 'ben');
    const again = await allow(browser, page);
    expect(shows.consent(again)).toBe(true);
    expect(again.html).toContain('<bdi>anna</bdi>');
  });

  it('tabs of two accounts each come to their own end', async () => {
    const browser = await browserOf(server, anna, ben);
    const pages = await Promise.all(
      ['anna', 'ben'].map((login_hint) => browser.open(authorizeUrl({ prompt: 'consent', login_hint }))),
    );
    const givers = [];
    for (const page of pages) givers.push(await giverOf(await allow(browser, page), server));
    expect(givers).toEqual(['anna', 'ben']);
  });

  it('I1 connect a device for the account that the page names, or for another that is chosen', async () => {
    const browser = await browserOf(server, anna, ben);
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid');
    const question = await enter(browser, codes.user_code);
    expect(question.html).toContain('<bdi>ben</bdi>');
    const other = await chooseAccount(
      browser,
      await browser.submit(question, { decision: 'switch' }),
      'anna',
    );
    expect(other.html).toContain('<bdi>anna</bdi>');
    await chooseAccount(browser, await browser.open('/account/switch'), 'ben');
    await browser.submit(other, { decision: 'allow' });
    const { sub } = decodeJwt((await poll(device, codes)).body.id_token);
    const { body } = await RelyingParty.register(server, {}, browser).then(async (client) =>
      client.redeem(await client.authorize({ login_hint: 'anna' }, anna)),
    );
    expect(sub).toBe(decodeJwt(body.id_token).sub);
  });

  it('are known devices of each', async () => {
    const browser = await browserOf(server, anna, ben);
    const { KnownDevices } = await import('../../src/sessions/known-devices.js');
    const cookies = Object.fromEntries(browser.cookies);
    const request = { method: 'GET', cookies } as never;
    const devices = server.app.get(KnownDevices);
    const sessions = await server.app.get(Sessions).held(request);
    const ids = await Promise.all(sessions.map(({ userId }) => devices.find(request, userId)));
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain(undefined);
  });

  it('cost a browser with one account nothing: one look at the session for a request', async () => {
    const browser = await signedInBrowser(server, anna);
    const store = server.app.get(SessionsStore);
    const seen: string[] = [];
    for (const name of ['findActive', 'findHeld'] as const) {
      const original = store[name].bind(store) as (...values: unknown[]) => Promise<never>;
      Object.assign(store, { [name]: (...values: unknown[]) => (seen.push(name), original(...values)) });
    }
    expectCode(await browser.open(authorizeUrl({ login_hint: 'ben' })));
    expect(seen).toEqual(['findActive']);
    for (const name of ['findActive', 'findHeld'] as const) delete (store as Partial<SessionsStore>)[name];
  });
});

describe('Signing out with several accounts', () => {
  const server = useServer({}, { users: [anna, ben, cleo] });
  const confirm = (browser: TestBrowser) => browser.open('/logout');

  it('D1 with an id_token_hint ends the session of that person alone, whoever is the current one', async () => {
    const browser = await signedInBrowser(server, anna);
    const client = await RelyingParty.register(server, { scope: 'openid profile' }, browser);
    const { body } = await client.redeem(await client.authorize({}, anna));
    await add(browser, ben);

    const page = await browser.open(logoutUrl({ id_token_hint: body.id_token }));
    expect(page.html).toContain('You are signed out');
    expect(page.html).toContain('Other accounts are still signed in in this browser.');
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['ben']);
    expect(await accountOf(browser)).toBe('ben');
    expect((await client.introspect(body.access_token)).body).toEqual({ active: false });
    // The hint names nobody any more: the person is asked.
    expect((await browser.open(logoutUrl({ id_token_hint: body.id_token }))).html).toContain('id="stay"');
  });

  it('D1 without a hint asks; the page names the current one and the others, and ends that one or all', async () => {
    const browser = await browserOf(server, anna, ben, cleo);
    const page = await confirm(browser);
    expect(page.html).toContain('<strong><bdi>cleo A.</bdi></strong>');
    for (const other of ['anna A.', 'ben A.']) expect(page.html).toContain(`<li><bdi>${other}</bdi></li>`);
    await browser.submit(page, { decision: 'sign-out' });
    const next = await confirm(browser);
    expect(next.html).not.toContain('id="sign-out"');
    expect(next.html).toContain('id="sign-out-all"');
    const ended = await browser.submit(next, { decision: 'sign-out-all' });
    expect(ended.html).not.toContain('Other accounts');
    expect(sessionCookies(browser)).toEqual([]);
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
  });

  it('D1 ends the account that the page named, though another has become the current one', async () => {
    const browser = await browserOf(server, anna, ben);
    const page = await confirm(browser);
    await chooseAccount(browser, await browser.open('/account/switch'), 'anna');
    await browser.submit(page, { decision: 'sign-out' });
    expect(await accountOf(browser)).toBe('anna');
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['anna']);
    // The same form again ends nobody else.
    await browser.submit(page, { decision: 'sign-out' });
    expect(await accountOf(browser)).toBe('anna');
  });

  it('on the account page ends that account, or all of them', async () => {
    const browser = await browserOf(server, anna, ben, cleo);
    const done = await postForm(browser, '/account/sign-out', {
      _csrf: csrfOf(await browser.open('/account')),
    });
    expect(done.html).toContain('Other accounts are still signed in');
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['ben', 'anna']);
    await chooseAccount(browser, await browser.open('/account/switch'), 'anna');
    const choice = await browser.open('/account/switch');
    expect((await browser.submit(choice, { all: 'on' })).html).toContain('You are signed out');
    expect(sessionCookies(browser)).toEqual([]);
    for (const { username } of [anna, ben])
      expect((await browser.open('/account')).html).not.toContain(username);
  });

  it('keeps each account signed in for as long as it asked for', async () => {
    const browser = await signedInBrowser(server, anna);
    const form = await browser.submit(await browser.open('/account/switch'), { choice: 'other' });
    const kept = await browser.post(form, { username: 'ben', password, keep: 'on' });
    const cookies = kept.headers.getSetCookie().filter((line) => line.startsWith('eyrie_session'));
    expect(cookies.map((line) => /Max-Age=\d+/.exec(line)?.[0])).toEqual([`Max-Age=${30 * day}`, undefined]);

    server.clock.advance(3_600);
    const choice = await browser.open('/account/switch');
    const id = [...choice.html.matchAll(/name="choice" value="([\da-f-]{36})"/g)][1]?.[1] ?? '';
    const switched = await browser.post(choice, { choice: id });
    const swapped = switched.headers.getSetCookie().filter((line) => line.startsWith('eyrie_session'));
    const ages = swapped.map((line) => Number(/Max-Age=(\d+)/.exec(line)?.[1] ?? 0));
    expect(ages[0]).toBe(0);
    expect(ages[1]).toBeLessThanOrEqual(30 * day - 3_600);
    expect(ages[1]).toBeGreaterThan(30 * day - 3_700);
    // The browser is closed: what was not kept is gone, and so is the current account.
    browser.cookies.delete('eyrie_session');
    server.clock.advance(20 * day);
    expect(accountsOn(await browser.open('/account'))).toEqual(['ben']);
  });
});

describe('The accounts of one browser', () => {
  const [p1, p2, p3, p4] = [person('p1'), person('p2'), person('p3'), person('p4')] as const;
  const server = useServer({ EYRIE_ACCOUNTS_PER_BROWSER: '3' }, { users: [p1, p2, p3, p4] });

  it('are as many as the setting allows: one more ends the session that was not used for longest', async () => {
    const browser = await browserOf(server, p1, p2);
    server.clock.advance(120);
    await chooseAccount(browser, await browser.open('/account/switch'), 'p1');
    await add(browser, p3);
    await add(browser, p4);
    expect(accountsOn(await browser.open('/account/switch')).toSorted()).toEqual(['p1', 'p3', 'p4']);
    expect(sessionCookies(browser)).toHaveLength(3);
    const crowdedOut = await server.app.get(UsersStore).findByUsername('p2');
    expect(await server.app.get(Sessions).listActive(crowdedOut?.id ?? '')).toEqual([]);
  });
});

describe('The accounts of one browser, where there is room for one', () => {
  const server = useServer({ EYRIE_ACCOUNTS_PER_BROWSER: '1' }, { users: [anna, ben] });

  it('are one: signing in as somebody else ends the session before', async () => {
    const browser = await browserOf(server, anna, ben);
    expect(sessionCookies(browser)).toHaveLength(1);
    expect(accountsOn(await browser.open('/account/switch'))).toEqual(['ben']);
    const before = await server.app.get(UsersStore).findByUsername('anna');
    expect(await server.app.get(Sessions).listActive(before?.id ?? '')).toEqual([]);
  });
});
