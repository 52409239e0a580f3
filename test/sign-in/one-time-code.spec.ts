import { decodeJwt } from 'jose';
import { AdminCaller } from '../support/admin-caller.js';
import { responseOf, signIn, TestBrowser } from '../support/browser.js';
import { RelyingParty } from '../support/relying-party.js';
import { codeOf, setUpApp, toSecondFactor } from '../support/second-factor.js';
import { type TestServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

let count = 0;

/** A user of their own for each test. */
async function newUser(server: TestServer): Promise<{ username: string; password: string; id: string }> {
  const user = { username: `user-${++count}`, password: 'correct horse battery' };
  return { ...user, id: await server.createUser(user) };
}

const mfa = 'https://refeds.org/profile/mfa';

describe('A one-time code as second factor', () => {
  const server = useServer({ EYRIE_SIGN_IN_ATTEMPTS: '5' });
  const browse = (): TestBrowser => new TestBrowser(server.issuer);

  /** Somebody who has set up an app. */
  async function withApp() {
    const user = await newUser(server);
    const browser = await signedInBrowser(server, user);
    return { user, browser, app: await setUpApp(server, browser) };
  }

  it('K2 is asked for once it is set up, and opens the session', async () => {
    const { user, app } = await withApp();
    const browser = browse();
    const page = await toSecondFactor(browser, user);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    expect(page.html).toContain('name="code"');

    const account = await browser.submit(page, { code: await codeOf(server, app) });
    expect(account.url).toMatch(/\/account$/);
  });

  it.each([-1, 1])(
    'K2 of a time step beside the present one (%i) is accepted, with blanks too',
    async (steps) => {
      const { user, app } = await withApp();
      const browser = browse();
      const code = await codeOf(server, app, steps);
      const typed = ` ${code.slice(0, 3)} ${code.slice(3)} `;
      const account = await browser.submit(await toSecondFactor(browser, user), { code: typed });
      expect(account.url).toMatch(/\/account$/);
    },
  );

  it('K2 is used up by its first use, and codes of earlier steps with it', async () => {
    const { user, app } = await withApp();
    const code = await codeOf(server, app);
    const first = browse();
    await first.submit(await toSecondFactor(first, user), { code });

    for (const used of [code, await codeOf(server, app, -1)]) {
      const second = browse();
      const page = await second.submit(await toSecondFactor(second, user), { code: used });
      expect(page.status).toBe(401);
      expect(page.html).toContain('The code is wrong, or was used before.');
      expect(second.cookies.has('eyrie_session')).toBe(false);
    }
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '0'.repeat(5_000), "' OR 1=1"])(
    'K2 that is no code (%j) is refused, and asked for again',
    async (code) => {
      const { user } = await withApp();
      const browser = browse();
      const page = await browser.submit(await toSecondFactor(browser, user), { code });
      expect(page.status).toBe(401);
      expect(page.html).toContain('name="code"');
    },
  );

  it('K2 is guessed under a throttle of its own, which the right password does not reset', async () => {
    const { user, app } = await withApp();
    const wrong = (await codeOf(server, app)) === '000000' ? '111111' : '000000';
    const browser = browse();
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess++) {
      const page = await toSecondFactor(browser, user);
      statuses.push((await browser.submit(page, { code: wrong })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const page = await toSecondFactor(browser, user);
    const late = await browser.submit(page, { code: await codeOf(server, app) });
    expect(late.status).toBe(429);
    expect(late.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('is not asked for in another browser than the one that gave the password, nor a quarter of an hour later', async () => {
    const { user, app } = await withApp();
    const browser = browse();
    const page = await toSecondFactor(browser, user);
    const other = browse();
    await other.open('/login');
    expect((await other.submit(page, { code: await codeOf(server, app) })).html).not.toContain(
      'Your account',
    );
    expect(other.cookies.has('eyrie_session')).toBe(false);

    server.clock.advance(901);
    const late = await browser.submit(page, { code: await codeOf(server, app) });
    expect(late.status).toBe(401);
    expect(late.html).toContain('You were away for too long. Sign in again.');
    expect(shows.signIn(late)).toBe(true);
  });

  it('is not opened by a sign-in that began before the app was set up', async () => {
    const user = await newUser(server);
    const admin = await AdminCaller.register(server);
    await admin.put(`/users/${user.id}/password`, {
      password: 'given by the office',
      password_change_required: true,
    });
    const given = { ...user, password: 'given by the office' };
    const late = browse();
    const change = await signIn(late, await late.open('/login'), given);
    expect(change.html).toContain('name="new_password"');
    const owner = browse();
    const own = await signIn(owner, await owner.open('/login'), given);
    await owner.submit(own, {
      new_password: 'only I know this sentence',
      new_password_again: 'only I know this sentence',
    });
    await setUpApp(server, owner);

    const taken = await late.submit(change, {
      new_password: 'another good sentence',
      new_password_again: 'another good sentence',
    });
    expect(taken.url).not.toMatch(/\/account$/);
    expect(late.cookies.has('eyrie_session')).toBe(false);
  });

  it('K3 signs in by a recovery code instead, each once', async () => {
    const { user, app } = await withApp();
    expect(app.recoveryCodes).toHaveLength(10);
    const [code = ''] = app.recoveryCodes;
    const browser = browse();
    const page = await toSecondFactor(browser, user);
    const other = await browser.submit(page, { factor: 'recovery-code' });
    expect(other.html).toContain('Recovery code');
    const account = await browser.submit(other, { code: code.toUpperCase().replaceAll('-', ' ') });
    expect(account.url).toMatch(/\/account$/);

    const again = browse();
    const used = await again.submit(await toSecondFactor(again, user), { factor: 'recovery-code' });
    expect((await again.submit(used, { code })).status).toBe(401);
  });

  it('K4 steps up a session that has the password alone, and is all that is asked for', async () => {
    const { user, app } = await withApp();
    const client = await RelyingParty.register(server, {}, browse());
    const second = await client.browser.submit(await toSecondFactor(client.browser, user), {
      code: await codeOf(server, app),
    });
    expect(second.url).toMatch(/\/account$/);
    server.clock.advance(60);

    const claims = { id_token: { acr: { essential: true, value: mfa } } };
    const { code, verifier } = await client.authorize({ claims: JSON.stringify(claims) }, user);
    const { body } = await client.redeem({ code, verifier });
    expect(decodeJwt(body.id_token)).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
  });
});

describe('A second factor on request', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR: 'on-request' });

  it.each([
    ['an essential acr', { claims: JSON.stringify({ id_token: { acr: { essential: true, value: mfa } } }) }],
    ['acr_values', { acr_values: `gold ${mfa}` }],
  ])('K4 %s asks for the code alone, beside a session with the password', async (_what, parameters) => {
    const user = await newUser(server);
    const browser = await signedInBrowser(server, user);
    const app = await setUpApp(server, browser);
    const client = await RelyingParty.register(server, {}, new TestBrowser(server.issuer));
    const plain = await client.authorize({}, user);
    const { body } = await client.redeem(plain);
    expect(decodeJwt(body.id_token)).toMatchObject({ acr: 'urn:eyrie:acr:password', amr: ['pwd'] });

    const page = await client.browser.open(client.authorizeUrl('v'.repeat(43), parameters));
    expect(shows.signIn(page)).toBe(false);
    expect(page.html).toContain('name="code"');
    const response = responseOf(await client.browser.submit(page, { code: await codeOf(server, app) }));
    const stronger = await client.redeem({
      code: response.get('code') ?? '',
      verifier: 'v'.repeat(43),
    });
    expect(decodeJwt(stronger.body.id_token)).toMatchObject({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] });
  });

  it('K4 an essential acr that the person cannot reach is an error of the request; acr_values go on', async () => {
    const user = await newUser(server);
    const client = await RelyingParty.register(server, {}, new TestBrowser(server.issuer));
    await client.authorize({}, user);
    const claims = { id_token: { acr: { essential: true, value: mfa } } };
    expect((await client.respond({ claims: JSON.stringify(claims) })).get('error')).toBe(
      'unmet_authentication_requirements',
    );
    expect((await client.respond({ acr_values: mfa })).get('code')).toBeTruthy();
    expect((await client.respond({ acr_values: mfa, prompt: 'none' })).get('code')).toBeTruthy();
  });

  it('K4 prompt=none gets login_required where a code would reach the essential acr', async () => {
    const user = await newUser(server);
    const client = await RelyingParty.register(server, {}, await signedInBrowser(server, user));
    await setUpApp(server, client.browser);
    client.browser.cookies.delete('eyrie_session');
    await client.authorize({}, user);
    const claims = { id_token: { acr: { essential: true, value: mfa } } };
    const response = await client.respond({ claims: JSON.stringify(claims), prompt: 'none' });
    expect(response.get('error')).toBe('login_required');
  });
});

describe('A second factor that everybody must have', () => {
  const server = useServer({ EYRIE_SECOND_FACTOR_REQUIRED_OF: 'everybody' });

  it('is set up at the next sign-in, which then goes on', async () => {
    const user = await newUser(server);
    const browser = new TestBrowser(server.issuer);
    const choice = await toSecondFactor(browser, user);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    const page = await browser.submit(choice, { factor: 'one-time-code' });
    const wrong = await browser.submit(page, { code: '000000' });
    expect(wrong.status).toBe(401);
    const secret = /id="secret">([^<]+)</.exec(page.html)?.[1];
    expect(wrong.html).toContain(secret);

    const codes = await browser.submit(wrong, {
      code: await codeOf(server, { secret: (secret ?? '').replaceAll(' ', '') }),
    });
    expect(codes.html).toContain('Your recovery codes');
    const account = await browser.submit(codes, {
      progress: /name="progress" value="([^"]+)"/.exec(codes.html)?.[1] ?? '',
    });
    expect(account.url).toMatch(/\/account$/);
  });

  it('cannot be set up by who knows the password of somebody who has one', async () => {
    const user = await newUser(server);
    const browser = new TestBrowser(server.issuer);
    const choice = await toSecondFactor(browser, user);
    const page = await browser.submit(choice, { factor: 'one-time-code' });
    const secret = (/id="secret">([^<]+)</.exec(page.html)?.[1] ?? '').replaceAll(' ', '');
    await browser.submit(page, { code: await codeOf(server, { secret }) });
    server.clock.advance(60);

    const thief = new TestBrowser(server.issuer);
    const asked = await toSecondFactor(thief, user);
    expect(asked.html).toContain('name="code"');
    const forced = await thief.post(
      { ...asked, html: asked.html.replaceAll('action="/login"', 'action="/login/set-up"') },
      { code: '123456', factor: 'one-time-code' },
    );
    expect(forced.html).not.toContain('id="secret"');
    expect(thief.cookies.has('eyrie_session')).toBe(false);
  });
});
