import type { QueryRunner } from 'typeorm';
import { Database } from '../../src/persistence/database.js';
import { FirstSignIns1763865000000 } from '../../src/persistence/migrations/1763865000000-first-sign-ins.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { type ReceivedMail, useMailReceiver } from '../support/mail-receiver.js';
import { codeOf, setUpApp, toSecondFactor } from '../support/second-factor.js';
import { alice, type TestServer, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const mails = await useMailReceiver();
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0';
let people = 0;

async function newPerson(server: TestServer, fields: object = {}) {
  const username = `person-${++people}`;
  const user = { username, password: alice.password, email: `${username}@example.com`, ...fields };
  return { ...user, id: await server.createUser(user) };
}

/** A browser that says what it is. */
class NamedBrowser extends TestBrowser {
  override async send(url: string, init: RequestInit = {}): Promise<Shown> {
    const headers = new Headers(init.headers);
    headers.set('user-agent', firefox);
    return super.send(url, { ...init, headers });
  }
}

describe('A sign-in on a device that is new for somebody who has signed in before', () => {
  const server = useServer(mails.settings);
  beforeEach(() => mails.take(server));
  const newDeviceMails = async (): Promise<ReceivedMail[]> =>
    (await mails.take(server)).filter(({ html }) => html.includes('on a device that was not used before'));

  it('is told in a mail, with the time, the address and the browser in words', async () => {
    const user = await newPerson(server, { zoneinfo: 'Europe/Zurich' });
    await signedInBrowser(server, user);
    expect(await newDeviceMails()).toEqual([]);

    const browser = new NamedBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), user);
    const [mail, ...more] = await newDeviceMails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: user.email, subject: 'Sign-in on a new device' });
    expect(mail?.text).toContain('Browser: Firefox 131 on Linux');
    expect(mail?.text).toContain('Network address: 127.0.0.1');
    expect(mail?.text).toMatch(/Time: .* (CET|CEST|GMT\+[12])/);
  });

  it('is told in the language of the person', async () => {
    const user = await newPerson(server, { locale: 'de' });
    await signedInBrowser(server, user);
    await signedInBrowser(server, user);
    const mail = await mails.takeOne(server);
    expect(mail.subject).toBe('Anmeldung auf einem neuen Gerät');
    expect(mail.text).toContain('Netzwerkadresse: 127.0.0.1');
  });

  it('is told once: the device is known from then on, whether its session goes on or not', async () => {
    const user = await newPerson(server);
    await signedInBrowser(server, user);
    const browser = await signedInBrowser(server, user);
    expect(await newDeviceMails()).toHaveLength(1);

    browser.cookies.delete('eyrie_session');
    await signIn(browser, await browser.open('/login'), user);
    server.clock.advance(700);
    browser.cookies.delete('eyrie_device');
    // The session is there: it is proven again, on the device on which it was opened.
    const asked = await browser.open('/account/security');
    await signIn(browser, asked, user);
    expect(await newDeviceMails()).toEqual([]);
  });

  it('is not told before it is complete, and wrong passwords are not told at all', async () => {
    const user = await newPerson(server);
    const app = await setUpApp(server, await signedInBrowser(server, user));
    await mails.take(server);
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), { ...user, password: 'wrong' });
    const page = await toSecondFactor(browser, user);
    expect(await newDeviceMails()).toEqual([]);
    await browser.submit(page, { code: await codeOf(server, app) });
    expect(await newDeviceMails()).toHaveLength(1);
  });

  it('is told to one of two devices on which somebody signs in for the first time at once', async () => {
    const user = await newPerson(server);
    await Promise.all([signedInBrowser(server, user), signedInBrowser(server, user)]);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  it('needs an address: without one, nothing waits', async () => {
    const user = await newPerson(server, { email: null });
    await signedInBrowser(server, user);
    await signedInBrowser(server, user);
    expect(await mails.take(server)).toEqual([]);
  });

  it('is told to those who signed in before this release, as their sessions and the audit trail show', async () => {
    const seen = await newPerson(server);
    const unseen = await newPerson(server);
    await signedInBrowser(server, seen);
    const source = server.app.get(Database).read.connection;
    const firstSignIns = async (): Promise<unknown[]> => {
      const rows: { first_signed_in_at: unknown }[] = await source.query(
        'SELECT first_signed_in_at FROM users WHERE id IN (?, ?) ORDER BY created_at, id',
        [seen.id, unseen.id],
      );
      return rows.map(({ first_signed_in_at: at }) => at !== null);
    };
    await server.app.get(Database).write(async (tx) => {
      await tx.query('UPDATE users SET first_signed_in_at = NULL');
      await tx.query('DELETE FROM sessions WHERE user_id = ?', [seen.id]);
    });
    await server.app
      .get(Database)
      .write((tx) => new FirstSignIns1763865000000().up(tx.queryRunner as QueryRunner));
    expect(await firstSignIns()).toEqual([true, false]);
  });
});

describe('With EYRIE_NEW_DEVICE_MAIL=off', () => {
  const server = useServer({ ...mails.settings, EYRIE_NEW_DEVICE_MAIL: 'off' });

  it('a sign-in on a new device is not told', async () => {
    const user = await newPerson(server);
    await signedInBrowser(server, user);
    await signedInBrowser(server, user);
    expect(await mails.take(server)).toEqual([]);
  });
});
