import { Apply } from '../../src/provisioning/apply.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { ProgramHost } from '../support/program-host.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { allow, begin, enter, poll, registerDevice } from '../support/device.js';
import { csrfOf } from '../support/forms.js';
import { RelyingParty } from '../support/relying-party.js';
import { testSecret, useServer } from '../support/server.js';
import { shows } from '../support/walk.js';

const given = 'a password from the office';
const chosen = 'only I know this sentence';

describe('A password that must be changed', () => {
  const server = useServer({ EYRIE_SIGN_IN_ATTEMPTS: '5' });
  let admin: AdminCaller;
  let count = 0;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  /** A user to whom an administrator gave a password. */
  async function newcomer(): Promise<{ id: string; username: string; password: string }> {
    const username = `newcomer-${++count}`;
    const user = { username, password: given, password_change_required: true };
    const answer = await admin.post('/users', user);
    expect(answer.body).toMatchObject({ password_change_required: true });
    return { id: answer.body.id as string, username, password: given };
  }

  const asks = (page: Shown): boolean => page.html.includes('name="new_password"');
  const choice = (password: string, again = password) => ({
    new_password: password,
    new_password_again: again,
  });
  const browse = (): TestBrowser => new TestBrowser(server.issuer);

  async function reach(browser: TestBrowser, user: { username: string; password: string }): Promise<Shown> {
    const page = await signIn(browser, await browser.open('/login'), user);
    expect(asks(page)).toBe(true);
    return page;
  }

  it('opens no session until it is changed, then signs in, and is asked for no more', async () => {
    const user = await newcomer();
    const browser = browse();
    const page = await reach(browser, user);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    expect(shows.signIn(await browser.open('/account'))).toBe(true);

    const account = await browser.submit(page, choice(chosen));
    expect(account.url).toMatch(/\/account$/);
    expect((await admin.get(`/users/${user.id}`)).body.password_change_required).toBe(false);
    const next = await signIn(browse(), await browse().open('/login'), { ...user, password: given });
    expect(next.status).not.toBe(200);
    const other = browse();
    const again = await signIn(other, await other.open('/login'), { ...user, password: chosen });
    expect(again.url).toMatch(/\/account$/);
  });

  it('is asked for before consent, and the request of the application goes on', async () => {
    const user = await newcomer();
    const party = await RelyingParty.register(server);
    const page = await signIn(
      party.browser,
      await party.browser.open(party.authorizeUrl('v'.repeat(43))),
      user,
    );
    expect(asks(page)).toBe(true);
    const silent = await party.browser.open(party.authorizeUrl('v'.repeat(43), { prompt: 'none' }));
    expect(responseOf(silent).get('error')).toBe('login_required');

    const consent = await party.browser.submit(page, choice(chosen));
    expect(shows.consent(consent)).toBe(true);
    const answer = await party.browser.submit(consent, { decision: 'allow' });
    expect(responseOf(answer).get('code')).toBeTruthy();
  });

  it('is asked for before a device is connected', async () => {
    const user = await newcomer();
    const device = await registerDevice(server);
    const codes = await begin(device);
    const browser = browse();
    const page = await signIn(browser, await enter(browser, codes.user_code), user);
    expect(asks(page)).toBe(true);
    expect((await poll(device, codes)).body.error).toBe('authorization_pending');
    expect((await browser.submit(page, choice(chosen))).html).toContain(codes.user_code);
    await allow(browser, codes);
    server.clock.advance(10);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it.each([
    ['the present one', given, given, 'is the present one'],
    ['two different ones', chosen, `${chosen}!`, 'The two passwords differ'],
    ['a common one', 'password', 'password', 'is one of the most common'],
    ['a short one', 'Tr0ub', 'Tr0ub', 'must be longer than'],
    ['nothing', '', '', 'must be longer than'],
  ])('is not changed to %s', async (_what, password, again, words) => {
    const user = await newcomer();
    const browser = browse();
    const page = await browser.submit(await reach(browser, user), choice(password, again));
    expect(page.status).toBe(401);
    expect(page.html).toContain(words);
    expect((await browser.submit(page, choice(chosen))).url).toMatch(/\/account$/);
  });

  it('is changed once by a double click, and both answers go on', async () => {
    const user = await newcomer();
    const browser = browse();
    const page = await reach(browser, user);
    const answers = await Promise.all([
      browser.post(page, choice(chosen)),
      browser.post(page, choice(chosen)),
    ]);
    expect(answers.map(({ headers }) => headers.get('location'))).toEqual(['/account', '/account']);
    expect((await browser.open('/account')).html).toContain('Your account');
  });

  it('is not changed again from the page before, which leads on', async () => {
    const user = await newcomer();
    const browser = browse();
    const page = await reach(browser, user);
    await browser.submit(page, choice(chosen));
    const back = await browser.post(page, choice('yet another long sentence'));
    expect(back.headers.get('location')).toBe('/account');
    const other = browse();
    await signIn(other, await other.open('/login'), { ...user, password: chosen });
    expect((await other.open('/account')).html).toContain('Your account');
  });

  it('is not changed once an administrator has set another, or disabled the user', async () => {
    for (const change of ['password', 'disable'] as const) {
      const user = await newcomer();
      const browser = browse();
      const page = await reach(browser, user);
      if (change === 'disable') await admin.post(`/users/${user.id}/disable`);
      else await admin.put(`/users/${user.id}/password`, { password: 'set by somebody again' });
      const answer = await browser.submit(page, choice(chosen));
      expect(answer.status).toBe(401);
      expect(answer.html).toContain('Sign in again');
      expect(browser.cookies.has('eyrie_session')).toBe(false);
    }
  });

  it('is not changed by another browser, without the form, or a quarter of an hour later', async () => {
    const user = await newcomer();
    const browser = browse();
    const page = await reach(browser, user);
    const proof = /name="proof" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const other = browse();
    const theirs = await other.open('/login');
    const send = (from: TestBrowser, fields: Record<string, string>): Promise<Shown> =>
      from.send('/login/new-password', {
        method: 'POST',
        body: new URLSearchParams({ ...choice(chosen), proof, ...fields }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    expect(shows.signIn(await send(other, { _csrf: csrfOf(theirs) }))).toBe(true);
    expect((await send(browser, {})).status).toBe(403);
    expect((await browser.open('/login/new-password')).url).toMatch(/\/login$/);
    server.clock.advance(900);
    expect(shows.signIn(await browser.post(page, choice(chosen)))).toBe(true);
    admin = await AdminCaller.register(server);
  });

  it('is not changed while the account is closed by guesses', async () => {
    const user = await newcomer();
    const browser = browse();
    const page = await reach(browser, user);
    const guesser = browse();
    const form = await guesser.open('/login');
    for (let guess = 0; guess < 6; guess++)
      await guesser.post(form, { username: user.username, password: `guess ${guess}` });
    const answer = await browser.submit(page, choice(chosen));
    expect(answer.status).toBe(429);
    expect(answer.html).toContain('too many attempts');
  });

  it('is what an administrator sets, and grants that were to stay outlive the change', async () => {
    const user = await newcomer();
    const first = browse();
    await first.submit(await reach(first, user), choice(chosen));
    const party = await RelyingParty.register(server);
    const { code, verifier } = await party.authorize({}, { ...user, password: chosen });
    const { refresh_token } = (await party.redeem({ code, verifier })).body;
    const body = { password: given, keep_grants: true, password_change_required: true };
    expect((await admin.put(`/users/${user.id}/password`, body)).status).toBe(204);

    const second = browse();
    await second.submit(await reach(second, user), choice('a third sentence of mine'));
    expect((await party.refresh(refresh_token)).status).toBe(200);
    const wrong = { ...body, password_change_required: 'yes' };
    expectRefusedField(await admin.put(`/users/${user.id}/password`, wrong), 'password_change_required');
  });

  it('is what the command line and a configuration file set', async () => {
    const commands = new ProgramHost();
    const environment = { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret };
    await commands.eyrie(
      ['user', 'create', 'hired', '--password-stdin', '--require-change'],
      environment,
      given,
    );
    await commands.end();
    const files = await ConfigurationFiles.create();
    const entry = (rest: string): string =>
      `users: [{ username: filed, password_change_required: true, password: ${rest} }]`;
    await server.app.get(Apply).apply([await files.write(entry(given))]);
    for (const username of ['hired', 'filed']) {
      const browser = browse();
      await browser.submit(await reach(browser, { username, password: given }), choice(chosen));
    }
    // The file is applied at every start, and leaves the changed password alone.
    expect(await server.app.get(Apply).apply([await files.write(entry(given))])).toMatchObject([
      { outcome: 'unchanged' },
    ]);
    await expect(
      server.app.get(Apply).apply([await files.write(entry(`{ value: ${given}, enforce: true }`))]),
    ).rejects.toThrow('password_change_required does not go with enforce');
    await files.remove();
  });
});
