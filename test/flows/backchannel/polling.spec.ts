import * as client from 'openid-client';
import { BackchannelRequestsStore } from '../../../src/persistence/stores/backchannel-requests.store.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import { ask, decide, poll, reach, registerAsker, waiting } from '../../support/backchannel-requests.js';
import { TestBrowser } from '../../support/browser.js';
import { expectRefusal, payloadOf } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';

describe('backchannel authentication', () => {
  const server = useServer();
  let subject: string;

  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  it('I3 openid-client asks, the person allows on a page of the account, and it gets tokens', async () => {
    const asker = await registerAsker(server);
    const config = await asker.openidClient();
    const begun = await client.initiateBackchannelAuthentication(config, {
      scope: 'openid profile offline_access contacts.read',
      login_hint: 'Alice',
      binding_message: 'W4SCT',
    });
    expect(begun).toMatchObject({ expires_in: 600, interval: 5 });
    expect(begun.auth_req_id).toMatch(/^[\w-]{43}$/);

    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser);
    expect(question.html).toContain('CallCentre');
    expect(question.html).toContain('Read your contacts');
    expect(question.html).toContain('<bdi id="binding-message">W4SCT</bdi>');
    const done = await browser.submit(question, { decision: 'allow' });
    expect([done.status, done.html]).toEqual([200, expect.stringContaining('You allowed the request')]);

    const tokens = await client.pollBackchannelAuthenticationGrant(config, { ...begun, interval: 0 });
    expect(tokens.claims()).toMatchObject({
      iss: server.issuer,
      sub: subject,
      aud: asker.clientId,
      amr: ['pwd'],
      auth_time: expect.any(Number) as number,
      acr: expect.any(String) as string,
    });
    // "urn:openid:params:jwt:claim:auth_req_id" is for tokens that are pushed (CIBA Core §10.3.1).
    expect(Object.keys(tokens.claims() ?? {}).join()).not.toContain('auth_req_id');
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, subject);
    expect(userinfo).toMatchObject({ sub: subject, name: 'Alice' });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.claims()).toMatchObject({ sub: subject });
    expect(await waiting(browser)).toEqual([]);
  });

  it('I3 until the person has decided, polls get authorization_pending, and slow_down when they come too soon', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker);
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
    server.clock.advance(5);
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
    expectRefusal(await poll(asker, begun), 400, 'slow_down');
    server.clock.advance(6);
    expectRefusal(await poll(asker, begun), 400, 'slow_down');
    server.clock.advance(20);
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
    await decide(new TestBrowser(server.issuer), 'allow');
    expect((await poll(asker, begun)).status).toBe(200);
  });

  it('I3 a client whose request is denied gets access_denied', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker);
    const done = await decide(new TestBrowser(server.issuer), 'deny');
    expect(done.html).toContain('You denied the request');
    expectRefusal(await poll(asker, begun), 400, 'access_denied');
  });

  it('I3 a request that nobody decided on in time gets expired_token, and is gone from the pages', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker, { requested_expiry: '120' });
    expect(begun.expires_in).toBe(120);
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser);
    server.clock.advance(120);
    expectRefusal(await poll(asker, begun), 400, 'expired_token');
    const tooLate = await browser.submit(question, { decision: 'allow' });
    expect([tooLate.status, tooLate.html]).toEqual([400, expect.stringContaining('expired_token')]);
    expect(await waiting(browser)).toEqual([]);
    expectRefusal(await poll(asker, begun), 400, 'expired_token');
  });

  it('I3 a request lasts no longer than the setting says, whatever is asked for', async () => {
    const begun = await ask(await registerAsker(server), { requested_expiry: '86400' });
    expect(begun.expires_in).toBe(600);
    await decide(new TestBrowser(server.issuer), 'deny');
  });

  it('I3 an auth_req_id yields tokens once, to one of parallel polls too', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker, { scope: 'openid offline_access' });
    await decide(new TestBrowser(server.issuer), 'allow');
    const answers = await Promise.all([1, 2, 3, 4].map(() => poll(asker, begun)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expectRefusal(await poll(asker, begun), 400, 'invalid_grant');
    expect((await asker.refresh(won[0]?.body.refresh_token ?? '')).status).toBe(200);
  });

  it('I3 of a decision to allow and one to deny at once, one counts, for the person and for the client', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker);
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser);
    const [allowed, denied] = await Promise.all([
      browser.submit(question, { decision: 'allow' }),
      browser.submit(question, { decision: 'deny' }),
    ]);
    expect([allowed.status, denied.status].toSorted((a, b) => a - b)).toEqual([200, 400]);
    const polled = await poll(asker, begun);
    expect(polled.body.error).toBe(allowed.status === 200 ? undefined : 'access_denied');
  });

  it('I3 a double click shows the same decision twice, and gives one grant', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker);
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser);
    const clicks = await Promise.all([1, 2].map(() => browser.submit(question, { decision: 'allow' })));
    expect(clicks.map(({ status, html }) => [status, html.includes('You allowed the request')])).toEqual([
      [200, true],
      [200, true],
    ]);
    expect((await poll(asker, begun)).status).toBe(200);
  });

  it("I3 another client's auth_req_id is refused, and stays good for its own", async () => {
    const [asker, other] = [await registerAsker(server), await registerAsker(server)];
    const begun = await ask(asker);
    await decide(new TestBrowser(server.issuer), 'allow');
    expectRefusal(await poll(other, begun), 400, 'invalid_grant');
    expectRefusal(await poll(asker, { auth_req_id: 'unknown' }), 400, 'invalid_grant');
    expect((await poll(asker, begun)).status).toBe(200);
  });

  it('I3 the scopes of a request can be refused one by one, and a refresh token comes with offline_access alone', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker, { scope: 'openid contacts.read contacts.write offline_access' });
    await decide(new TestBrowser(server.issuer), 'allow', { scope: ['contacts.read'] });
    const { body } = await poll(asker, begun);
    expect(body.scope).toBe('openid contacts.read');
    expect(body.refresh_token).toBeUndefined();
  });

  it('I3 named resources are the audience of the access token', async () => {
    const asker = await registerAsker(server);
    const begun = await ask(asker, {
      scope: 'openid contacts.read',
      resource: 'https://contacts.example.com',
    });
    await decide(new TestBrowser(server.issuer), 'allow');
    const { body } = await poll(asker, begun);
    expect([payloadOf(body.access_token)['aud']].flat()).toContain('https://contacts.example.com');
  });

  it('I3 a client gets no tokens for a user who was disabled after allowing it', async () => {
    const erin = { ...alice, username: 'erin', email: 'erin@example.com' };
    const id = await server.createUser(erin);
    const asker = await registerAsker(server);
    const begun = await ask(asker, { login_hint: 'erin' });
    await decide(new TestBrowser(server.issuer), 'allow', {}, erin);
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    expectRefusal(await poll(asker, begun), 400, 'invalid_grant');
  });

  it('I3 an auth_req_id is stored as a hash only', async () => {
    const begun = await ask(await registerAsker(server));
    const store = server.app.get(BackchannelRequestsStore);
    await expect(store.find(begun.auth_req_id)).resolves.toBeUndefined();
    const [row] = await store.waitingFor(subject, server.clock.now());
    expect(JSON.stringify(row)).not.toContain(begun.auth_req_id);
    await decide(new TestBrowser(server.issuer), 'deny');
  });
});
