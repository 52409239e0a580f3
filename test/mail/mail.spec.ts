import { Database } from '../../src/persistence/database.js';
import type { Delivery } from '../../src/persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../../src/persistence/stores/deliveries.store.js';
import { type Notification, Notifications } from '../../src/mail/notifications.js';
import { mailRetryDelaysSeconds } from '../../src/mail/mailer.js';
import { UserPasswords } from '../../src/users/user-passwords.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { ProgramHost } from '../support/program-host.js';
import type { Ended } from '../support/programs.js';
import { alice, testSecret, useServer } from '../support/server.js';

const login = { username: 'eyrie@id.example.com', password: 'p@ss word/%' };
const mails = await useMailReceiver(login);
const mailUrl = `smtp://${Object.values(login).map(encodeURIComponent).join(':')}@${mails.host}`;
const settings = { ...mails.settings, EYRIE_MAIL_URL: mailUrl };
const noMail = { username: 'bob', password: 'quiet violet umbrella' };

describe('Mail', () => {
  const server = useServer(settings);
  let aliceId: string;
  beforeAll(async () => {
    aliceId = await server.createUser({ ...alice, zoneinfo: 'Europe/Zurich' });
  });
  beforeEach(() => {
    mails.refusal = undefined;
  });

  const notify = (notice: Notification): Promise<void> =>
    server.app
      .get(Database)
      .write((tx) => server.app.get(Notifications).notify(tx, notice, server.clock.now()));
  const deliveries = async (): Promise<Delivery[]> =>
    (await server.app.get(DeliveriesStore).list({ kind: 'notice' }, { limit: 100 })).items;

  it('a changed password is told to its owner, as text and as HTML, from the address of the setting', async () => {
    await server.app.get(UserPasswords).set(aliceId, 'another battery horse', 'test');
    const mail = await mails.takeOne(server);

    expect(mail).toMatchObject({ to: alice.email, subject: 'Your password was changed' });
    expect(mail.from).toBe('"Eyrie" <no-reply@id.example.com>');
    expect(mail.messageId).toMatch(/^<[\da-f-]{36}@id\.example\.com>$/);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    for (const form of [mail.text, mail.html]) {
      expect(form).toContain('The password of alice was changed.');
      expect(form).toContain('If this was not you');
      expect(form).toContain(server.issuer);
    }
    expect(mail.html).toContain('<!doctype html>');
  });

  it.each([
    [
      { message: 'new-device', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Firefox/131.0' },
      'Firefox',
    ],
    [{ message: 'factor-added', factor: 'passkey' }, 'A passkey was added'],
    [{ message: 'factor-removed', factor: 'one-time-code' }, 'The authenticator app was removed'],
    [{ message: 'factor-removed', factor: 'all' }, 'Everything but the password was removed'],
  ] as const)('%j is told with where it came from, in the time zone of the person', async (notice, said) => {
    await notify({ ...notice, userId: aliceId, address: '192.0.2.7' });
    const { text, html } = await mails.takeOne(server);

    expect(text).toContain(said);
    expect(text).toContain('Network address: 192.0.2.7');
    expect(text).toMatch(/Time: .* (CET|CEST|GMT\+[12])/);
    expect(html).toContain(said);
  });

  it('what stands in a mail is no markup in it', async () => {
    const username = 'Work <b>&</b> "more"';
    const user = { username, password: alice.password, email: 'work@example.com' };
    await notify({ message: 'password-changed', userId: await server.createUser(user) });
    const { text, html } = await mails.takeOne(server);

    expect(text).toContain(`The password of ${username} was changed.`);
    expect(html).toContain('The password of Work &lt;b&gt;&amp;&lt;/b&gt; &quot;more&quot; was changed.');
  });

  it('somebody without an address gets none, and nothing waits for them', async () => {
    await notify({ message: 'new-device', userId: await server.createUser(noMail) });

    expect(await mails.take(server)).toEqual([]);
    expect((await deliveries()).filter(({ state }) => state === 'pending')).toEqual([]);
  });

  it('what the mail server cannot take now is sent again with growing delays, under the same id', async () => {
    mails.refusal = 451;
    await notify({ message: 'new-device', userId: aliceId });
    for (const delay of mailRetryDelaysSeconds) {
      const before = server.clock.now();
      expect(await mails.take(server)).toEqual([]);
      const delivery = (await deliveries()).at(-1);
      expect(delivery?.state).toBe('pending');
      // The clock goes on between the two.
      expect(delivery?.dueAt).toBeGreaterThanOrEqual(before + delay);
      expect(delivery?.dueAt).toBeLessThanOrEqual(server.clock.now() + delay);
      expect(delivery?.lastProblem).toContain('451');
      expect(delivery?.lastProblem).not.toContain(alice.email);
      server.clock.advance(delay);
    }
    mails.refusal = undefined;
    const mail = await mails.takeOne(server);
    expect(mail.messageId).toContain((await deliveries()).at(-1)?.id);
  });

  it('a recipient that the mail server refuses for good is not tried again', async () => {
    mails.refusal = 550;
    await notify({ message: 'new-device', userId: aliceId });
    await mails.take(server);

    expect((await deliveries()).at(-1)).toMatchObject({ state: 'failed', attempts: 1, dueAt: null });
  });
});

describe('Without EYRIE_MAIL_URL', () => {
  const server = useServer({}, { users: [alice] });

  it('nothing is queued', async () => {
    const user = await server.createUser({ ...noMail, email: 'bob@example.com' });
    await server.app.get(UserPasswords).set(user, 'another battery horse', 'test');

    const { items } = await server.app.get(DeliveriesStore).list({ userId: user }, { limit: 10 });
    expect(items).toEqual([]);
  });
});

describe('eyrie mail test', () => {
  const server = useServer();
  const program = new ProgramHost();
  afterAll(() => program.end());

  const run = (address: string, environment: Record<string, string> = settings): Promise<Ended> =>
    program.eyrie(['mail', 'test', address], {
      DATABASE_URL: server.databaseUrl,
      EYRIE_SECRET: testSecret,
      ...environment,
    });

  it('sends a test message', async () => {
    mails.refusal = undefined;
    expect(await run('ops@example.com')).toMatchObject({
      code: 0,
      stdout: 'the mail server took the test message to ops@example.com\n',
    });
    expect(await mails.takeOne(server)).toMatchObject({
      to: 'ops@example.com',
      subject: 'Mail from Eyrie works',
    });
  });

  it.each([
    ['ops@example.com', {}, 'EYRIE_MAIL_URL is not set'],
    ['nobody', settings, '"nobody" is not an e-mail address'],
    ['ops@example.com', { ...settings, EYRIE_MAIL_URL: 'smtp://127.0.0.1:1' }, 'ECONNREFUSED'],
    ['ops@example.com', mails.settings, 'authentication'],
  ])('to %s with %j ends with 1 and says why', async (address, environment, reason) => {
    const { code, stderr } = await run(address, environment);

    expect(code).toBe(1);
    expect(stderr.toLowerCase()).toContain(reason.toLowerCase());
  });
});
