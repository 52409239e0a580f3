import { expectPage, rowCounts } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { csrfOf, postForm, sessionsOn } from '../support/forms.js';
import { useSignedInBrowser } from '../support/use-browser.js';

const bob = { username: 'bob', password: 'staple battery horse', name: 'Bob' };

describe('The account page', () => {
  const server = useServer({}, { users: [alice, bob] });
  const browser = useSignedInBrowser(server);

  const post = async (who: TestBrowser, path: string, fields: Record<string, string>): Promise<Shown> =>
    postForm(who, path, { _csrf: csrfOf(await who.open('/account')), ...fields });

  it('leads who is not signed in to the sign-in page, and does nothing for them', async () => {
    const anonymous = new TestBrowser(server.issuer);
    const token = csrfOf(await anonymous.open('/login'));
    const before = await rowCounts(server);

    expect((await anonymous.open('/account')).url).toMatch(/\/login$/);
    for (const path of ['/account/withdraw', '/account/sessions/revoke']) {
      const page = await postForm(anonymous, path, { _csrf: token, client_id: 'x', session_id: 'x' });
      expect(page.headers.get('location')).toBe('/login');
    }
    expect(await rowCounts(server)).toEqual(before);
  });

  it('shows what was granted to whom, in words', async () => {
    const party = await RelyingParty.register(server, { client_name: 'Shown Here' }, browser);
    await party.tokens({ scope: 'openid contacts.read' });

    const { html } = await browser.open('/account');

    for (const text of ['Shown Here', 'Read your contacts', 'Know who you are']) expect(html).toContain(text);
  });

  it('E5 a withdrawal kills the tokens of that client at once, in every form, and it has to ask again', async () => {
    for (const access_token_format of ['jwt', 'opaque']) {
      const party = await RelyingParty.register(server, { access_token_format }, browser);
      const first = await party.tokens({ scope: 'openid offline_access' });
      const second = await party.tokens({ scope: 'openid offline_access' });
      const pending = await party.authorize({ scope: 'openid' });

      await post(browser, '/account/withdraw', { client_id: party.clientId });

      for (const tokens of [first, second]) {
        expect((await party.userinfo(tokens.access_token)).status).toBe(401);
        expect((await party.introspect(tokens.access_token)).body).toEqual({ active: false });
        expect((await party.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
      }
      expect((await party.redeem(pending)).body.error).toBe('invalid_grant');
      expect((await browser.open('/account')).html).not.toContain(`value="${party.clientId}"`);
      await expect(party.authorize({ scope: 'openid', prompt: 'none' })).rejects.toThrow('consent_required');
    }
  });

  it('E5 a withdrawal leaves the grants of other clients and of other users alone', async () => {
    const [withdrawn, kept] = [
      await RelyingParty.register(server, {}, browser),
      await RelyingParty.register(server, {}, browser),
    ];
    await withdrawn.tokens();
    const ofOtherClient = await kept.tokens();
    const bobs = await signedInBrowser(server, bob);
    const ofOtherUser = await Object.assign(Object.create(withdrawn) as RelyingParty, {
      browser: bobs,
    }).tokens();

    await post(browser, '/account/withdraw', { client_id: withdrawn.clientId });

    expect((await kept.userinfo(ofOtherClient.access_token)).status).toBe(200);
    expect((await withdrawn.userinfo(ofOtherUser.access_token)).status).toBe(200);
  });

  it("E5 another user's client cannot be withdrawn", async () => {
    const party = await RelyingParty.register(server, {}, browser);
    const tokens = await party.tokens();
    const bobs = await signedInBrowser(server, bob);
    const before = await rowCounts(server);

    await post(bobs, '/account/withdraw', { client_id: party.clientId });

    expect((await party.userinfo(tokens.access_token)).status).toBe(200);
    expect((await browser.open('/account')).html).toContain(`value="${party.clientId}"`);
    expect(await rowCounts(server)).toEqual(before);
  });

  it("E1 another user's session cannot be ended, nor is it shown", async () => {
    const [aliceSession = ''] = sessionsOn(await browser.open('/account'));
    const bobs = await signedInBrowser(server, bob);
    expect(sessionsOn(await bobs.open('/account'))).not.toContain(aliceSession);

    await post(bobs, '/account/sessions/revoke', { session_id: aliceSession });

    expect(sessionsOn(await browser.open('/account'))).toContain(aliceSession);
  });

  it('E1 an own session elsewhere is ended at once, with the tokens that live as long', async () => {
    const elsewhere = await signedInBrowser(server);
    const party = await RelyingParty.register(server, {}, elsewhere);
    const online = await party.tokens({ scope: 'openid' });
    const offline = await party.tokens({ scope: 'openid offline_access' });
    const [id = ''] = sessionsOn(await elsewhere.open('/account'));

    await post(browser, '/account/sessions/revoke', { session_id: id });

    expect((await elsewhere.open('/account')).url).toMatch(/\/login$/);
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
    expect((await party.userinfo(online.access_token)).status).toBe(401);
    expect((await party.refresh(offline.refresh_token)).status).toBe(200);
  });

  it('E1 ending the own session signs out here', async () => {
    const [id = ''] = sessionsOn(await browser.open('/account'));

    const page = await post(browser, '/account/sessions/revoke', { session_id: id });

    expect(page.status).toBe(303);
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
  });

  it.each([
    ['/account/withdraw', {}, 400],
    ['/account/withdraw', { client_id: '' }, 400],
    ['/account/sessions/revoke', {}, 400],
  ])('%s with %j is refused with a page', async (path, fields, status) => {
    expectPage(await post(browser, path, fields), status);
  });

  it.each([
    ['/account/withdraw', { client_id: 'nobody' }],
    ['/account/withdraw', { client_id: 'x'.repeat(5_000) }],
    ['/account/withdraw', { client_id: "' OR 1=1 --" }],
    ['/account/sessions/revoke', { session_id: 'x'.repeat(5_000) }],
    ['/account/sessions/revoke', { session_id: "' OR 1=1 --" }],
  ])('%s of something that is not there changes nothing', async (path, fields) => {
    const before = await rowCounts(server);

    const page = await post(browser, path, fields);

    expect(page.headers.get('location')).toBe('/account');
    expect(await rowCounts(server)).toEqual(before);
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
  });

  it('a user disabled meanwhile is signed out', async () => {
    const { UserAccounts } = await import('../../src/users/user-accounts.js');
    const id = await server.createUser({ ...alice, username: 'leaver' });
    const leaver = await signedInBrowser(server, { ...alice, username: 'leaver' });
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');

    expect((await leaver.open('/account')).url).toMatch(/\/login$/);
  });
});
