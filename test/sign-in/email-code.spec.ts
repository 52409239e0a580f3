import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { type Shown, TestBrowser } from '../support/browser.js';
import { everyRow } from '../support/database-rows.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { RelyingParty } from '../support/relying-party.js';
import { codeOf, secretOn, setUpApp, toSecondFactor } from '../support/second-factor.js';
import { freePort, startServer, type TestServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const mails = await useMailReceiver();
const mfa = 'https://refeds.org/profile/mfa';
const withCodes = {
  ...mails.settings,
  EYRIE_SECOND_FACTORS: 'one-time-code,email-code,recovery-code',
};

let count = 0;

/** A user of their own for each test, with a verified address. */
async function newUser(server: TestServer, fields: object = {}) {
  const username = `reader-${++count}`;
  const email = `${username}@example.com`;
  const user = { username, password: 'correct horse battery', email };
  return { ...user, id: await server.createUser({ ...user, email_verified: true, ...fields }) };
}

const codeIn = ({ text }: { readonly text: string }): string =>
  /^Code: (\d{4} \d{4})$/m.exec(text)?.[1] ?? '';
/** Somebody who has given the password, and the code that was mailed. */
async function asked(server: TestServer, browser = new TestBrowser(server.issuer)) {
  const user = await newUser(server);
  const page = await toSecondFactor(browser, user);
  const mail = await mails.takeOne(server);
  return { user, browser, page, mail, code: codeIn(mail) };
}

const wrongFor = (code: string): string => (code.startsWith('1') ? '2' : '1') + code.slice(1);

describe('A code by e-mail as second factor', () => {
  const server = useServer({ ...withCodes, EYRIE_SIGN_IN_ATTEMPTS: '5', EYRIE_MAILS_PER_ACCOUNT: '3' });
  const browse = (): TestBrowser => new TestBrowser(server.issuer);
  beforeEach(async () => {
    await mails.take(server);
  });

  it('K4 is mailed to the verified address, and opens the session', async () => {
    const { user, browser, page, mail, code } = await asked(server);
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    expect(page.html).toContain('<strong><bdi>r…@example.com</bdi></strong>');
    expect(mail).toMatchObject({ to: user.email, subject: 'Your code to sign in' });
    expect(mail.text).toContain(`Somebody signs in as ${user.username} with the right password.`);
    expect(mail.subject).not.toContain(code);

    const account = await browser.submit(page, { code });
    expect(account.url).toMatch(/\/account$/);
    expect((await browser.open('/account/security')).html).toContain('Codes by e-mail');
  });

  it('is no second factor for acr and amr: a client is told that another channel was used', async () => {
    const client = await RelyingParty.register(server, {}, browse());
    const { user, browser, page, code } = await asked(server, client.browser);
    await browser.submit(page, { code });
    const { body } = await client.redeem(await client.authorize({}, user));
    expect(decodeJwt(body.id_token)).toMatchObject({ acr: 'urn:eyrie:acr:password', amr: ['pwd', 'mca'] });

    for (const acr of [mfa, 'phr']) {
      const claims = { id_token: { acr: { essential: true, value: acr } } };
      expect((await client.respond({ claims: JSON.stringify(claims) })).get('error')).toBe(
        'unmet_authentication_requirements',
      );
    }
    expect(await mails.take(server)).toEqual([]);
  });

  it('K2 is used up by its first use', async () => {
    const { browser, page, code } = await asked(server);
    await browser.submit(page, { code });
    browser.cookies.delete('eyrie_session');
    const again = await browser.submit(page, { code });
    expect(again.status).toBe(401);
    expect(again.html).toContain('The code is wrong, or was used before.');
    expect(browser.cookies.has('eyrie_session')).toBe(false);
  });

  it('K2 works for ten minutes', async () => {
    for (const [seconds, status] of [
      [590, 303],
      [600, 401],
    ] as const) {
      const { browser, page, code } = await asked(server);
      server.clock.advance(seconds);
      expect((await browser.post(page, { code })).status).toBe(status);
    }
  });

  it('opens only the sign-in for which it was mailed', async () => {
    const { user, code, browser } = await asked(server);
    const [elsewhere, here] = [browse(), browser];
    for (const other of [elsewhere, here]) {
      const page = await toSecondFactor(other, user);
      expect((await other.submit(page, { code })).status).toBe(401);
      expect(other.cookies.has('eyrie_session')).toBe(false);
    }
  });

  it('is void once the user has another address, to which the next one goes', async () => {
    const { user, browser, page, code } = await asked(server);
    const email = `new-${user.email}`;
    await server.app.get(UserAccounts).update(user.id, { email, email_verified: true }, 'test');
    const refused = await browser.submit(page, { code });
    expect(refused.status).toBe(401);
    const resent = await another(browser, refused);
    const mail = await mails.takeOne(server);
    expect(mail.to).toBe(email);
    expect((await browser.submit(resent, { code: codeIn(mail) })).url).toMatch(/\/account$/);
  });

  it('can be asked for again; then only the new one works', async () => {
    const { browser, page, code } = await asked(server);
    const resent = await another(browser, page);
    expect(resent.html).toContain('The earlier one does not work any more.');
    const newCode = codeIn(await mails.takeOne(server));
    const refused = await browser.submit(resent, { code });
    expect(refused.status).toBe(401);
    expect(await mails.take(server)).toEqual([]);
    expect((await browser.submit(refused, { code: newCode })).url).toMatch(/\/account$/);
  });

  it('is not mailed once too many were, until one is used; a known device has a count of its own', async () => {
    const user = await newUser(server);
    const owner = browse();
    const first = await toSecondFactor(owner, user);
    await owner.submit(first, { code: codeIn(await mails.takeOne(server)) });

    const thief = browse();
    for (let mailed = 0; mailed < 3; mailed++) await toSecondFactor(thief, user);
    expect(await mails.take(server)).toHaveLength(3);
    const refused = await toSecondFactor(thief, user);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.html).toContain('There were too many requests.');
    expect(refused.html).not.toContain('name="code"');
    expect((await another(thief, refused)).status).toBe(429);
    expect(await mails.take(server)).toEqual([]);

    for (let signIns = 0; signIns < 5; signIns++) {
      owner.cookies.delete('eyrie_session');
      const page = await toSecondFactor(owner, user);
      const code = codeIn(await mails.takeOne(server));
      expect((await owner.submit(page, { code })).url).toMatch(/\/account$/);
    }
  });

  it('K2 is guessed under the throttle of second factors, which neither a new code nor the right password resets', async () => {
    const { user, browser, page, code } = await asked(server);
    const wrong = wrongFor(code);
    let shown = page;
    const statuses: number[] = [];
    for (let guess = 0; guess < 3; guess++) {
      shown = await browser.submit(shown, { code: wrong });
      statuses.push(shown.status);
    }
    shown = await another(browser, shown);
    shown = await browser.submit(shown, { code: wrong });
    statuses.push(shown.status);
    shown = await toSecondFactor(browser, user);
    for (let guess = 0; guess < 2; guess++) {
      shown = await browser.submit(shown, { code: wrong });
      statuses.push(shown.status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const late = codeIn((await mails.take(server)).at(-1) ?? { text: '' });
    expect((await browser.submit(shown, { code: late })).status).toBe(429);
  });

  it.each(['', '1234567', '123456789', 'abcdefgh', '１２３４５６７８', '0'.repeat(5_000), "' OR 1=1"])(
    'K2 that is no code (%j) is refused, and asked for again',
    async (typed) => {
      const { browser, page } = await asked(server);
      const refused = await browser.submit(page, { code: typed });
      expect(refused.status).toBe(401);
      expect(refused.html).toContain('name="code"');
    },
  );

  it('goes to nobody whose address is not verified: they sign in with the password alone', async () => {
    const user = await newUser(server, { email_verified: false });
    await signedInBrowser(server, user);
    expect(await mails.take(server)).toEqual([]);
  });

  it('goes to nobody who has set up another factor, and cannot be had in its place', async () => {
    const { user, browser, page, code } = await asked(server);
    await browser.submit(page, { code });
    const app = await setUpApp(server, browser);
    await mails.take(server);

    const second = browse();
    const next = await toSecondFactor(second, user);
    expect(next.html).not.toContain('value="email-code"');
    const forced = await another(second, {
      ...next,
      html: next.html.replaceAll('recovery-code', 'email-code'),
    });
    expect(forced.html).toContain('Enter the code that your authenticator app shows.');
    expect(await mails.take(server)).toEqual([]);
    expect((await second.submit(forced, { code: await codeOf(server, app) })).url).toMatch(/\/account$/);
  });

  it('is asked for before what somebody signs in with is changed', async () => {
    const { browser, page, code } = await asked(server);
    await browser.submit(page, { code });
    server.clock.advance(700);
    const password = await browser.open('/account/security');
    expect(shows.signIn(password)).toBe(true);
    const next = await browser.submit(password, { password: 'correct horse battery' });
    const security = await browser.submit(next, { code: codeIn(await mails.takeOne(server)) });
    expect(security.url).toMatch(/\/account\/security$/);
  });

  it('stands in no row, neither plain nor guessable, and in no event', async () => {
    const { user, mail, code } = await asked(server);
    const plain = code.replace(' ', '');
    const rows = [...(await everyRow(server))];
    expect(rows.filter(([key]) => key.startsWith('email_codes ')).length).toBeGreaterThan(0);
    const held = JSON.stringify(rows);
    expect(held).not.toContain(plain);
    const [row] = rows.flatMap(([key, value]) =>
      key.startsWith('email_codes ') && value.user_id === user.id ? [value] : [],
    );
    for (const text of [plain, `${String(row?.id)} ${plain}`])
      expect(row?.code_hash).not.toBe(createHash('sha256').update(text).digest('base64url'));
    expect(mail.text).toContain(code);
    const events = rows.filter(
      ([key, { user_id }]) => key.startsWith('audit_events ') && user_id === user.id,
    );
    expect(events.map(([, { event }]) => event)).toContain('factor.code_mailed');
  });

  it('is not sent any more if the mail server takes it too late', async () => {
    mails.refusal = 451;
    const user = await newUser(server);
    await toSecondFactor(browse(), user);
    expect(await mails.take(server)).toEqual([]);
    mails.refusal = undefined;
    server.clock.advance(600);
    expect(await mails.take(server)).toEqual([]);
  });
});

describe('A code by e-mail where everybody must have a second factor', () => {
  const server = useServer({ ...withCodes, EYRIE_SECOND_FACTOR_REQUIRED_OF: 'everybody' });

  it('is asked for first, and does not do: another factor is set up', async () => {
    const user = await newUser(server);
    const browser = new TestBrowser(server.issuer);
    const page = await toSecondFactor(browser, user);
    const choice = await browser.submit(page, { code: codeIn(await mails.takeOne(server)) });
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    const setUp = await browser.submit(choice, { factor: 'one-time-code' });
    const secret = secretOn(setUp);
    const codes = await browser.submit(setUp, { code: await codeOf(server, { secret }) });
    const account = await browser.submit(codes, { progress: progressOn(codes) });
    expect(account.url).toMatch(/\/account$/);
  });
});

describe('A code by e-mail on two replicas', () => {
  const server = useServer(withCodes);

  it('opens one session, however many requests bring it at once, at either replica', async () => {
    const port = await freePort();
    const replica = await startServer({
      ...withCodes,
      DATABASE_URL: server.databaseUrl,
      EYRIE_ISSUER: server.issuer,
      PORT: String(port),
    });
    try {
      replica.clock.advance(server.clock.now() - replica.clock.now());
      const { page, code, browser } = await asked(server);
      const there = { ...page, url: `http://127.0.0.1:${port}/login` };
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, turn) =>
          browser.post(turn % 2 ? page : there, { code }, { origin: server.issuer }),
        ),
      );
      const right = answers.filter(({ status }) => status === 303);
      expect(right).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 401 || status === 429)).toHaveLength(5);

      const next = await asked(server);
      const elsewhere = { ...next.page, url: there.url };
      const late = await next.browser.post(elsewhere, { code: next.code }, { origin: server.issuer });
      expect(late.status).toBe(303);
      expect((await next.browser.submit(next.page, { code: next.code })).status).toBe(401);
    } finally {
      await replica.app.close();
    }
  });
});

const progressOn = (page: Shown): string => /name="progress" value="([^"]+)"/.exec(page.html)?.[1] ?? '';

/** Asks for another code, by the button below the form. */
async function another(browser: TestBrowser, page: Shown): Promise<Shown> {
  const button = page.html.lastIndexOf('<form', page.html.indexOf('action="/login/factor"'));
  return browser.submit({ ...page, html: page.html.slice(button) }, { factor: 'email-code' });
}
