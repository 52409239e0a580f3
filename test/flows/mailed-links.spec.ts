import { UserAccounts } from '../../src/users/user-accounts.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { linkIn, type ReceivedMail, useMailReceiver } from '../support/mail-receiver.js';
import { provenByPasskey, withoutPassword } from '../support/passkey-session.js';
import { alice, type TestServer, useServer } from '../support/server.js';
import { useBrowser } from '../support/use-browser.js';
import { shows, signedInBrowser } from '../support/walk.js';

const mails = await useMailReceiver();
const chosen = { new_password: 'quiet violet umbrella', new_password_again: 'quiet violet umbrella' };

let people = 0;
const person = async (server: TestServer, fields: object = {}) => {
  people += 1;
  const name = `person-${people}`;
  const user = { username: name, password: alice.password, email: `${name}@example.com`, ...fields };
  return { ...user, id: await server.createUser(user) };
};

describe('The e-mail address of an account', () => {
  const server = useServer(mails.settings);
  const anybody = useBrowser(server);

  // Each test starts with limits of its own, and without mail of the one before.
  beforeEach(async () => {
    server.clock.advance(3_600);
    await mails.take(server);
  });

  const confirm = async (mail: ReceivedMail): Promise<Shown> =>
    anybody.submit(await anybody.open(linkIn(mail)), { token: linkIn(mail).split('token=')[1] ?? '' });
  const emailOf = async (id: string) => {
    const { email, emailVerified } = await server.app.get(UserAccounts).require(id);
    return { email, emailVerified };
  };
  const change = async (browser: TestBrowser, newEmail: string): Promise<Shown> =>
    browser.submit(await browser.open('/account/email'), { new_email: newEmail });

  it('is verified by a link that the account page mails; opening the link alone does nothing', async () => {
    const user = await person(server);
    const browser = await signedInBrowser(server, user);
    expect((await browser.open('/account')).html).toContain('href="/account/email"');
    const page = await browser.open('/account/email');
    expect(page.html).toContain('not verified');
    const asked = await browser.send('/account/email/verify', {
      method: 'POST',
      body: new URLSearchParams({
        _csrf: /name="_csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '',
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(asked.status).toBe(303);

    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ to: user.email, subject: 'Confirm your e-mail address' });
    await anybody.open(linkIn(mail));
    expect(await emailOf(user.id)).toEqual({ email: user.email, emailVerified: false });
    expect((await confirm(mail)).html).toContain('Your e-mail address is confirmed');
    expect(await emailOf(user.id)).toEqual({ email: user.email, emailVerified: true });
    expect((await browser.open('/account/email')).html).not.toContain('id="verify"');
    expect((await anybody.open(linkIn(mail))).status).toBe(410);
  });

  it('changes once the new and the verified present address have confirmed it, in either order', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const user = await person(server, { email_verified: true });
      const newEmail = `new-${user.email}`;
      const browser = await signedInBrowser(server, user);
      expect((await change(browser, newEmail)).html).toContain('Links are on their way');
      const sent = (await mails.take(server)).toSorted((a, b) => a.to.length - b.to.length);
      expect(sent.map(({ to }) => to)).toEqual([user.email, newEmail]);
      const [first, second] = order.map((index) => sent[index] as ReceivedMail) as [
        ReceivedMail,
        ReceivedMail,
      ];

      expect((await confirm(first)).html).toContain('One more confirmation is needed');
      expect(await emailOf(user.id)).toEqual({ email: user.email, emailVerified: true });
      expect((await confirm(second)).html).toContain('Your e-mail address is changed');
      expect(await emailOf(user.id)).toEqual({ email: newEmail, emailVerified: true });
      const told = await mails.takeOne(server);
      expect(told).toMatchObject({ to: user.email, subject: 'Your e-mail address was changed' });
      expect(told.text).toContain(newEmail);
    }
  });

  it('changes with the link to the new address alone if the present one was never verified', async () => {
    const user = await person(server);
    await change(await signedInBrowser(server, user), `new-${user.email}`);
    const mail = await mails.takeOne(server);
    expect(mail.to).toBe(`new-${user.email}`);
    await confirm(mail);

    expect(await emailOf(user.id)).toEqual({ email: `new-${user.email}`, emailVerified: true });
  });

  it.each([
    [
      'the password changes',
      (id: string) => server.app.get(UserPasswords).set(id, 'another battery horse', 'test'),
    ],
    [
      'the address changes',
      (id: string) => server.app.get(UserAccounts).update(id, { email: 'x@example.com' }, 'test'),
    ],
    ['a day is over', async () => server.clock.advance(86_400)],
  ])('does not change any more once %s', async (_, happens) => {
    const user = await person(server);
    await change(await signedInBrowser(server, user), `new-${user.email}`);
    const [mail] = await mails.take(server);
    await happens(user.id);

    expect((await anybody.open(linkIn(mail as ReceivedMail))).status).toBe(410);
    expect((await emailOf(user.id)).email).not.toBe(`new-${user.email}`);
  });

  it('that another account has verified is refused to the owner of both, and told to nobody before', async () => {
    const other = await person(server, { email_verified: true });
    const user = await person(server);
    const browser = await signedInBrowser(server, user);
    expect((await change(browser, other.email)).html).toContain('Links are on their way');
    const refused = await confirm(await mails.takeOne(server));

    expect(refused.status).toBe(409);
    expect(await emailOf(user.id)).toEqual({ email: user.email, emailVerified: false });
  });

  it.each(['nowhere', '', 'a@b.example\r\nBcc: c@d.example'])(
    '%j is refused, and nothing is mailed',
    async (newEmail) => {
      const refused = await change(await signedInBrowser(server, await person(server)), newEmail);

      expect(refused).toMatchObject({ status: 400 });
      expect(refused.html).toContain('This is not an e-mail address.');
      expect(await mails.take(server)).toEqual([]);
    },
  );

  it('is changed by somebody who has a passkey alone', async () => {
    const user = await person(server);
    const browser = await signedInBrowser(server, user);
    await provenByPasskey(server, user.id);
    await withoutPassword(server, user.id);
    expect((await change(browser, `new-${user.email}`)).html).toContain('Links are on their way');
    await confirm(await mails.takeOne(server));

    expect((await emailOf(user.id)).email).toBe(`new-${user.email}`);
  });

  it('is not changed by a session whose proof is older than ten minutes, which has to sign in again first', async () => {
    const user = await person(server);
    const browser = await signedInBrowser(server, user);
    const page = await browser.open('/account/email');
    server.clock.advance(601);
    const asked = await browser.submit(page, { new_email: 'x@example.com' });

    expect([shows.signIn(asked), asked.url]).toEqual([true, `${server.issuer}/login?to=email`]);
    expect(await mails.take(server)).toEqual([]);
    const back = await signIn(browser, asked, user);
    expect(back.html).toContain('name="new_email"');
  });

  it('the sixth mail within an hour is refused with 429', async () => {
    const browser = await signedInBrowser(server, await person(server));
    for (let count = 0; count < 5; count += 1)
      expect((await change(browser, 'x@example.com')).status).toBe(200);

    expect((await change(browser, 'x@example.com')).status).toBe(429);
  });
});

