import { OwnData } from '../../src/account/data/own-data.js';
import { everyItem } from '../../src/account/data/data-section.js';
import { AuditEvent } from '../../src/persistence/entities/audit-event.entity.js';
import { Database } from '../../src/persistence/database.js';
import { newId } from '../../src/persistence/id.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../support/browser.js';
import { everyRow } from '../support/database-rows.js';
import { csrfOf, postForm } from '../support/forms.js';
import { RelyingParty } from '../support/relying-party.js';
import { setUpApp } from '../support/second-factor.js';
import { alice, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const path = '/account/data';

/** Tables with the id of a user, a grant or a session that the file leaves out, and why it may. */
const excused: Readonly<Record<string, string>> = {
  authorization_codes: 'the hash of a code that belongs to a grant, which the file has',
  refresh_tokens: 'the hash of a token that belongs to a grant, which the file has',
  device_codes: 'the hashes of the codes of a device; what was allowed is a grant, which the file has',
  client_managers: 'which clients somebody administers is the business of the service',
  email_codes: 'the hash of a code that lives for ten minutes; that it was mailed is in the activity',
  session_clients: 'which applications are notified of the end of a session; the file has their grants in it',
};

type Items = readonly Record<string, unknown>[];
type Document = Record<string, Items> & {
  readonly account: Record<string, unknown>;
  readonly sign_in: Record<string, unknown>;
};

describe('The download of what is stored about a person', () => {
  const server = useServer();
  let count = 0;

  async function newPerson(): Promise<{ id: string; username: string; password: string; email: string }> {
    const user = { ...alice, username: `person-${++count}`, email: `person-${count}@example.com` };
    return { ...user, id: await server.createUser(user) };
  }

  const download = async (browser: TestBrowser): Promise<Shown> =>
    browser.post(await browser.open(path), { _csrf: csrfOf(await browser.open(path)) });
  const documentOf = ({ html }: Shown): Document => JSON.parse(html) as Document;

  it('has every table with the id of a person, unless there is a reason', () => {
    const { connection } = server.app.get(Database).read;
    const tableOf = new Map(connection.entityMetadatas.map(({ target, tableName }) => [target, tableName]));
    const exported = server.app
      .get(OwnData)
      .sections.flatMap(({ from }) => from.map((each) => tableOf.get(each) ?? 'none'));
    const personal = connection.entityMetadatas
      .filter(({ columns }) =>
        columns.some(({ databaseName }) => /^(user|grant|session)_id$/.test(databaseName)),
      )
      .map(({ tableName }) => tableName);

    expect([...personal, 'users'].toSorted()).toEqual([...exported, ...Object.keys(excused)].toSorted());
  });

  it('is a JSON file with all of it, and is not kept by browsers', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    await setUpApp(server, browser);
    const party = await RelyingParty.register(
      server,
      { client_name: 'Letters', access_token_format: 'opaque' },
      browser,
    );
    await party.tokens({ scope: 'openid offline_access contacts.read' });

    const answer = await download(browser);

    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="account-data.json"',
      'cache-control': 'no-store',
    });
    const document = documentOf(answer);
    expect(document).toMatchObject({
      service: server.issuer,
      account: { id: person.id, username: person.username, email: person.email, name: 'Alice' },
      sign_in: {
        passwords: [{ set_at: expect.stringMatching(/^\d{4}-/) }],
        authenticator_app: { created_at: expect.stringMatching(/^\d{4}-/) },
        passkeys: [],
      },
      sessions: [{ address: '127.0.0.1', ended_at: null }],
      allowed_applications: [{ client_name: 'Letters', scope: expect.stringContaining('contacts.read') }],
      grants: [{ client_id: party.clientId, offline: true }],
      access_tokens: [{ client_id: party.clientId }],
      mailed_links: [],
    });
    expect(document.sign_in.recovery_codes).toHaveLength(10);
    const events = (document.activity ?? []).map(({ event }) => event);
    for (const event of [
      'user.created',
      'session.opened',
      'consent.given',
      'factor.added',
      'user.data_downloaded',
    ])
      expect(events).toContain(event);
  });

  it('has no secret, and nothing of anybody else', async () => {
    const [person, other] = [await newPerson(), await newPerson()];
    const admin = await AdminCaller.register(server);
    const furnished = async (who: typeof person): Promise<TestBrowser> => {
      const browser = await signedInBrowser(server, who);
      await setUpApp(server, browser);
      const party = await RelyingParty.register(server, { access_token_format: 'opaque' }, browser);
      await party.tokens({ scope: 'openid offline_access' });
      await admin.patch(`/users/${who.id}`, { nickname: `nick-${who.username}` });
      return browser;
    };
    await furnished(other);
    const { html } = await download(await furnished(person));

    const rows = [...(await everyRow(server)).values()];
    const secrets = rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) =>
        /hash|sealed|secret|public_key|credential_id|jwk/.test(column) &&
        typeof value === 'string' &&
        value.length > 8
          ? [value]
          : [],
      ),
    );
    expect(secrets.length).toBeGreaterThan(20);
    for (const secret of secrets) expect(html).not.toContain(secret);
    for (const foreign of [other.id, other.username, admin.clientId]) expect(html).not.toContain(foreign);
    expect(html).toContain(`nick-${person.username}`);
  });

  it('asks for a recent proof, and leads back to the page afterwards', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    const page = await browser.open(path);
    server.clock.advance(601);

    const stale = await browser.post(page, { _csrf: csrfOf(page) });
    expect(stale.status).toBe(303);
    expect(stale.headers.get('location')).toBe('/login?to=data');
    const asked = await browser.open(path);
    expect(asked.html).toContain('name="password"');
    const back = await signIn(browser, asked, person);
    expect(back.url).toBe(`${server.issuer}${path}`);
    expect((await browser.post(back, { _csrf: csrfOf(back) })).status).toBe(200);
  });

  it('is for who is signed in alone, from the page alone', async () => {
    const stranger = new TestBrowser(server.issuer);
    expect((await stranger.open(path)).url).toContain('/login');
    const token = csrfOf(await stranger.open('/login'));
    expect((await postForm(stranger, path, { _csrf: token })).headers.get('location')).toBe('/login?to=data');
    expect((await postForm(await signedInBrowser(server, await newPerson()), path, {})).status).toBe(403);
  });

  it('is recorded, with the address, before it is sent', async () => {
    const person = await newPerson();
    await download(await signedInBrowser(server, person));
    const events = itemsOf(
      await (await AdminCaller.register(server)).get(`/audit-events?user_id=${person.id}`),
    );
    expect(events[0]).toMatchObject({
      event: 'user.data_downloaded',
      actor: `user:${person.id}`,
      address: '127.0.0.1',
    });
  });

  it('has every event, however many pages of the database there are', async () => {
    const person = await newPerson();
    const browser = await signedInBrowser(server, person);
    await server.app.get(Database).write((tx) =>
      tx.insert(
        AuditEvent,
        Array.from({ length: 450 }, (_, index) => ({
          id: newId(),
          at: index,
          event: 'sign_in.failed',
          actor: `user:${person.id}`,
          userId: person.id,
          clientId: null,
          grantId: null,
          address: null,
          detail: { user_agent: `browser ${index}` },
        })),
      ),
    );
    const { activity = [] } = documentOf(await download(browser));
    const agents = activity.flatMap(
      ({ detail }) => (detail as { user_agent?: string } | null)?.user_agent ?? [],
    );
    expect(new Set(agents.filter((agent) => agent.startsWith('browser'))).size).toBe(450);
  });
});

describe('A list that is read page by page', () => {
  it('asks for the next page once the last one is used up', async () => {
    const asked: (string | undefined)[] = [];
    const items = everyItem(
      async ({ after }) => {
        asked.push(after);
        const from = Number(after ?? 0);
        const page = [1, 2].map((step) => from + step);
        return { items: page, ...(from < 4 ? { next: String(from + 2) } : {}) };
      },
      (number) => ({ number }),
    );
    expect((await items.next()).value).toEqual({ number: 1 });
    await items.next();
    expect(asked).toEqual([undefined]);
    expect((await items.next()).value).toEqual({ number: 3 });
    expect(asked).toEqual([undefined, '2']);
    while (!(await items.next()).done);
    expect(asked).toEqual([undefined, '2', '4']);
  });
});
