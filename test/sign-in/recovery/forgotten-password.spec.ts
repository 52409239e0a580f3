import { DeliveriesStore } from '../../../src/persistence/stores/deliveries.store.js';
import { recoveryDeliveryKind } from '../../../src/sign-in/recovery/recovery-requests.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import { UserPasswords } from '../../../src/users/user-passwords.js';
import type { Shown } from '../../support/browser.js';
import { linkIn, useMailReceiver } from '../../support/mail-receiver.js';
import { RelyingParty } from '../../support/relying-party.js';
import { alice, useServer } from '../../support/server.js';
import { useBrowser } from '../../support/use-browser.js';
import { signedInBrowser } from '../../support/walk.js';

const mails = await useMailReceiver();
const verified = {
  username: 'vera',
  password: 'correct horse battery',
  email: 'Vera@Example.com',
  email_verified: true,
};
const other = { new_password: 'another battery horse', new_password_again: 'another battery horse' };
const chosen = { new_password: 'quiet violet umbrella', new_password_again: 'quiet violet umbrella' };

describe('A forgotten password', () => {
  const server = useServer(mails.settings, {
    users: [
      verified,
      { username: 'twin-1', password: alice.password, email: 'twins@example.com' },
      { username: 'twin-2', password: alice.password, email: 'twins@example.com' },
      { username: 'mute', password: alice.password },
    ],
  });
  const browser = useBrowser(server);
  let people = 0;

  // Each test starts with limits of its own.
  beforeEach(() => server.clock.advance(3_600));

  const person = async () => {
    people += 1;
    const user = { ...alice, username: `person-${people}`, email: `person-${people}@example.com` };
    return { ...user, id: await server.createUser(user) };
  };
  const ask = async (name: string): Promise<Shown> =>
    browser.submit(await browser.open('/login/forgotten-password'), { name });
  const linkFor = async (name: string): Promise<string> => {
    await ask(name);
    const [mail] = (await mails.take(server)).filter(({ subject }) => subject === 'Choose a new password');
    return mail ? linkIn(mail) : '';
  };
  const choose = async (link: string, fields: Record<string, string> = chosen): Promise<Shown> =>
    browser.submit(await browser.open(link), fields);
  const signIn = async (username: string, password: string): Promise<boolean> =>
    (await browser.submit(await browser.open('/login'), { username, password })).url.endsWith('/account');

  it('K5 is replaced by the owner of the address: the link signs nobody in, but the new password does', async () => {
    const { username, email } = await person();
    expect(await ask(username)).toMatchObject({ status: 200 });
    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ to: email, subject: 'Choose a new password' });
    expect(mail.text).toContain(`${server.issuer}/login/choose-password?token=`);

    const done = await choose(linkIn(mail));
    expect(done.html).toContain('Your password is set');
    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    expect(await signIn(username, alice.password)).toBe(false);
    expect(await signIn(username, chosen.new_password)).toBe(true);
    expect(await mails.takeOne(server)).toMatchObject({ to: email, subject: 'Your password was changed' });
  });

  it('K5 has the same answer for every name, and each takes the same way', async () => {
    const { username } = await person();
    const names = [username, 'nobody', 'nobody@example.com', 'mute', `x${'y'.repeat(300)}`];
    const answers: unknown[] = [];
    for (const name of names) {
      const { status, html, headers } = await ask(name);
      const deliveries = await server.app
        .get(DeliveriesStore)
        .list({ kind: recoveryDeliveryKind, state: 'pending' }, { limit: 10 });
      answers.push({
        status,
        html: html.replace(/name="_csrf" value="[^"]*"/g, ''),
        headers: [...headers.keys()].toSorted(),
        queued: deliveries.items.map(({ userId, payload }) => ({ userId, payload })),
      });
      const arrived = await mails.take(server);
      expect({ name, mails: arrived.length }).toEqual({ name, mails: name === username ? 1 : 0 });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it.each([
    ['a username in another case', ' VERA ', 1],
    ['a verified address in another case', 'vera@example.com', 1],
    ['an address of two people, which nobody has verified', 'twins@example.com', 0],
  ])('%s leads to %s: %i mails', async (_, name, count) => {
    await ask(name);
    expect(await mails.take(server)).toHaveLength(count);
  });

  it('K5 the link works once, and opening it is not using it', async () => {
    const link = await linkFor((await person()).username);
    for (let opened = 0; opened < 3; opened += 1) expect((await browser.open(link)).status).toBe(200);
    const form = await browser.open(link);
    expect((await browser.submit(form, chosen)).status).toBe(200);

    expect((await browser.open(link)).status).toBe(410);
    expect((await browser.submit(form, other)).status).toBe(410);
  });

  it('K5 of two passwords that are sent at once with one link, one counts', async () => {
    const { username } = await person();
    const form = await browser.open(await linkFor(username));
    const statuses = await Promise.all(
      [chosen, other].map(async (typed) => (await browser.submit(form, typed)).status),
    );

    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 410]);
    const winner = statuses[0] === 200 ? chosen : other;
    expect(await signIn(username, winner.new_password)).toBe(true);
  });

  it('a form that is sent twice has one answer', async () => {
    const form = await browser.open(await linkFor((await person()).username));
    const twice = await Promise.all([browser.submit(form, chosen), browser.submit(form, chosen)]);
    const later = await browser.submit(form, chosen);
    expect([...twice, later].map(({ status }) => status)).toEqual([200, 200, 200]);
    server.clock.advance(61);

    expect((await browser.submit(form, chosen)).status).toBe(410);
  });

  it('K5 the link works for 30 minutes', async () => {
    const link = await linkFor((await person()).username);
    server.clock.advance(1_790);
    const form = await browser.open(link);
    expect(form.status).toBe(200);
    server.clock.advance(10);

    expect((await browser.open(link)).status).toBe(410);
    expect((await browser.submit(form, chosen)).status).toBe(410);
  });

  it.each([
    [
      'the address changes',
      (id: string) => server.app.get(UserAccounts).update(id, { email: 'x@example.com' }, 'test'),
    ],
    [
      'the password changes',
      (id: string) => server.app.get(UserPasswords).set(id, 'another battery horse', 'test'),
    ],
    [
      'the account is disabled',
      (id: string) => server.app.get(UserAccounts).update(id, { disabled: true }, 'test'),
    ],
  ])('K5 the link is dead once %s', async (_, change) => {
    const { id, username } = await person();
    const link = await linkFor(username);
    const form = await browser.open(link);
    await change(id);

    expect((await browser.open(link)).status).toBe(410);
    expect((await browser.submit(form, chosen)).status).toBe(410);
  });

  it('K5 a used link ends the other links, the sessions and the grants', async () => {
    const user = await person();
    const client = await RelyingParty.register(server, {}, await signedInBrowser(server, user));
    const { body } = await client.redeem(await client.authorize());
    const [older, newer] = [await linkFor(user.username), await linkFor(user.username)];
    await choose(newer);

    expect((await browser.open(older)).status).toBe(410);
    expect((await client.browser.open('/account')).url).toMatch(/\/login$/);
    expect((await client.refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([
    [{ ...chosen, new_password_again: 'another' }, 'The two passwords differ.'],
    [{ new_password: 'password1', new_password_again: 'password1' }, 'The new password is'],
    [{ new_password: 'short', new_password_again: 'short' }, 'The new password must'],
  ])('%j is refused, and the link stays', async (typed, reason) => {
    const link = await linkFor((await person()).username);
    const refused = await choose(link, typed);

    expect(refused).toMatchObject({ status: 400 });
    expect(refused.html).toContain(reason);
    expect((await browser.submit(refused, chosen)).html).toContain('Your password is set');
  });

  it('the address that the link was mailed to counts as verified', async () => {
    const { id, username } = await person();
    await choose(await linkFor(username));

    expect(await server.app.get(UserAccounts).require(id)).toMatchObject({ emailVerified: true });
  });

  it('the owner signs in at once, though somebody has used up the attempts of the account', async () => {
    const { username } = await person();
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn(username, 'wrong');
    expect(await signIn(username, alice.password)).toBe(false);
    await choose(await linkFor(username));

    expect(await signIn(username, chosen.new_password)).toBe(true);
  });

  it('the sixth request for a name within an hour is refused with 429, whether there is such an account or not', async () => {
    for (const name of [(await person()).username, 'nobody']) {
      for (let count = 0; count < 5; count += 1) expect((await ask(name)).status).toBe(200);
      const refused = await ask(name.toUpperCase());
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
      await mails.take(server);
    }
  });

  it('requests from one network are limited, whatever the names', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 51; count += 1) statuses.push((await ask(`nobody-${count}`)).status);

    expect(statuses).toEqual([...Array<number>(50).fill(200), 429]);
  });

  it('guesses of links are limited, and then a right one has to wait too', async () => {
    const link = await linkFor((await person()).username);
    const statuses: number[] = [];
    for (let count = 0; count < 101; count += 1)
      statuses.push((await browser.open(`/login/choose-password?token=guess-${count}`)).status);
    expect(statuses).toEqual([...Array<number>(100).fill(410), 429]);

    expect((await browser.open(link)).status).toBe(429);
    server.clock.advance(900);
    expect((await browser.open(link)).status).toBe(200);
  });

  it('a request that waited for the mail server for more than 30 minutes is given up, and nothing of it is kept', async () => {
    mails.refusal = 451;
    await ask((await person()).username);
    await mails.take(server);
    server.clock.advance(1_800);
    mails.refusal = undefined;
    expect(await mails.take(server)).toEqual([]);

    const { items } = await server.app
      .get(DeliveriesStore)
      .list({ kind: recoveryDeliveryKind }, { limit: 500 });
    expect(items.at(-1)).toMatchObject({ state: 'failed' });
    expect(items.filter(({ state }) => state === 'pending')).toEqual([]);
    expect(items.filter(({ contentSealed }) => contentSealed !== null)).toEqual([]);
  });
});
