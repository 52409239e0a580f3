import * as client from 'openid-client';
import { DeviceCodesStore } from '../../../src/persistence/stores/device-codes.store.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import { signIn, TestBrowser } from '../../support/browser.js';
import { sessionsOn } from '../../support/forms.js';
import { alice, useServer } from '../../support/server.js';
import { expectRefusal } from '../../support/relying-party.js';
import { elements } from '../../support/markup.js';
import { allow, begin, enter, poll, reach, registerDevice } from '../../support/device.js';

describe('device flow', () => {
  const server = useServer();
  let subject: string;

  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  it('I1 openid-client gets codes, a person enters them, signs in and allows, and it gets tokens', async () => {
    const { clientId } = await registerDevice(server);
    const config = await client.discovery(new URL(server.issuer), clientId, undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    });
    const codes = await client.initiateDeviceAuthorization(config, {
      scope: 'openid profile offline_access contacts.read',
    });
    expect(codes).toMatchObject({
      verification_uri: `${server.issuer}/device`,
      verification_uri_complete: `${server.issuer}/device?user_code=${codes.user_code}`,
      expires_in: 600,
      interval: 5,
    });

    const browser = new TestBrowser(server.issuer);
    const typed = codes.user_code.toLowerCase().replace('-', ' ');
    const signInPage = await enter(browser, typed);
    expect(signInPage.html).toContain('LivingRoomScreen');
    const question = await signIn(browser, signInPage, alice);
    expect(question.html).toContain('LivingRoomScreen');
    expect(question.html).toContain('Read your contacts');
    expect(question.html).toContain(`<code id="user-code">${codes.user_code}</code>`);
    const done = await browser.submit(question, { decision: 'allow' });
    expect(done.status).toBe(200);
    expect(done.html).toContain('Your device is connected');

    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...codes, interval: 0 });
    expect(tokens.claims()).toMatchObject({ iss: server.issuer, sub: subject, aud: clientId });
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, subject);
    expect(userinfo).toMatchObject({ sub: subject, name: 'Alice' });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.claims()).toMatchObject({ sub: subject });
  });

  it('I1 user codes are two groups of four unambiguous letters, and no two alike', async () => {
    const device = await registerDevice(server);
    const codes = new Set<string>();
    for (let count = 0; count < 20; count++) codes.add((await begin(device)).user_code);
    expect(codes.size).toBe(20);
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  });

  it('I1 the complete URI fills the code in, and the person still sends it and answers the question', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open(codes.verification_uri_complete);
    const field = elements(page.html, 'input').find(({ attributes }) => attributes.name === 'user_code');
    expect(field?.attributes.value).toBe(codes.user_code);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 until the person has decided, polls get authorization_pending, and slow_down when they come too soon', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
    server.clock.advance(5);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
    expectRefusal(await poll(device, codes), 400, 'slow_down');
    // From now on ten seconds are the interval, and fifteen once that was not kept either.
    server.clock.advance(6);
    expectRefusal(await poll(device, codes), 400, 'slow_down');
    server.clock.advance(11);
    expectRefusal(await poll(device, codes), 400, 'slow_down');
    server.clock.advance(20);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
    await allow(new TestBrowser(server.issuer), codes);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it('I1 a device that the person denies gets access_denied', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const done = await browser.submit(await reach(browser, codes), { decision: 'deny' });
    expect(done.html).toContain('was not connected');
    expectRefusal(await poll(device, codes), 400, 'access_denied');
  });

  it('I1 codes that nobody decided on in time get expired_token, and refused on the page', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    server.clock.advance(600);
    expectRefusal(await poll(device, codes), 400, 'expired_token');
    const tooLate = await browser.submit(question, { decision: 'allow' });
    expect(tooLate.status).toBe(400);
    expect(tooLate.html).toContain('expired_token');
    expect((await enter(browser, codes.user_code)).status).toBe(400);
    expectRefusal(await poll(device, codes), 400, 'expired_token');
  });

  it('I1 a device code yields tokens once, to one of parallel polls too', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    await allow(new TestBrowser(server.issuer), codes);
    const answers = await Promise.all([1, 2, 3, 4].map(() => poll(device, codes)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expectRefusal(await poll(device, codes), 400, 'invalid_grant');
    // The tokens of the one stay good.
    expect((await device.refresh(won[0]?.body.refresh_token ?? '')).status).toBe(200);
  });

  it("I1 another client's device code is refused, and stays good for its own", async () => {
    const device = await registerDevice(server);
    const other = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    await allow(new TestBrowser(server.issuer), codes);
    expectRefusal(await poll(other, codes), 400, 'invalid_grant');
    expectRefusal(await poll(device, { ...codes, device_code: 'unknown' }), 400, 'invalid_grant');
    expect((await poll(device, codes)).status).toBe(200);
  });

  it('I1 the scopes of a device can be refused one by one', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid contacts.read contacts.write');
    await allow(new TestBrowser(server.issuer), codes, ['contacts.read']);
    expect((await poll(device, codes)).body.scope).toBe('openid contacts.read');
  });

  it('I1 the access of a device outlives the session it was allowed in, and ends when it is withdrawn', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid');
    const browser = new TestBrowser(server.issuer);
    await allow(browser, codes);
    const { body } = await poll(device, codes);
    const account = await browser.open('/account');
    await browser.submit(account, { session_id: sessionsOn(account)[0] ?? '' });
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    expect((await device.userinfo(body.access_token)).status).toBe(200);
    await signIn(browser, await browser.open('/login'), alice);
    await browser.submit(await browser.open('/account'), { client_id: device.clientId });
    expect((await device.userinfo(body.access_token)).status).toBe(401);
  });

  it('I1 a device gets no tokens for a user who was disabled after allowing it', async () => {
    const erin = { ...alice, username: 'erin' };
    const id = await server.createUser(erin);
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await reach(browser, codes, erin), { decision: 'allow' });
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    expectRefusal(await poll(device, codes), 400, 'invalid_grant');
  });

  it('I1 device codes and user codes are stored as hashes only', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'contacts.read');
    const store = server.app.get(DeviceCodesStore);
    const now = server.clock.now();
    await expect(store.find(codes.device_code)).resolves.toBeUndefined();
    await expect(store.findPending(codes.user_code, now)).resolves.toBeUndefined();
  });
});
