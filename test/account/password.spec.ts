import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { provenByPasskey, withoutPassword } from '../support/passkey-session.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, freePort, startServer, type TestServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const mails = await useMailReceiver();
const chosen = 'quiet violet umbrella';
const choice = (password: string, again = password): Record<string, string> => ({
  new_password: password,
  new_password_again: again,
});

let people = 0;
async function newPerson(server: TestServer, fields: object = {}) {
  const username = `person-${++people}`;
  const user = { username, password: alice.password, email: `${username}@example.com`, ...fields };
  return { ...user, id: await server.createUser(user) };
}

describe('The page that changes one’s own password', () => {
  const server = useServer({ ...mails.settings, EYRIE_SIGN_IN_ATTEMPTS: '3' });
  const page = '/account/password';

  const canSignIn = async (username: string, password: string): Promise<boolean> => {
    const browser = new TestBrowser(server.issuer);
    return (await signIn(browser, await browser.open('/login'), { username, password })).url.endsWith(
      '/account',
    );
  };
  beforeEach(() => mails.take(server));

  it('changes it after a recent sign-in with it, ends other sessions, keeps this one, sends a mail and is audited', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const other = await signedInBrowser(server, user);
    const stolen = browser.cookies.get('eyrie_session') ?? '';
    const form = await browser.open(page);
    expect(form.html).not.toContain('name="password"');
    expect(form.html).toContain('At least 8 characters');
    await mails.take(server);

    const done = await browser.submit(form, choice(chosen));
    expect(done.url).toMatch(/\/account\/security$/);
    expect(done.html).toContain(
      'Your password was changed, and you are signed out in all other browsers. Its strength: strong.',
    );
    expect((await other.open('/account')).url).toMatch(/\/login$/);
    const thief = new TestBrowser(server.issuer);
    thief.cookies.set('eyrie_session', stolen);
    expect((await thief.open('/account')).url).toMatch(/\/login$/);
    expect([await canSignIn(user.username, user.password), await canSignIn(user.username, chosen)]).toEqual([
      false,
      true,
    ]);

    const mail = (await mails.take(server)).find(({ subject }) => subject === 'Your password was changed');
    expect(mail).toMatchObject({ to: user.email });
    const admin = await AdminCaller.register(server);
    const [event] = itemsOf(await admin.get(`/audit-events?user_id=${user.id}&event=user.password_set`));
    expect(event).toMatchObject({ actor: `user:${user.id}`, address: '127.0.0.1' });
  });

  it.each([
    [false, 200],
    [true, 400],
  ])(
    'leaves lasting access of applications, or ends it if the box is ticked (%s)',
    async (isTicked, status) => {
      const user = await newPerson(server);
      const party = await RelyingParty.register(server, {}, await signedInBrowser(server, user));
      const elsewhere = await RelyingParty.register(server);
      const scope = 'openid offline_access';
      const lasting = await elsewhere.redeem(await elsewhere.authorize({ scope }, user));
      const here = await party.tokens({ scope: 'openid' });
      const bound = await elsewhere.redeem(await elsewhere.authorize({ scope: 'openid' }, user));

      const fields = { ...choice(chosen), ...(isTicked ? { end_grants: 'on' } : {}) };
      await party.browser.submit(await party.browser.open(page), fields);

      expect((await elsewhere.refresh(lasting.body.refresh_token)).status).toBe(status);
      // What is bound to a session goes on only with the session of this browser.
      expect((await elsewhere.userinfo(bound.body.access_token)).status).toBe(401);
      expect((await party.userinfo(here.access_token)).status).toBe(isTicked ? 401 : 200);
    },
  );

  it('asks for a new sign-in once the proof is older than ten minutes, and leads back', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const form = await browser.open(page);
    server.clock.advance(601);
    const asked = await browser.submit(form, choice(chosen));
    expect([shows.signIn(asked), asked.url]).toEqual([true, `${server.issuer}/login?to=password`]);
    expect(await canSignIn(user.username, user.password)).toBe(true);
    expect((await signIn(browser, asked, user)).url).toMatch(/\/account\/password$/);
  });

  it('is for nobody who is not signed in, and takes no form of another site', async () => {
    const nobody = new TestBrowser(server.issuer);
    expect((await nobody.open(page)).url).toMatch(/\/login\?to=password$/);
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const without = await postForm(browser, page, choice(chosen));
    const fields = { ...choice(chosen), _csrf: csrfOf(await browser.open(page)) };
    const foreign = await postForm(browser, page, fields, { origin: 'https://evil.example' });
    expect([without.status, foreign.status]).toEqual([403, 403]);
    expect(await canSignIn(user.username, user.password)).toBe(true);
  });

  it.each([
    ['a common one', 'iloveyou', 'iloveyou', 'is one of the most common passwords', 'very weak'],
    ['one with a numeral at the end', 'Elephant7', 'Elephant7', 'is similar to a common password', 'weak'],
    ['one made of the username', 'USERNAME99', 'USERNAME99', 'follows from the name or e-mail', 'weak'],
    ['the present one', alice.password, alice.password, 'is the present one', 'strong'],
    ['a short one', 'Tr0ub', 'Tr0ub', 'must be longer than', undefined],
    ['nothing', '', '', 'must be longer than', undefined],
    ['two different ones', chosen, `${chosen}!`, 'The two passwords differ', undefined],
  ])('refuses %s, and says how strong it is', async (_what, password, again, words, strength) => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const own = (text: string): string => text.replace('USERNAME', user.username);
    const refused = await browser.submit(await browser.open(page), choice(own(password), own(again)));
    expect(refused.status).toBe(400);
    expect(refused.html).toContain(words);
    const shown = /Strength of this password: <strong><bdi>([^<]+)</.exec(refused.html)?.[1];
    expect(shown).toBe(strength);
    expect(await canSignIn(user.username, user.password)).toBe(true);
  });

  it('says so in the language of the person, with advice', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    browser.cookies.set('eyrie_language', 'de');
    const refused = await browser.submit(await browser.open(page), choice('Sunshine'));
    expect(refused.html).toContain('Stärke dieses Passworts: <strong><bdi>sehr schwach</bdi></strong>');
    expect(refused.html).toContain('<li>Fügen Sie weitere, weniger gebräuchliche Wörter hinzu.</li>');
    expect(refused.html).toContain('<li>Schreiben Sie mehr als nur den ersten Buchstaben groß.</li>');
  });

  it('asks somebody who signed in with a passkey for the present one, under the throttle of sign-ins', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    await provenByPasskey(server, user.id);
    const form = await browser.open(page);
    expect(form.html).toContain('name="password"');
    for (const password of ['', 'a wrong guess']) {
      const wrong = await browser.submit(form, { password, ...choice(chosen) });
      expect([wrong.status, wrong.html.includes('The present password is wrong.')]).toEqual([401, true]);
    }
    const done = await browser.submit(form, { password: user.password, ...choice(chosen) });
    expect(done.url).toMatch(/\/account\/security$/);

    await provenByPasskey(server, user.id);
    const again = await browser.open(page);
    const statuses: number[] = [];
    for (let guess = 0; guess < 4; guess++)
      statuses.push(
        (await browser.submit(again, { password: 'a guess', ...choice('a third sentence') })).status,
      );
    expect(statuses).toEqual([401, 401, 401, 429]);
    const closed = await browser.submit(again, { password: chosen, ...choice('a third sentence') });
    expect([closed.status, closed.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  });

  it('sets the first password of somebody who has a passkey alone', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    await provenByPasskey(server, user.id);
    await withoutPassword(server, user.id);
    expect((await browser.open('/account/security')).html).toContain('You have no password.');
    const form = await browser.open(page);
    expect([form.html.includes('name="password"'), form.html.includes('Set a password')]).toEqual([
      false,
      true,
    ]);
    expect((await browser.submit(form, choice(chosen))).url).toMatch(/\/account\/security$/);
    expect(await canSignIn(user.username, chosen)).toBe(true);
  });

  it('is changed once by a double click, and both answers go on', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const form = await browser.open(page);
    const answers = await Promise.all([1, 2].map(() => browser.post(form, choice(chosen))));
    for (const { status, headers } of answers) {
      expect(status).toBe(303);
      expect(headers.get('location')).toMatch(/^\/(account\/security|login\?to=password)$/);
    }
    const admin = await AdminCaller.register(server);
    const events = itemsOf(await admin.get(`/audit-events?user_id=${user.id}&event=user.password_set`));
    expect(events.length).toBe(1);
    expect(await canSignIn(user.username, chosen)).toBe(true);
  });

  it('is changed by one of two browsers at once, and the other one is signed out', async () => {
    const user = await newPerson(server);
    const passwords = [chosen, 'another quiet violet'] as const;
    const browsers = await Promise.all(passwords.map(() => signedInBrowser(server, user)));
    const forms = await Promise.all(browsers.map((browser) => browser.open(page)));
    await Promise.all(
      browsers.map((browser, index) => browser.post(forms[index]!, choice(passwords[index] ?? ''))),
    );
    const stay = await Promise.all(
      browsers.map(async (browser) => (await browser.open('/account')).url.endsWith('/account')),
    );
    expect(stay.filter(Boolean)).toHaveLength(1);
    const works = await Promise.all(passwords.map((password) => canSignIn(user.username, password)));
    expect(works).toEqual(stay);
  });

  it('changes nothing once an administrator has set another password meanwhile', async () => {
    const user = await newPerson(server);
    const browser = await signedInBrowser(server, user);
    const form = await browser.open(page);
    const admin = await AdminCaller.register(server);
    await admin.put(`/users/${user.id}/password`, { password: 'set by somebody else' });
    expect(shows.signIn(await browser.submit(form, choice(chosen)))).toBe(true);
    expect(await canSignIn(user.username, 'set by somebody else')).toBe(true);
  });

  it('is where /.well-known/change-password leads, and where the page about signing in links to', async () => {
    const known = await fetch(`${server.issuer}/.well-known/change-password`, { redirect: 'manual' });
    expect([known.status, known.headers.get('location')]).toEqual([303, page]);
    const missing = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
    expect((await fetch(server.issuer + missing)).status).toBe(404);
    const browser = await signedInBrowser(server, await newPerson(server));
    expect((await browser.open('/account/security')).html).toContain(`href="${page}"`);
  });
});

