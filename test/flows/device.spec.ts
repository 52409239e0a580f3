import * as client from 'openid-client';
import { DeviceCodesStore } from '../../src/persistence/stores/device-codes.store.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { proof, proofKey } from '../support/dpop-proofs.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  expectRefusal,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import { elements } from '../support/markup.js';
import { shows } from '../support/walk.js';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const screen = {
  client_name: 'LivingRoomScreen',
  redirect_uris: [],
  grant_types: [deviceCode, 'refresh_token'],
  token_endpoint_auth_method: 'none',
  scope: 'openid profile offline_access contacts.read contacts.write',
};

interface Codes {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
}

describe('device flow', () => {
  let server: TestServer;
  let subject: string;

  beforeAll(async () => {
    server = await startServer();
    subject = await server.createUser(alice);
  });

  afterAll(() => server.stop());

  const register = (registration = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { ...screen, ...registration });

  const begin = async (device: RelyingParty, scope?: string): Promise<Codes> => {
    const answer = await device.authenticated('/device_authorization', { scope });
    expect(answer.status).toBe(200);
    return answer.body as unknown as Codes;
  };

  const poll = (device: RelyingParty, codes: Codes): Promise<Answer> =>
    device.token({ grant_type: deviceCode, device_code: codes.device_code });

  const enter = async (browser: TestBrowser, userCode: string): Promise<Shown> =>
    browser.submit(await browser.open('/device'), { user_code: userCode });

  /** Up to the page with the question. */
  const reach = async (browser: TestBrowser, codes: Codes, user = alice): Promise<Shown> => {
    const page = await enter(browser, codes.user_code);
    return shows.signIn(page) ? signIn(browser, page, user) : page;
  };

  const allow = async (browser: TestBrowser, codes: Codes, scopes?: string[]): Promise<Shown> =>
    browser.submit(await reach(browser, codes), {
      decision: 'allow',
      ...(scopes ? { scope: scopes } : {}),
    });

  it('I1 openid-client gets codes, a person enters them, signs in and allows, and it gets tokens', async () => {
    const { clientId } = await register();
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
    const device = await register();
    const codes = new Set<string>();
    for (let count = 0; count < 20; count++) codes.add((await begin(device)).user_code);
    expect(codes.size).toBe(20);
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  });

  it('I1 the complete URI fills the code in, and the person still sends it and answers the question', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open(codes.verification_uri_complete);
    const field = elements(page.html, 'input').find(({ attributes }) => attributes.name === 'user_code');
    expect(field?.attributes.value).toBe(codes.user_code);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 until the person has decided, polls are told authorization_pending, and slow_down when they come too soon', async () => {
    const device = await register();
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

  it('I1 a device that the person denies is told access_denied', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const done = await browser.submit(await reach(browser, codes), { decision: 'deny' });
    expect(done.html).toContain('was not connected');
    expectRefusal(await poll(device, codes), 400, 'access_denied');
  });

  it('I1 G3 a device bound to DPoP that sends no good proof is refused, which consumes nothing; with one its tokens are bound', async () => {
    const device = await register({ dpop_bound_access_tokens: true });
    const codes = await begin(device, 'openid offline_access');
    await allow(new TestBrowser(server.issuer), codes);
    const [key, other] = [await proofKey(), await proofKey()];
    const send = async (fields: Record<string, string>, dpop: string): Promise<Answer> =>
      post(server, '/token', { client_id: device.clientId, ...fields }, { dpop });
    const asked = { grant_type: deviceCode, device_code: codes.device_code };

    expectRefusal(await poll(device, codes), 400, 'invalid_dpop_proof');
    const elsewhere = await proof(server, key, {}, '/device_authorization');
    expectRefusal(await send(asked, elsewhere), 400, 'invalid_dpop_proof');
    const { status, body } = await send(asked, await proof(server, key));
    expect({ status, type: body.token_type }).toEqual({ status: 200, type: 'DPoP' });
    expect(payloadOf(body.access_token).cnf).toEqual({ jkt: key.thumbprint });

    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    expectRefusal(await send(refresh, await proof(server, other)), 400, 'invalid_grant');
    expectRefusal(await device.refresh(body.refresh_token), 400, 'invalid_dpop_proof');
    expect((await device.userinfo(body.access_token)).status).toBe(401);
    const renewed = await send(refresh, await proof(server, key));
    expect(payloadOf(renewed.body.access_token).cnf).toEqual({ jkt: key.thumbprint });
  });

  it('I1 G3 a public device that sends a proof of its own accord has bound refresh tokens', async () => {
    const device = await register();
    const codes = await begin(device, 'openid offline_access');
    const key = await proofKey();
    const asked = { grant_type: deviceCode, device_code: codes.device_code, client_id: device.clientId };
    const early = await post(server, '/token', asked, { dpop: await proof(server, key) });
    expectRefusal(early, 400, 'authorization_pending');
    server.clock.advance(5);
    await allow(new TestBrowser(server.issuer), codes);
    const { body } = await post(server, '/token', asked, { dpop: await proof(server, key) });
    expect(body.token_type).toBe('DPoP');
    expectRefusal(await device.refresh(body.refresh_token), 400, 'invalid_grant');
  });

  it('I1 codes that nobody decided on in time are told expired_token, and refused on the page', async () => {
    const device = await register();
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
    const device = await register();
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
    const device = await register();
    const other = await register();
    const codes = await begin(device, 'contacts.read');
    await allow(new TestBrowser(server.issuer), codes);
    expectRefusal(await poll(other, codes), 400, 'invalid_grant');
    expectRefusal(await poll(device, { ...codes, device_code: 'unknown' }), 400, 'invalid_grant');
    expect((await poll(device, codes)).status).toBe(200);
  });

  it('I1 a client that is not registered for the device flow is refused at both endpoints', async () => {
    const web = await RelyingParty.register(server);
    expectRefusal(await web.authenticated('/device_authorization', {}), 400, 'unauthorized_client');
    const answer = await web.token({ grant_type: deviceCode, device_code: 'any' });
    expectRefusal(answer, 400, 'unauthorized_client');
  });

  it('I1 a confidential client authenticates as at the token endpoint', async () => {
    const device = await register({ token_endpoint_auth_method: 'client_secret_basic' });
    const codes = await begin(device, 'contacts.read');
    const anonymous = await post(server, '/device_authorization', { client_id: device.clientId });
    expectRefusal(anonymous, 401, 'invalid_client');
    const unproven = await post(server, '/token', {
      grant_type: deviceCode,
      device_code: codes.device_code,
      client_id: device.clientId,
    });
    expectRefusal(unproven, 401, 'invalid_client');
    await allow(new TestBrowser(server.issuer), codes);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it.each([
    ['a scope of others', 400, 'invalid_scope', 'scope=eyrie.admin'],
    ['no scope that exists', 400, 'invalid_scope', 'scope=nothing.such'],
    ['a repeated scope', 400, 'invalid_request', 'scope=openid&scope=profile'],
    ['an unknown client', 401, 'invalid_client', 'client_id=nobody'],
  ])('I1 a device authorization request with %s is refused', async (_what, status, error, added) => {
    const { clientId } = await register();
    const named = added.startsWith('client_id') ? '' : `client_id=${clientId}&`;
    const answer = await post(server, '/device_authorization', `${named}${added}`);
    expectRefusal(answer, status, error);
  });

  it('I1 the device authorization endpoint takes form posts only', async () => {
    const { clientId } = await register();
    const get = await request(server, `/device_authorization?client_id=${clientId}`);
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('POST');
    const json = await request(server, '/device_authorization', {
      method: 'POST',
      body: JSON.stringify({ client_id: clientId }),
      headers: { 'content-type': 'application/json' },
    });
    expectRefusal(json, 400, 'invalid_request');
    const query = await post(server, `/device_authorization?client_id=${clientId}`, {});
    expectRefusal(query, 400, 'invalid_request');
  });

  it('I1 a device whose application runs in a browser may call it from its own origin', async () => {
    const { clientId } = await register();
    const origin = { origin: 'https://screen.example.com' };
    const answer = await post(server, '/device_authorization', { client_id: clientId }, origin);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('I1 scopes can be refused one by one', async () => {
    const device = await register();
    const codes = await begin(device, 'openid contacts.read contacts.write');
    await allow(new TestBrowser(server.issuer), codes, ['contacts.read']);
    expect((await poll(device, codes)).body.scope).toBe('openid contacts.read');
  });

  it('I1 who is signed in is asked at once, and again for the next device of the same client', async () => {
    const device = await register();
    const browser = new TestBrowser(server.issuer);
    for (const asked of [await begin(device, 'contacts.read'), await begin(device, 'contacts.read')]) {
      const question = await reach(browser, asked);
      expect(question.html).toContain('id="allow"');
      await browser.submit(question, { decision: 'allow' });
      expect((await poll(device, asked)).status).toBe(200);
    }
  });

  it('I1 a decision counts once, and a used code leads nowhere', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    await browser.submit(question, { decision: 'allow' });
    const again = await browser.submit(question, { decision: 'deny' });
    expect(again.status).toBe(400);
    expect((await enter(browser, codes.user_code)).status).toBe(400);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it('I1 the question is for the browser where the code was entered, and its answer for who was asked', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    const [sealed = ''] = /interaction=[\w.-]+/.exec(question.url) ?? [];
    const stranger = new TestBrowser(server.issuer);
    expect((await stranger.open(`/device/confirm?${sealed}`)).status).toBe(403);

    const dave = { ...alice, username: 'dave' };
    await server.createUser(dave);
    const elsewhere = await browser.submit(question, { decision: 'switch' });
    await signIn(browser, elsewhere, dave);
    const asked = await browser.submit(question, { decision: 'allow' });
    expect(asked.html).toContain('id="allow"');
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 forms from elsewhere are refused, and decide nothing', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    const question = await reach(browser, codes);
    const forged = await browser.post(question, { decision: 'allow', _csrf: 'forged' });
    expect(forged.status).toBe(403);
    const foreign = await browser.post(question, { decision: 'allow' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const unasked = await browser.post(await browser.open('/device'), {
      user_code: codes.user_code,
      _csrf: 'forged',
    });
    expect(unasked.status).toBe(403);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 what only administrators can give is not given by anybody else', async () => {
    const device = await register({ scope: 'eyrie.admin' });
    const codes = await begin(device, 'eyrie.admin');
    const page = await reach(new TestBrowser(server.issuer), codes);
    expect(page.status).toBe(403);
    expectRefusal(await poll(device, codes), 400, 'authorization_pending');
  });

  it('I1 the access of a device outlives the session it was allowed in, and ends when it is withdrawn', async () => {
    const device = await register();
    const codes = await begin(device, 'openid');
    const browser = new TestBrowser(server.issuer);
    await allow(browser, codes);
    const { body } = await poll(device, codes);
    const account = await browser.open('/account');
    const sessions = [...account.html.matchAll(/name="session_id" value="([^"]+)"/g)];
    await browser.submit(account, { session_id: sessions.at(-1)?.[1] ?? '' });
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    expect((await device.userinfo(body.access_token)).status).toBe(200);
    await signIn(browser, await browser.open('/login'), alice);
    await browser.submit(await browser.open('/account'), { client_id: device.clientId });
    expect((await device.userinfo(body.access_token)).status).toBe(401);
  });

  it('I1 a user who was disabled after allowing gets no device in', async () => {
    const erin = { ...alice, username: 'erin' };
    const id = await server.createUser(erin);
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await reach(browser, codes, erin), { decision: 'allow' });
    await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
    expectRefusal(await poll(device, codes), 400, 'invalid_grant');
  });

  it('I1 codes are stored as hashes only', async () => {
    const device = await register();
    const codes = await begin(device, 'contacts.read');
    const store = server.app.get(DeviceCodesStore);
    const now = server.clock.now();
    await expect(store.find(codes.device_code)).resolves.toBeUndefined();
    await expect(store.findPending(codes.user_code, now)).resolves.toBeUndefined();
  });

  it('I1 guesses from one address are throttled with 429 and Retry-After, right ones then too, until the window is over', async () => {
    const device = await register();
    const browser = new TestBrowser(server.issuer);
    server.clock.advance(3_600);
    for (let guess = 0; guess < 20; guess++) {
      const wrong = await enter(browser, 'BBBB-BBBB');
      expect(wrong.status).toBe(400);
      expect(wrong.html).toContain('role="alert"');
    }
    const codes = await begin(device, 'contacts.read');
    const throttled = await enter(browser, codes.user_code);
    expect(throttled.status).toBe(429);
    const wait = Number(throttled.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(800);
    expect(wait).toBeLessThanOrEqual(900);
    server.clock.advance(wait);
    const later = await begin(device, 'contacts.read');
    expect((await enter(browser, later.user_code)).status).toBe(200);
  });

  it.each(['', 'short', 'AEIO-UAEI', 'BBBB-BBBB-B', '<script>alert(1)</script>', '%00', 'ß'.repeat(1_000)])(
    'I1 the page refuses %j as a code, and shows it escaped',
    async (typed) => {
      server.clock.advance(3_600);
      const page = await enter(new TestBrowser(server.issuer), typed);
      expect(page.status).toBe(400);
      expect(page.html).not.toContain('<script>');
    },
  );

  it('I1 the metadata names endpoint and grant type', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).toMatchObject({ device_authorization_endpoint: `${server.issuer}/device_authorization` });
    expect(body.grant_types_supported).toContain(deviceCode);
  });
});