describe('Mails that an administrator asks for', () => {
  const server = useServer(mails.settings);
  const browser = useBrowser(server);
  let admin: AdminCaller;
  // Time moves on, and tokens expire.
  beforeEach(async () => {
    admin = await AdminCaller.register(server);
    await mails.take(server);
  });

  const signsIn = async (username: string, password: string): Promise<boolean> =>
    (await browser.submit(await browser.open('/login'), { username, password })).url.endsWith('/account');

  it('an invited user has no password, and chooses one by the link, which verifies the address', async () => {
    const { status, body } = await admin.post('/users/invitations', {
      username: 'ivy',
      email: 'ivy@example.com',
      name: 'Ivy',
    });
    expect({ status, body }).toMatchObject({ status: 201, body: { username: 'ivy', email_verified: false } });
    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ to: 'ivy@example.com', subject: 'You have been invited' });
    expect(mail.text).toContain('within 7 days');
    expect(await signsIn('ivy', '')).toBe(false);
    server.clock.advance(7 * 86_400 - 10);

    const form = await browser.open(linkIn(mail));
    expect(form.html).toContain('You have been invited.');
    expect((await browser.submit(form, chosen)).html).toContain('Your password is set');
    expect(await signsIn('ivy', chosen.new_password)).toBe(true);
    admin = await AdminCaller.register(server);
    expect((await admin.get(`/users/${body.id as string}`)).body).toMatchObject({ email_verified: true });
    const again = await admin.post(`/users/${body.id as string}/invitation`);
    expect(again.status).toBe(409);
  });

  it('an invitation can be repeated; it dies after its time', async () => {
    const { body } = await admin.post('/users/invitations', { username: 'joe', email: 'joe@example.com' });
    const first = await mails.takeOne(server);
    expect((await admin.post(`/users/${body.id as string}/invitation`)).status).toBe(204);
    const second = await mails.takeOne(server);
    server.clock.advance(7 * 86_400);

    for (const mail of [first, second]) expect((await browser.open(linkIn(mail))).status).toBe(410);
  });

  it('a user is asked to verify the address', async () => {
    const { id, email } = await person(server);
    expect((await admin.post(`/users/${id}/email-verification`)).status).toBe(204);

    expect(await mails.takeOne(server)).toMatchObject({ to: email, subject: 'Confirm your e-mail address' });
  });

  it.each([
    [{ username: 'kim' }, 400],
    [{ username: 'kim', email: null }, 400],
    [{ username: 'kim', email: 'nowhere' }, 400],
    [{ username: 'kim', email: 'kim@example.com', password: 'x' }, 400],
    [{ email: 'kim@example.com' }, 400],
  ])('%j is no invitation', async (body, status) => {
    expect(await admin.post('/users/invitations', body)).toMatchObject({ status });
  });

  it('what cannot be verified, and who does not exist, is refused', async () => {
    const verified = await person(server, { email_verified: true });
    const mute = await person(server, { email: undefined });

    expect((await admin.post(`/users/${verified.id}/email-verification`)).status).toBe(409);
    expect((await admin.post(`/users/${mute.id}/email-verification`)).status).toBe(409);
    expect((await admin.post('/users/nobody/email-verification')).status).toBe(404);
    expect((await admin.post('/users/nobody/invitation')).status).toBe(404);
  });
});

describe('Without EYRIE_MAIL_URL', () => {
  const server = useServer({}, { users: [alice] });

  it('nobody is invited or asked to verify an address, and the account page offers no change', async () => {
    const admin = await AdminCaller.register(server);
    const browser = await signedInBrowser(server);
    const invited = await admin.post('/users/invitations', { username: 'kim', email: 'kim@example.com' });

    expect(invited).toMatchObject({ status: 409 });
    expect(invited.text).toContain('EYRIE_MAIL_URL');
    expect((await admin.get('/users?username=kim')).body).toMatchObject({ items: [] });
    expect((await browser.open('/account')).html).not.toContain('/account/email');
    expect((await browser.open('/account/email')).status).toBe(404);
  });
});
