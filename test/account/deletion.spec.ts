import { AuditEvent } from '../../src/persistence/entities/audit-event.entity.js';
import { Database } from '../../src/persistence/database.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { AccountDeletions } from '../../src/users/account-deletions.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { allow, responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { useMailReceiver } from '../support/mail-receiver.js';
import { byId } from '../support/markup.js';
import { RelyingParty } from '../support/relying-party.js';
import { codeOf, setUpApp, toSecondFactor } from '../support/second-factor.js';
import { alice, type TestServer, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const path = '/account/deletion';
const day = 86_400;
const mails = await useMailReceiver();
let count = 0;

interface Somebody {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly email: string;
}

async function newPerson(server: TestServer, fields: object = {}): Promise<Somebody> {
  const user = { ...alice, username: `person-${++count}`, email: `person-${count}@example.com`, ...fields };
  return { ...user, id: await server.createUser(user) };
}

/** Asks to delete the account, in a browser in which its owner has just signed in. */
const ask = async (browser: TestBrowser, username: string): Promise<Shown> =>
  browser.post(await browser.open(path), { username });

/** The sealed sign-in under way. */
const progressOn = ({ html }: Shown): string => /name="progress" value="([^"]+)"/.exec(html)?.[1] ?? '';

const sweep = async (server: TestServer): Promise<number> =>
  server.app.get(Sweeper).sweep(server.clock.now());

async function eventsOf(server: TestServer, userId: string): Promise<Pick<AuditEvent, 'event' | 'actor'>[]> {
  const { read } = server.app.get(Database);
  const events = await read.find(AuditEvent, { where: { userId }, order: { id: 'ASC' } });
  return events.map(({ event, actor }) => ({ event, actor }));
}

