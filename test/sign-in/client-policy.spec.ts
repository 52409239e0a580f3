import { decodeJwt } from 'jose';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { allow, begin, enter, poll, registerDevice } from '../support/device.js';
import { RelyingParty } from '../support/relying-party.js';
import { codeOf, recoveryCodesOn, secretOn, setUpApp } from '../support/second-factor.js';
import { messageWriter, startServer, type TestServer, useServer } from '../support/server.js';
import { shows, signedInBrowser, walk } from '../support/walk.js';

const mfa = 'https://refeds.org/profile/mfa';
const password = 'urn:eyrie:acr:password';
const verifier = 'v'.repeat(43);

let count = 0;

async function newUser(server: TestServer) {
  const user = { username: `member-${++count}`, password: 'correct horse battery' };
  return { ...user, id: await server.createUser(user) };
}

const asksForCode = (page: Shown): boolean => page.html.includes('name="code"');
const asksForSetUp = (page: Shown): boolean => page.html.includes('action="/login/set-up"');

describe('What a client asks of every sign-in', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'on-request' });

  /** Somebody with an authenticator app, who is signed in at a client with the password alone. */
  async function signedInAt(registration: Parameters<typeof RelyingParty.register>[1]) {
    const user = await newUser(server);
    const app = await setUpApp(server, await signedInBrowser(server, user));
    const browser = await signedInBrowser(server, user);
    return { user, app, browser, client: await RelyingParty.register(server, registration, browser) };
  }
  const claimsOf = async (client: RelyingParty, page: Shown) => {
    const code = new URL(page.url).searchParams.get('code') ?? '';
    return decodeJwt((await client.redeem({ code, verifier })).body.id_token);
  };

  it('K4 default_acr_values step up the session, which then is enough', async () => {
    const { app, browser, client } = await signedInAt({ default_acr_values: ['gold', mfa] });
    const page = await browser.open(client.authorizeUrl(verifier));
    expect(shows.signIn(page)).toBe(false);
    expect(asksForCode(page)).toBe(true);
    const consent = await browser.submit(page, { code: await codeOf(server, app) });
    const claims = await claimsOf(client, await browser.submit(consent, { decision: 'allow' }));
    expect(claims).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
    expect((await browser.send(client.authorizeUrl(verifier))).headers.get('location')).toContain('code=');
  });

  it.each([
    ['acr_values', { acr_values: password }],
    ['a voluntary claim acr', { claims: JSON.stringify({ id_token: { acr: { values: [password] } } }) }],
  ])('K4 %s of the request count instead of default_acr_values', async (_which, parameters) => {
    const { browser, client } = await signedInAt({ default_acr_values: [mfa] });
    const page = await walk(browser, client.authorizeUrl(verifier, parameters));
    expect(await claimsOf(client, page)).toMatchObject({ acr: password, amr: ['pwd'] });
  });

  it('K4 default_acr_values that the person cannot reach stop nobody', async () => {
    const user = await newUser(server);
    const client = await RelyingParty.register(server, { default_acr_values: [mfa] });
    const page = await walk(client.browser, client.authorizeUrl(verifier), user);
    expect(await claimsOf(client, page)).toMatchObject({ acr: password });
  });

  it('K4 require_second_factor asks for the one that somebody has, at that client alone', async () => {
    const { app, browser, client } = await signedInAt({ require_second_factor: true });
    const other = await RelyingParty.register(server, {}, browser);
    expect(asksForCode(await browser.open(other.authorizeUrl(verifier)))).toBe(false);
    const silent = await browser.send(client.authorizeUrl(verifier, { prompt: 'none' }));
    expect(silent.headers.get('location')).toContain('error=login_required');

    const page = await browser.open(client.authorizeUrl(verifier));
    expect(asksForCode(page)).toBe(true);
    const consent = await browser.submit(page, { code: await codeOf(server, app) });
    const claims = await claimsOf(client, await browser.submit(consent, { decision: 'allow' }));
    expect(claims).toMatchObject({ acr: mfa });
    expect((await browser.send(client.authorizeUrl(verifier))).headers.get('location')).toContain('code=');
  });

  it('K4 require_second_factor has one set up by who has none, before the request goes on', async () => {
    const user = await newUser(server);
    const client = await RelyingParty.register(server, { require_second_factor: true });
    const { browser } = client;
    const first = await signIn(browser, await browser.open(client.authorizeUrl(verifier)), user);
    expect(asksForSetUp(first)).toBe(true);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    const setUp = await browser.submit(first, { factor: 'one-time-code' });
    const code = await codeOf(server, { secret: secretOn(setUp) });
    const codes = await browser.submit(setUp, { code });
    expect(recoveryCodesOn(codes)).toHaveLength(10);
    const consent = await browser.submit(codes, {
      progress: /name="progress" value="([^"]+)"/.exec(codes.html)?.[1] ?? '',
    });
    expect(shows.consent(consent)).toBe(true);
  });

  it('K4 require_second_factor holds a decision whose session has lost it meanwhile', async () => {
    const { app, browser, client, user } = await signedInAt({ require_second_factor: true });
    const consent = await browser.submit(await browser.open(client.authorizeUrl(verifier)), {
      code: await codeOf(server, app),
    });
    expect(shows.consent(consent)).toBe(true);
    const weaker = await signedInBrowser(server, user);
    browser.cookies.set('eyrie_session', weaker.cookies.get('eyrie_session') ?? '');
    const decided = await browser.submit(consent, { decision: 'allow' });
    expect(asksForCode(decided)).toBe(true);
  });

  it('K4 require_second_factor holds for devices too', async () => {
    const { app, browser, user } = await signedInAt({});
    const device = await registerDevice(server, { require_second_factor: true });
    const codes = await begin(device, 'openid');
    const page = await enter(browser, codes.user_code);
    expect(shows.signIn(page)).toBe(false);
    expect(asksForCode(page)).toBe(true);
    const question = await browser.submit(page, { code: await codeOf(server, app) });
    await browser.submit(question, { decision: 'allow' });
    expect(decodeJwt((await poll(device, codes)).body.id_token)).toMatchObject({ acr: mfa });

    const weaker = await signedInBrowser(server, user);
    const asked = await begin(device, 'openid');
    const stillOpen = await enter(browser, asked.user_code);
    browser.cookies.set('eyrie_session', weaker.cookies.get('eyrie_session') ?? '');
    expect(asksForCode(await browser.submit(stillOpen, { decision: 'allow' }))).toBe(true);
    expect((await poll(device, asked)).status).toBe(400);
  });

  it('a client without require_second_factor connects a device with the password alone', async () => {
    const { browser } = await signedInAt({});
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid');
    await allow(browser, codes);
    expect((await poll(device, codes)).status).toBe(200);
  });
});

describe('A second factor that a client requires where none can be set up', () => {
  it('is refused at registration, and ends requests of clients that were registered before', async () => {
    const server = await startServer();
    const client = await RelyingParty.register(server, { require_second_factor: true });
    const off = await startServer({
      EYRIE_SECOND_FACTORS: 'recovery-code',
      DATABASE_URL: server.databaseUrl,
    });
    try {
      const other = { ...messageWriter, client_id: 'other', require_second_factor: true };
      await expect(off.register(other)).rejects.toMatchObject({
        response: { message: [expect.stringContaining('require_second_factor needs a second factor')] },
      });
      const { headers } = await new TestBrowser(off.issuer).send(client.authorizeUrl(verifier));
      expect(headers.get('location')).toContain('error=unmet_authentication_requirements');
    } finally {
      await off.app.close();
      await server.stop();
    }
  });
});