describe('Where people sign in without passwords', () => {
  it('there is no page that changes a password', async () => {
    const port = String(await freePort());
    const passkeys = { PORT: port, EYRIE_ISSUER: `http://localhost:${port}`, EYRIE_FIRST_FACTORS: 'passkey' };
    const server = await startServer(passkeys);
    for (const path of ['/account/password', '/.well-known/change-password'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' })).status).toBe(404);
    await server.stop();
  });
});

async function change(server: TestServer, password: string): Promise<Shown> {
  const user = await newPerson(server);
  const browser = await signedInBrowser(server, user);
  return browser.submit(await browser.open('/account/password'), choice(password));
}

describe('EYRIE_PASSWORD_MIN_STRENGTH=4', () => {
  const server = useServer({ EYRIE_PASSWORD_MIN_STRENGTH: '4' });

  it('refuses a password that is not a strong one, and says so', async () => {
    const refused = await change(server, 'x7#Kp-2m');
    expect(refused.status).toBe(400);
    expect(refused.html).toContain('is not as strong as this service wants it');
    expect(refused.html).toContain('<bdi>fair</bdi>');
    expect((await change(server, chosen)).url).toMatch(/\/account\/security$/);
  });

  it('holds in the admin API too', async () => {
    const admin = await AdminCaller.register(server);
    const answer = await admin.post('/users', { username: 'eve', password: 'x7#Kp-2m' });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('is not as strong as')]);
  });
});

describe('EYRIE_PASSWORD_MIN_STRENGTH=0', () => {
  const server = useServer({ EYRIE_PASSWORD_MIN_STRENGTH: '0' });

  it('takes any password of the right length, and still says how strong it is', async () => {
    expect((await change(server, 'password')).html).toContain('Its strength: very weak.');
  });
});