describe('With EYRIE_ACCOUNT_DELETION=14d', () => {
  const server = useServer({
    ...mails.settings,
    EYRIE_ACCOUNT_DELETION: '14d',
    EYRIE_NEW_DEVICE_MAIL: 'off',
  });
  beforeAll(() => server.clock.hold());
  /** With a token that is not too old for the clock. */
  const administration = (): Promise<AdminCaller> => AdminCaller.register(server);
  afterEach(() => mails.take(server));

  const browse = (): TestBrowser => new TestBrowser(server.issuer);
  const tryToSignIn = async (who: Somebody, browser = browse()): Promise<Shown> =>
    signIn(browser, await browser.open('/login'), who);

  it('the account page leads to the page, which says when the account would go', async () => {
    const person = await newPerson(server, { zoneinfo: 'Europe/Zurich' });
    const browser = await signedInBrowser(server, person);
    expect(byId((await browser.open('/account')).html, 'deletion')?.attributes.href).toBe(path);
    const { html } = await browser.open(path);
    const date = new Date((server.clock.now() + 14 * day) * 1_000);
    expect(html).toContain(
      `deleted on ${date.toLocaleString('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/Zurich' })}`,
    );
    expect(html).toMatch(/CES?T|GMT\+[12]/);
  });

  it('an account is closed at once: sessions end, grants are revoked, and a mail says until when it can be kept', async () => {
    const person = await newPerson(server);
    const [browser, elsewhere] = [
      await signedInBrowser(server, person),
      await signedInBrowser(server, person),
    ];
    const party = await RelyingParty.register(server, {}, elsewhere);
    const tokens = await party.tokens({ scope: 'openid offline_access' });

    const closed = await ask(browser, person.username);

    expect(closed.status).toBe(200);
    expect(closed.html).toContain('Your account is closed');
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    expect((await elsewhere.open('/account')).url).toMatch(/\/login$/);
    expect((await party.userinfo(tokens.access_token)).status).toBe(401);
    expect((await party.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ to: person.email, subject: 'Your account will be deleted' });
    expect(mail.text).toContain('sign in before it is deleted');
    const { body } = await (await administration()).get(`/users/${person.id}`);
    expect(Number(body.deletion_due_at) - Number(body.disabled_at)).toBe(14 * day);
    expect((await eventsOf(server, person.id)).at(-1)).toEqual({
      event: 'user.deletion_requested',
      actor: `user:${person.id}`,
    });
  });

  it('an account that is closed twice at once is closed once, and both pages say so', async () => {
    const person = await newPerson(server);
    const browser = await signedInBrowser(server, person);
    const page = await browser.open(path);
    const cookies = new Map(browser.cookies);
    const twin = new TestBrowser(server.issuer);
    for (const [name, value] of cookies) twin.cookies.set(name, value);

    const answers = await Promise.all(
      [browser, twin].map(async (each) => each.post(page, { username: person.username })),
    );

    const shown = answers.filter(({ status }) => status === 200);
    expect(shown.every(({ html }) => html.includes('Your account is closed'))).toBe(true);
    expect(shown).not.toEqual([]);
    const requested = (await eventsOf(server, person.id)).filter(
      ({ event }) => event === 'user.deletion_requested',
    );
    expect(requested).toHaveLength(1);
    expect(await mails.take(server)).toHaveLength(1);
  });

  it('somebody who signs in within the delay can keep the account, and then goes on', async () => {
    const person = await newPerson(server);
    await ask(await signedInBrowser(server, person), person.username);
    await mails.take(server);
    server.clock.advance(13 * day);
    const browser = browse();

    const offer = await tryToSignIn(person, browser);
    expect(offer.html).toContain('Keep your account?');
    expect(browser.cookies.has('eyrie_session')).toBe(false);
    const kept = await browser.submit(offer, { progress: progressOn(offer) });

    expect(kept.url).toMatch(/\/account$/);
    expect(await mails.takeOne(server)).toMatchObject({
      to: person.email,
      subject: 'Your account will not be deleted',
    });
    server.clock.advance(2 * day);
    await sweep(server);
    expect((await tryToSignIn(person)).url).toMatch(/\/account$/);
    const { body } = await (await administration()).get(`/users/${person.id}`);
    expect(body).toMatchObject({ disabled_at: null, deletion_due_at: null });
    expect((await eventsOf(server, person.id)).map(({ event }) => event)).toContain(
      'user.deletion_cancelled',
    );
  });

  it('a sign-in that goes no further than the offer keeps nothing, and opens nothing', async () => {
    const person = await newPerson(server);
    await ask(await signedInBrowser(server, person), person.username);
    const browser = browse();
    await tryToSignIn(person, browser);

    expect((await browser.open('/account')).url).toMatch(/\/login$/);
    server.clock.advance(14 * day);
    await sweep(server);
    expect((await (await administration()).get(`/users/${person.id}`)).status).toBe(404);
  });

  it('the second factor is asked for before the offer, and the offer cannot be taken without it', async () => {
    const person = await newPerson(server);
    const owner = await signedInBrowser(server, person);
    const app = await setUpApp(server, owner);
    await ask(owner, person.username);
    const browser = browse();
    const page = await toSecondFactor(browser, person);
    const progress = progressOn(page);

    const refused = await postForm(browser, '/login/keep-account', { _csrf: csrfOf(page), progress });
    expect(refused.html).toContain('name="code"');
    expect((await (await administration()).get(`/users/${person.id}`)).body.deletion_due_at).not.toBeNull();

    const offer = await browser.submit(page, { code: await codeOf(server, app) });
    expect((await browser.submit(offer, { progress: progressOn(offer) })).url).toMatch(/\/account$/);
  });

  it('the request of an application goes on once the account is kept', async () => {
    const person = await newPerson(server);
    const browser = await signedInBrowser(server, person);
    await ask(browser, person.username);
    const party = await RelyingParty.register(server, {}, browser);
    const verifier = 'v'.repeat(43);

    const signInPage = await browser.open(party.authorizeUrl(verifier, { scope: 'openid' }));
    const offer = await signIn(browser, signInPage, person);
    const consent = await browser.submit(offer, { progress: progressOn(offer) });
    const code = responseOf(await allow(browser, consent)).get('code') ?? '';

    expect((await party.redeem({ code, verifier })).status).toBe(200);
  });

  it('whoever has the wrong password learns nothing of it', async () => {
    const [leaving, staying] = [await newPerson(server), await newPerson(server)];
    await ask(await signedInBrowser(server, leaving), leaving.username);
    const answers = await Promise.all(
      [leaving, staying].map(async (who) => tryToSignIn({ ...who, password: 'wrong' })),
    );
    const texts = answers.map(({ status, html }) => ({
      status,
      alert: /<div class="alert"[\s\S]*?<\/div>/.exec(html)?.[0],
    }));
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]?.status).toBe(401);
  });

  it('the account is deleted when the delay is over, not before, once, and with a mail', async () => {
    const person = await newPerson(server);
    await ask(await signedInBrowser(server, person), person.username);
    await mails.take(server);
    server.clock.advance(14 * day - 60);
    await sweep(server);
    expect((await (await administration()).get(`/users/${person.id}`)).status).toBe(200);
    server.clock.advance(60);

    const deleted = await Promise.all([
      sweep(server),
      ...[1, 2, 3].map(async () => server.app.get(AccountDeletions).deleteDue(person.id)),
    ]);

    expect(deleted.slice(1).filter(Boolean).length).toBeLessThanOrEqual(1);
    expect((await (await administration()).get(`/users/${person.id}`)).status).toBe(404);
    expect((await tryToSignIn(person)).status).toBe(401);
    const received = await mails.take(server);
    expect(received.filter(({ to }) => to === person.email).map(({ subject }) => subject)).toEqual([
      'Your account is deleted',
    ]);
    const ends = (await eventsOf(server, person.id)).filter(({ event }) => event === 'user.deleted');
    expect(ends).toEqual([{ event: 'user.deleted', actor: 'eyrie:account-deletion' }]);
    expect(
      JSON.stringify(itemsOf(await (await administration()).get(`/audit-events?user_id=${person.id}`))),
    ).not.toContain(person.email);
  });

  it('an account that is kept in the moment in which it would be deleted is one of both', async () => {
    const person = await newPerson(server);
    await ask(await signedInBrowser(server, person), person.username);
    server.clock.advance(14 * day);
    const proven = { userId: person.id, credentialsVersion: 1 };
    const deletions = server.app.get(AccountDeletions);

    const [isKept, isDeleted] = await Promise.all([
      deletions.keep(proven, { address: '127.0.0.1' }),
      deletions.deleteDue(person.id),
    ]);

    expect(isKept).toBe(!isDeleted);
    expect((await (await administration()).get(`/users/${person.id}`)).status).toBe(isKept ? 200 : 404);
  });

  it('an administrator brings it back by enabling the user, and keeps it closed by disabling the user', async () => {
    const [back, held] = [await newPerson(server), await newPerson(server)];
    for (const person of [back, held]) await ask(await signedInBrowser(server, person), person.username);
    await mails.take(server);

    await (await administration()).post(`/users/${back.id}/enable`);
    await (await administration()).post(`/users/${held.id}/disable`);

    expect(await mails.takeOne(server)).toMatchObject({
      to: back.email,
      subject: 'Your account will not be deleted',
    });
    server.clock.advance(15 * day);
    await sweep(server);
    expect((await tryToSignIn(back)).url).toMatch(/\/account$/);
    expect((await tryToSignIn(held)).status).toBe(401);
    expect((await (await administration()).get(`/users/${held.id}`)).body).toMatchObject({
      deletion_due_at: null,
    });
    for (const { id } of [back, held])
      expect((await eventsOf(server, id)).map(({ event }) => event)).toContain('user.deletion_cancelled');
  });

  it.each(['', 'somebody else', 'PERSON', 'person-0\0'])(
    'without the own username (%j) nothing happens',
    async (typed) => {
      const person = await newPerson(server);
      const browser = await signedInBrowser(server, person);
      const page = await ask(browser, typed);
      expect(page.status).toBe(400);
      expect((await browser.open('/account')).url).toMatch(/\/account$/);
      expect((await (await administration()).get(`/users/${person.id}`)).body).toMatchObject({
        disabled_at: null,
        deletion_due_at: null,
      });
    },
  );

  it('a stolen session alone deletes nothing: the page asks for a recent proof', async () => {
    const person = await newPerson(server);
    const browser = await signedInBrowser(server, person);
    const page = await browser.open(path);
    server.clock.advance(601);
    const answer = await browser.post(page, { username: person.username });
    expect(answer.headers.get('location')).toBe('/login?to=deletion');
    expect((await signIn(browser, await browser.open(path), person)).url).toBe(`${server.issuer}${path}`);
    expect((await postForm(browser, path, { username: person.username })).status).toBe(403);
    expect((await (await administration()).get(`/users/${person.id}`)).body).toMatchObject({
      deletion_due_at: null,
    });
  });

  it('the last administrator cannot go, and of two who go at once one stays', async () => {
    const administrators = await (await administration()).everyItem('/users', 50);
    for (const { id, administrator } of administrators)
      if (administrator) await (await administration()).delete(`/users/${id as string}`);
    const [one, other] = [
      await newPerson(server, { administrator: true }),
      await newPerson(server, { administrator: true }),
    ];
    const browsers = [await signedInBrowser(server, one), await signedInBrowser(server, other)];
    const pages = await Promise.all(browsers.map(async (browser) => browser.open(path)));

    const answers = await Promise.all([
      browsers[0]!.post(pages[0]!, { username: one.username }),
      browsers[1]!.post(pages[1]!, { username: other.username }),
    ]);

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.html).toContain('You are the last administrator.');
    server.clock.advance(15 * day);
    await sweep(server);
    const left = (await (await administration()).everyItem('/users', 50)).filter(
      ({ administrator }) => administrator,
    );
    expect(left).toMatchObject([{ disabled_at: null }]);
  });
});

