import { authorizeUrl, expectCode, verifier } from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { allow, responseOf, type Shown, type TestBrowser } from '../support/browser.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';

describe('E5 consent', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let party: RelyingParty;

  beforeAll(async () => {
    browser = await signedInBrowser(server);
  });
  beforeEach(async () => {
    party = await RelyingParty.register(server, {}, browser);
  });

  const ask = (scope: string | undefined, more = {}): Promise<Shown> =>
    browser.open(authorizeUrl({ client_id: party.clientId, scope, ...more }));
  const granted = async (page: Shown): Promise<string> =>
    (await party.redeem({ code: expectCode(page), verifier })).body.scope;
  const scopesAsked = (page: Shown): string[] =>
    [...page.html.matchAll(/name="scope" value="([^"]+)"/g)].map(([, scope = '']) => scope);

  it('E5 the page names the client, the user, the redirect host and each scope in words', async () => {
    const page = await ask('openid profile email offline_access contacts.read');

    expect(shows.consent(page)).toBe(true);
    for (const text of [
      'MessageWriter',
      'Alice',
      'writer.example.com',
      contacts.scopes['contacts.read'],
      'See your email address',
      'Keep this access while you are away',
    ]) {
      expect(page.html).toContain(text);
    }
    expect(scopesAsked(page)).toEqual(['openid', 'profile', 'email', 'offline_access', 'contacts.read']);
  });

  it('E5 it has a button to allow and one to deny', async () => {
    const page = await ask('openid');

    expect(page.html).toMatch(/<button type="submit" id="allow" name="decision" value="allow"/);
    expect(page.html).toMatch(/<button type="submit" id="deny" name="decision" value="deny"/);
  });

  it('E5 single scopes can be refused, and the client is told what is left', async () => {
    const page = await ask('openid profile contacts.read');

    const left = await browser.submit(page, { scope: ['openid', 'contacts.read'], decision: 'allow' });

    expect(await granted(left)).toBe('openid contacts.read');
  });

  it('E5 more scopes than were asked for cannot be had by the form', async () => {
    const page = await ask('openid');

    const left = await browser.submit(page, {
      scope: ['openid', 'email', 'contacts.write', 'eyrie.admin'],
      decision: 'allow',
    });

    const { body } = await party.redeem({ code: expectCode(left), verifier });
    expect(body.scope ?? 'openid').toBe('openid');
  });

  it('E5 openid cannot be refused alone', async () => {
    const page = await ask('openid profile');

    const left = await browser.submit(page, { scope: null, decision: 'allow' });

    expect(await granted(left)).toBe('openid');
  });

  it('E5 with every scope refused the answer is access_denied', async () => {
    const page = await ask('contacts.read');

    const left = await browser.submit(page, { scope: null, decision: 'allow' });

    expect(responseOf(left).get('error')).toBe('access_denied');
  });

  it.each([['deny'], [''], ['ALLOW'], ['yes'], [['deny', 'allow']]])(
    'E5 decision=%j is a no: access_denied with state and iss, and no code',
    async (decision) => {
      const page = await ask('openid profile');

      const left = await browser.submit(page, { decision });

      expect(Object.fromEntries(responseOf(left))).toMatchObject({
        error: 'access_denied',
        state: 'the state',
        iss: server.issuer,
      });
      expect(responseOf(left).has('code')).toBe(false);
    },
  );

  it('E5 a denial is not remembered as anything', async () => {
    await browser.submit(await ask('openid'), { decision: 'deny' });

    expect(shows.consent(await ask('openid'))).toBe(true);
    expect((await browser.open('/account')).html).not.toContain(`value="${party.clientId}"`);
  });

  it('E5 what was granted is not asked again', async () => {
    await allow(browser, await ask('openid profile contacts.read'));

    for (const scope of ['openid profile contacts.read', 'contacts.read openid', 'openid']) {
      expectCode(await ask(scope));
    }
  });

  it('E5 it is asked again when it grows, telling what was allowed before', async () => {
    await allow(browser, await ask('openid profile'));

    const page = await ask('openid profile contacts.read');

    expect(shows.consent(page)).toBe(true);
    expect(page.html.match(/allowed before/g)).toHaveLength(2);
    expectCode(await allow(browser, page));
    expectCode(await ask('openid profile contacts.read'));
  });

  it('E5 it is asked again with prompt=consent', async () => {
    await allow(browser, await ask('openid'));

    expect(shows.consent(await ask('openid', { prompt: 'consent' }))).toBe(true);
  });

  it('E5 a scope refused with prompt=consent is no longer remembered, others stay', async () => {
    await allow(browser, await ask('openid profile email'));
    await browser.submit(await ask('openid email', { prompt: 'consent' }), {
      scope: ['openid'],
      decision: 'allow',
    });

    expect(shows.consent(await ask('openid email'))).toBe(true);
    expectCode(await ask('openid profile'));
  });

  it('E5 what one user granted says nothing for another, nor for another client', async () => {
    await server.createUser({ ...alice, username: `bob-${party.clientId}` });
    await allow(browser, await ask('openid'));
    const other = await signedInBrowser(server, { ...alice, username: `bob-${party.clientId}` });

    expect(
      shows.consent(await other.open(authorizeUrl({ client_id: party.clientId, scope: 'openid' }))),
    ).toBe(true);
    party = await RelyingParty.register(server, {}, browser);
    expect(shows.consent(await ask('openid'))).toBe(true);
  });

  it('E5 without a scope parameter the scopes of the client are asked for, those of OpenID left out', async () => {
    expect(scopesAsked(await ask(undefined))).toEqual(['contacts.read']);
  });

  it('E5 "sign in as somebody else" leads to the sign-in page and back to the question', async () => {
    const username = `carol-${party.clientId}`;
    await server.createUser({ ...alice, username, name: 'Carol' });
    const own = await signedInBrowser(server);
    const page = await own.open(authorizeUrl({ client_id: party.clientId, scope: 'openid' }));

    const signInPage = await own.submit(page, { decision: 'switch' });
    expect(shows.signIn(signInPage)).toBe(true);
    const question = await own.submit(signInPage, { username, password: alice.password });

    expect(shows.consent(question)).toBe(true);
    expect(question.html).toContain('Carol');
  });

  it('E5 scopes of the admin API are denied to who is no administrator, without a question', async () => {
    party = await RelyingParty.register(server, { scope: `${messageWriter.scope} eyrie.admin` }, browser);

    const left = await ask('openid eyrie.admin');

    expect(responseOf(left).get('error')).toBe('access_denied');
  });
});
