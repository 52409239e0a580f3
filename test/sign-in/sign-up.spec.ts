import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { responseOf, type Shown, TestBrowser } from '../support/browser.js';
import { postForm } from '../support/forms.js';
import { linkIn, useMailReceiver } from '../support/mail-receiver.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, type TestServer, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';

const mails = await useMailReceiver();
const password = 'quiet violet umbrella';
const account = (username: string) => ({
  username,
  name: 'Nora Nest',
  new_password: password,
  new_password_again: password,
});

let people = 0;
const newAddress = (): string => `new-${(people += 1)}@example.com`;

describe('Sign-up', () => {
  const server = useServer({ ...mails.settings, EYRIE_SIGN_UP: 'open' }, { users: [alice] });
  const browser = useBrowser(server);

  // Each test starts with limits of its own, and without mail of the one before.
  beforeEach(async () => {
    server.clock.advance(3_600);
    await mails.take(server);
  });

  const ask = async (email: string, fields: Record<string, string> = {}): Promise<Shown> =>
    browser.submit(await browser.open('/sign-up'), { email, ...fields });
  const linkFor = async (email: string): Promise<string> => {
    await ask(email);
    return linkIn(await mails.takeOne(server));
  };
  const usersOf = (on: TestServer, username: string) => on.app.get(UsersStore).findByUsername(username);

  it('the owner of an address makes an account by the mailed link, and signs in with it', async () => {
    const begun = await browser.submit(await browser.open('/login'), { step: 'begin' });
    expect(begun.html).toContain('Create an account');
    const email = newAddress();
    const link = await linkFor(email);
    for (let opened = 0; opened < 3; opened += 1) expect((await browser.open(link)).status).toBe(200);
    const done = await browser.submit(await browser.open(link), account('nora'));
    expect(done.html).toContain('Your account is ready.');

    expect(await usersOf(server, 'nora')).toMatchObject({
      email,
      emailVerified: true,
      name: 'Nora Nest',
      administrator: false,
    });
    const signedIn = await browser.submit(done, { password });
    expect(signedIn.url).toMatch(/\/account$/);
    expect((await browser.open(link)).status).toBe(410);
  });

  it('has the same answer for an address that has an account, whose owner is told by mail', async () => {
    const answers = [];
    for (const email of [newAddress(), alice.email]) {
      const { status, html } = await ask(email);
      answers.push({ status, html: html.replace(/name="_csrf" value="[^"]*"/g, '') });
    }
    expect(answers[1]).toEqual(answers[0]);

    const sent = await mails.take(server);
    expect(sent.map(({ subject }) => subject).toSorted()).toEqual([
      'Create your account',
      'You have an account already',
    ]);
  });

  it.each([
    [{ ...account('alice') }, 'the username alice is taken'],
    [{ ...account(' ') }, 'Choose a username'],
    [{ ...account('x'.repeat(256)) }, 'Choose a username'],
    [{ ...account('in\u200bvisible') }, 'must not contain invisible characters'],
    [{ ...account('otto'), name: 'O\u202ett\u202co' }, 'characters that cannot be shown'],
    [{ ...account('otto'), new_password_again: 'another' }, 'The two passwords differ.'],
    [{ ...account('otto'), new_password: 'otto1234', new_password_again: 'otto1234' }, 'The new password'],
  ])('%j is refused, and the link stays', async (typed, reason) => {
    const link = await linkFor(newAddress());
    const refused = await browser.submit(await browser.open(link), typed);

    expect(refused).toMatchObject({ status: 400 });
    expect(refused.html).toContain(reason);
    expect((await browser.open(link)).status).toBe(200);
  });

  it('one link makes one account, however often its form is sent at once', async () => {
    const form = await browser.open(await linkFor(newAddress()));
    const statuses = await Promise.all(
      ['race-1', 'race-2', 'race-3'].map(async (name) => (await browser.submit(form, account(name))).status),
    );

    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const made = await Promise.all(['race-1', 'race-2', 'race-3'].map((name) => usersOf(server, name)));
    expect(made.filter(Boolean)).toHaveLength(1);
  });

  it('two links to one address make one account', async () => {
    const email = newAddress();
    const [first, second] = [await linkFor(email), await linkFor(email)];
    await browser.submit(await browser.open(first), account('twice-1'));
    const refused = await browser.submit(await browser.open(second), account('twice-2'));

    expect(refused.status).toBe(400);
    expect(await usersOf(server, 'twice-2')).toBeNull();
  });

  it('a link is dead after an hour', async () => {
    const link = await linkFor(newAddress());
    server.clock.advance(3_600);

    expect((await browser.open(link)).status).toBe(410);
  });

  it('who fills in the field that people do not see gets no mail, and does not learn why', async () => {
    const { status, html } = await ask(newAddress(), { website: 'https://spam.example' });

    expect({ status, isTaken: html.includes('Look at your mail') }).toEqual({ status: 200, isTaken: true });
    expect(await mails.take(server)).toEqual([]);
  });

  it.each(['nowhere', 'a@b.example\r\nBcc: c@d.example', '@', `${'x'.repeat(320)}@example.com`])(
    '%j is no address',
    async (email) => {
      expect((await ask(email)).status).toBe(400);
    },
  );

  it.each([
    '/sign-up?interaction=a&interaction=b',
    '/sign-up?interaction=forged',
    '/sign-up/complete?token=a&token=b',
    '/sign-up/complete',
    '/login/choose-password?token=a&token=b',
    '/login/confirm-email?token[x]=a',
  ])('%s is answered with a page and 4xx', async (path) => {
    const { status, headers } = await browser.open(path);

    expect(Math.floor(status / 100)).toBe(4);
    expect(headers.get('content-type')).toContain('text/html');
  });

  it('a form without the token of this browser is refused', async () => {
    for (const path of [
      '/sign-up',
      '/sign-up/complete',
      '/login/forgotten-password',
      '/login/choose-password',
      '/login/confirm-email',
    ])
      expect((await postForm(browser, path, { email: newAddress(), name: 'alice', token: 'x' })).status).toBe(
        403,
      );
    expect(await mails.take(server)).toEqual([]);
  });

  it('the sixth request for an address within an hour is refused with 429', async () => {
    const email = newAddress();
    for (let count = 0; count < 5; count += 1) expect((await ask(email)).status).toBe(200);

    expect((await ask(email.toUpperCase())).status).toBe(429);
  });

  it('prompt=create begins with the sign-up, and goes on to the application after it', async () => {
    const { prompt_values_supported } = (await (
      await fetch(`${server.issuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    expect(prompt_values_supported).toContain('create');

    const client = await RelyingParty.register(server);
    const page = await client.browser.open(client.authorizeUrl('v'.repeat(43), { prompt: 'create' }));
    expect(page.html).toContain('id="email"');
    await client.browser.submit(page, { email: newAddress() });
    const link = linkIn(await mails.takeOne(server));
    const ready = await client.browser.submit(await client.browser.open(link), account('created'));
    const consent = await client.browser.submit(ready, { password });
    const response = responseOf(await client.browser.submit(consent, { decision: 'allow' }));
    expect(response.get('code')).not.toBeNull();
  });

  it('prompt=create lets somebody who has an account sign in, and another browser finish the sign-up', async () => {
    const client = await RelyingParty.register(server);
    const page = await client.browser.open(client.authorizeUrl('v'.repeat(43), { prompt: 'create' }));
    await client.browser.submit(page, { email: newAddress() });
    const phone = new TestBrowser(server.issuer);
    const link = linkIn(await mails.takeOne(server));
    const ready = await phone.submit(await phone.open(link), account('by-phone'));
    expect((await phone.submit(ready, { password })).url).toMatch(/\/account$/);

    const signIn = await client.browser.submit(page, { step: 'sign-in' });
    const consent = await client.browser.submit(signIn, { username: 'by-phone', password });
    expect(consent.html).toContain('id="allow"');
  });

  it('prompt=create is refused together with none', async () => {
    const client = await RelyingParty.register(server);
    const response = await client.respond({ prompt: 'create none' });

    expect(response.get('error')).toBe('invalid_request');
  });
});

describe('Sign-up for some domains', () => {
  const server = useServer({ ...mails.settings, EYRIE_SIGN_UP: 'example.com, Example.org' });
  const browser = useBrowser(server);

  it.each([
    ['a@example.com', 200],
    ['a@EXAMPLE.ORG', 200],
    ['a@sub.example.com', 400],
    ['a@example.com.evil.example', 400],
    ['a@evilexample.com', 400],
  ])('%s is answered with %i', async (email, status) => {
    const page = await browser.open('/sign-up');
    expect(page.html).toContain('example.com, example.org');

    expect((await browser.submit(page, { email })).status).toBe(status);
  });
});

describe('Without EYRIE_SIGN_UP', () => {
  const server = useServer(mails.settings, { users: [alice] });
  const browser = useBrowser(server);

  it('nobody makes an account, and prompt=create is ignored', async () => {
    expect((await browser.open('/login')).html).not.toContain('sign-up');
    for (const path of ['/sign-up', '/sign-up/complete?token=x'])
      expect((await browser.open(path)).status).toBe(404);
    const client = await RelyingParty.register(server);
    const response = await client.respond({ prompt: 'create' });
    expect(response.get('code')).not.toBeNull();
    const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).text();
    expect(metadata).not.toContain('"create"');
  });
});