describe('With EYRIE_ACCOUNT_DELETION=0', () => {
  const server = useServer({ ...mails.settings, EYRIE_ACCOUNT_DELETION: '0', EYRIE_NEW_DEVICE_MAIL: 'off' });
  beforeAll(() => server.clock.hold());

  it('an account is gone at once, with one mail', async () => {
    const person = await newPerson(server);
    const browser = await signedInBrowser(server, person);
    expect((await browser.open(path)).html).toContain('Nobody can bring it back.');

    const page = await ask(browser, person.username);

    expect(page.html).toContain('Your account is deleted');
    const admin = await AdminCaller.register(server);
    expect((await admin.get(`/users/${person.id}`)).status).toBe(404);
    expect((await mails.take(server)).map(({ subject }) => subject)).toEqual(['Your account is deleted']);
  });
});

describe('Without EYRIE_ACCOUNT_DELETION', () => {
  const server = useServer();
  beforeAll(() => server.clock.hold());

  it('there is no such page, and the account page does not speak of it', async () => {
    const browser = await signedInBrowser(server, await newPerson(server));
    expect((await browser.open(path)).status).toBe(404);
    expect(byId((await browser.open('/account')).html, 'deletion')).toBeUndefined();
    await expect(server.app.get(AccountDeletions).request('u1', { address: '127.0.0.1' })).rejects.toThrow(
      'people cannot delete their accounts here',
    );
  });
});
