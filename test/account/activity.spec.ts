import { AuditEvent } from '../../src/persistence/entities/audit-event.entity.js';
import { Database } from '../../src/persistence/database.js';
import { newId } from '../../src/persistence/id.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { expectPage } from '../support/authorization-requests.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm } from '../support/forms.js';
import { byId, elements } from '../support/markup.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const path = '/account/activity';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0';

describe('The page of the activity', () => {
  const server = useServer();
  let count = 0;

  async function newPerson(): Promise<{ id: string; username: string; password: string }> {
    const user = { ...alice, username: `person-${++count}`, email: `person-${count}@example.com` };
    return { ...user, id: await server.createUser(user) };
  }

  const titles = ({ html }: Shown): string[] =>
    [...html.matchAll(/<h3><span dir="auto">([^<]*)<\/span>(?: <span class="tag">([^<]*)<)?/g)].map(
      ([, what = '', by]) => (by === undefined ? what : `${what} (${by})`),
    );

  it('leads who is not signed in to the sign-in page', async () => {
    expect((await new TestBrowser(server.issuer).open(path)).url).toMatch(/\/login$/);
  });

  it('is reached from the account page', async () => {
    const browser = await signedInBrowser(server, await newPerson());
    expect(byId((await browser.open('/account')).html, 'activity')?.attributes.href).toBe(path);
  });

  it('shows sign-ins and failed ones with their browser and address', async () => {
    const person = await newPerson();
    const browser = new TestBrowser(server.issuer, (target, init) => {
      const headers = new Headers(init?.headers);
      headers.set('user-agent', firefox);
      return fetch(target, { ...init, headers });
    });
    await signIn(browser, await browser.open('/login'), { ...person, password: 'wrong' });
    await signIn(browser, await browser.open('/login'), person);

    const page = await browser.open(path);

    expect(titles(page)).toEqual([
      'You signed in',
      'A sign-in failed',
      'Your account was created (by an administrator)',
    ]);
    expect(page.html.split('Firefox 131 on Linux')).toHaveLength(3);
    expect(page.html.split('127.0.0.1')).toHaveLength(3);
  });

  it('shows what was allowed and withdrawn, with the application and the scopes in words', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    const party = await RelyingParty.register(server, { client_name: 'Letters' }, browser);
    await party.tokens({ scope: 'openid contacts.read' });
    await postForm(browser, '/account/withdraw', {
      _csrf: csrfOf(await browser.open('/account')),
      client_id: party.clientId,
    });

    const page = await browser.open(path);

    expect(titles(page).slice(0, 2)).toEqual([
      'The access of Letters was withdrawn',
      'You allowed Letters access',
    ]);
    for (const text of ['Read your contacts', 'Know who you are']) expect(page.html).toContain(text);
  });

  it('says of changes by others that an administrator made them, and nothing of who or from where', async () => {
    const person = await newPerson();
    const admin = await AdminCaller.register(server);
    await admin.patch(`/users/${person.id}`, { nickname: 'Rosi' });
    await admin.put(`/users/${person.id}/password`, { password: 'another horse staple' });
    const browser = await signedInBrowser(server, { ...person, password: 'another horse staple' });
    const ended = await signedInBrowser(server, { ...person, password: 'another horse staple' });
    const sessions = itemsOf(await admin.get(`/users/${person.id}/sessions`));
    await admin.delete(`/users/${person.id}/sessions/${sessions.at(-1)?.id as string}`);

    const page = await browser.open(path);

    expect(titles(page)).toEqual([
      'A session was ended (by an administrator)',
      'You signed in',
      'You signed in',
      'Your password was changed (by an administrator)',
      'Your account was changed (by an administrator)',
      'Your account was created (by an administrator)',
    ]);
    expect((await ended.open(path)).url).toMatch(/\/login$/);
    // Two sign-ins have an address; the calls of the administrator do not show theirs.
    expect(page.html.split('127.0.0.1')).toHaveLength(3);
    for (const secret of [admin.clientId, 'Rosi', person.id]) expect(page.html).not.toContain(secret);
    expect(page.html).toContain('Nickname');
  });

  it('shows nothing of anybody else, also with the cursor of an event of theirs', async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    await signedInBrowser(server, other);
    const browser = await signedInBrowser(server, one);
    const admin = await AdminCaller.register(server);
    const [theirs] = itemsOf(await admin.get(`/audit-events?user_id=${other.id}`));

    for (const query of ['', `?after=${theirs?.id as string}`, `?before=${theirs?.id as string}`]) {
      const page = await browser.open(path + query);
      expect(titles(page).length).toBeLessThanOrEqual(2);
      expect(page.html).not.toContain(other.username);
    }
  });

  it('shows times in the time zone of the person, or else in that of the browser', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    expect((await browser.open(path)).html).toContain('<script nonce=');
    await (await AdminCaller.register(server)).patch(`/users/${person.id}`, { zoneinfo: 'Asia/Tokyo' });

    const page = await browser.open(path);

    expect(page.html).toMatch(/<time datetime="[^"]+">[^<]+(?:GMT\+9|JST)<\/time>/);
    expect(page.html).not.toContain('<script');
  });

  it('is paged by the newest and the oldest event of a page, in both directions, and meanwhile new ones come', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    const add = (from: number, to: number): Promise<unknown> =>
      server.app.get(Database).write((tx) =>
        tx.insert(
          AuditEvent,
          Array.from({ length: to - from }, (_, index) => ({
            id: newId(),
            at: server.clock.now(),
            event: 'consent.given',
            actor: `user:${person.id}`,
            userId: person.id,
            clientId: `client-${from + index}`,
            grantId: null,
            address: null,
            detail: { scope: 'openid' },
          })),
        ),
      );
    await add(0, 60);
    const hrefOf = (page: Shown, id: string): string => byId(page.html, id)?.attributes.href ?? '';
    const numbers = (page: Shown): number[] =>
      [
        ...titles(page)
          .join()
          .matchAll(/client-(\d+)/g),
      ].map(([, number]) => Number(number));
    const down = (from: number, to: number): number[] =>
      Array.from({ length: from - to + 1 }, (_, index) => from - index);

    const first = await browser.open(path);
    expect(numbers(first)).toEqual(down(59, 35));
    expect(byId(first.html, 'newer')).toBeUndefined();
    const second = await browser.open(hrefOf(first, 'older'));
    expect(numbers(second)).toEqual(down(34, 10));
    const third = await browser.open(hrefOf(second, 'older'));
    expect(numbers(third)).toEqual(down(9, 0));
    expect(titles(third).slice(-2)).toEqual([
      'You signed in',
      'Your account was created (by an administrator)',
    ]);
    expect(byId(third.html, 'older')).toBeUndefined();

    await add(60, 70);
    const back = await browser.open(hrefOf(third, 'newer'));
    expect(numbers(back)).toEqual(down(34, 10));
    expect(numbers(await browser.open(hrefOf(back, 'newer')))).toEqual(down(59, 35));
    const newest = await browser.open(hrefOf(await browser.open(hrefOf(back, 'newer')), 'newer'));
    expect(numbers(newest)).toEqual(down(69, 45));
    expect(byId(newest.html, 'newer')).toBeUndefined();
    expect(elements(newest.html, 'nav')).toHaveLength(1);
  });

  it('reads a page by an index, however much there is', async () => {
    const { read } = server.app.get(Database);
    if (read.connection.options.type !== 'better-sqlite3') return;
    const plan = await read.query<{ detail: string }[]>(
      "EXPLAIN QUERY PLAN SELECT * FROM audit_events WHERE user_id = 'u' AND event IN ('a', 'b') AND id < 'x' ORDER BY id DESC LIMIT 26",
    );
    // The table has no rowid, so that the index of the user alone goes on with the id.
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(
        /^SEARCH audit_events USING INDEX audit_events_user_id(_id)? \(user_id=\? AND id<\?\)$/,
      ),
    ]);
  });

  it('begins at the newest with an empty cursor', async () => {
    const browser = await signedInBrowser(server, await newPerson());
    expect(titles(await browser.open(`${path}?after=`))).toContain('You signed in');
  });

  it.each([
    'before=x',
    'before=%27%20OR%201',
    `before=${'a'.repeat(5_000)}`,
    'before=a&before=b',
    'before=%00',
  ])('with ?%s is refused', async (query) => {
    const browser = await signedInBrowser(server, await newPerson());
    expectPage(await browser.send(`${path}?${query}`), 400);
  });

  it('goes with the account: the trail forgets the browsers of somebody who is deleted', async () => {
    const person = await newPerson();
    await signedInBrowser(server, person);
    const admin = await AdminCaller.register(server);
    await admin.delete(`/users/${person.id}`);
    const events = itemsOf(await admin.get(`/audit-events?user_id=${person.id}`));
    expect(events.find(({ event }) => event === 'session.opened')).toMatchObject({ detail: null });
  });
});
