import { randomUUID } from 'node:crypto';
import { OrganizationInvitations } from '../../../src/directory/organizations/organization-invitations.js';
import { Sweeper } from '../../../src/persistence/sweeper.js';
import { OrganizationInvitationsStore } from '../../../src/persistence/stores/organization-invitations.store.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import { UserDeletion } from '../../../src/users/user-deletion.js';
import { type AdminCaller, expectRefusedField, itemsOf } from '../../support/admin-caller.js';
import { type Shown, signIn, TestBrowser } from '../../support/browser.js';
import { everyRow } from '../../support/database-rows.js';
import { linkIn, useMailReceiver } from '../../support/mail-receiver.js';
import { TestOrganizations } from '../../support/organizations.js';
import { useServer } from '../../support/server.js';
import { signedInBrowser } from '../../support/walk.js';

const mails = await useMailReceiver();
const password = 'quiet violet umbrella';

describe('Invitations into organizations', () => {
  const server = useServer({ ...mails.settings, EYRIE_MAX_INVITATIONS: '3' });
  let world: TestOrganizations;
  let admin: AdminCaller;
  let organization: string;

  // What ends is told to the second.
  beforeAll(() => server.clock.hold());

  // Tokens end as the time goes on.
  const goOn = async (seconds: number): Promise<void> => {
    server.clock.advance(seconds);
    world = await TestOrganizations.of(server);
    ({ admin } = world);
  };

  beforeEach(async () => {
    await goOn(60);
    organization = await world.create(undefined, { display_name: 'Acme & Sons' });
    await mails.take(server);
  });

  const address = (): string => `p-${randomUUID()}@example.com`;
  const person = async (email: string, fields: object = {}) => {
    const user = { username: `person-${randomUUID()}`, password, email, email_verified: true, ...fields };
    return { ...user, id: await server.createUser(user) };
  };
  const invite = async (email: string, fields: object = {}): Promise<string> => {
    const answer = await admin.post(`/organizations/${organization}/invitations`, { email, ...fields });
    expect(answer).toMatchObject({ status: 201, body: { email, state: 'pending' } });
    return answer.body['id'] as string;
  };
  const linkFor = async (email: string, fields: object = {}): Promise<string> => {
    await invite(email, fields);
    return linkIn(await mails.takeOne(server));
  };
  const members = async (): Promise<Record<string, unknown>[]> =>
    itemsOf(await admin.get(`/organizations/${organization}/members`));
  const states = async (): Promise<unknown[]> =>
    itemsOf(await admin.get(`/organizations/${organization}/invitations?include_ended=true`)).map(
      ({ state }) => state,
    );
  const answer = async (browser: TestBrowser, page: Shown, given: string): Promise<Shown> =>
    browser.submit(page, { answer: given });
  const typed = () => ({
    username: `new-${randomUUID()}`,
    name: 'Nora New',
    new_password: password,
    new_password_again: password,
  });
  const browser = (): TestBrowser => new TestBrowser(server.issuer);
  const emailOf = async (id: string) => {
    const { email, emailVerified } = await server.app.get(UserAccounts).require(id);
    return { email, emailVerified };
  };

  it('name the person who invites, if it is one', async () => {
    const boss = await person(address(), { name: 'Ada <Adams>' });
    await server.app
      .get(OrganizationInvitations)
      .invite(organization, { email: address(), roles: [] }, `user:${boss.id}`);
    const mail = await mails.takeOne(server);
    expect(mail.text).toContain('Ada <Adams> invites you to the organization Acme & Sons');
    expect((await browser().open(linkIn(mail))).html).toContain('Ada &lt;Adams&gt;');
  });

  it('are mailed in the language of the account, and name the organization', async () => {
    const email = address();
    await person(email, { locale: 'de' });
    await invite(email);
    const mail = await mails.takeOne(server);
    expect(mail).toMatchObject({ to: email, subject: 'Einladung zu Acme & Sons' });
    expect(mail.text).toContain('Acme & Sons');
    await invite(address(), { language: 'fr' });
    expect((await mails.takeOne(server)).subject).toBe('Invitation dans Acme & Sons');
  });

  it('are accepted once by the account that has the verified address, with the link, and give their roles', async () => {
    const email = address();
    const user = await person(email);
    const link = await linkFor(email, { roles: ['member', 'admin'] });
    const anybody = browser();
    const page = await anybody.open(link);
    expect(page.html).toContain('Acme &amp; Sons');
    expect(page.html).not.toContain('id="accept"');
    expect(await members()).toEqual([]);
    const signInUrl = /href="([^"]+)" id="sign-in"/.exec(page.html)?.[1] ?? '';
    const back = await signIn(anybody, await anybody.open(signInUrl), user);
    expect(back.url).toContain('/invitation?token=');
    const done = await answer(anybody, back, 'accept');
    expect(done.html).toContain('You belong to Acme &amp; Sons now');
    expect(await members()).toMatchObject([{ user_id: user.id, roles: ['admin', 'member'] }]);
    expect(await states()).toEqual(['accepted']);
    expect((await anybody.open(link)).status).toBe(410);
    const events = itemsOf(await admin.get(`/audit-events?user_id=${user.id}&limit=200`));
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['organization.invitation_accepted', 'organization.member_added']),
    );
  });

  it('are seen on the account page of whoever has the verified address, and accepted or declined there', async () => {
    const email = address();
    const user = await person(email.toUpperCase());
    const mine = await signedInBrowser(server, user);
    for (const [given, told] of [
      ['decline', 'You have declined the invitation'],
      ['accept', 'You belong to'],
    ] as const) {
      const id = await invite(email);
      expect((await mine.open('/account')).html).toContain(`href="/invitation?id=${id}"`);
      const page = await mine.open(`/invitation?id=${id}`);
      expect((await answer(mine, page, given)).html).toContain(told);
      expect((await mine.open('/account')).html).not.toContain('/invitation?id=');
      expect((await mine.open(`/invitation?id=${id}`)).status).toBe(410);
    }
    expect(await states()).toEqual(['declined', 'accepted']);
    expect(await members()).toMatchObject([{ user_id: user.id }]);
    expect((await mine.open('/account/activity')).html).toContain('You declined an invitation');
  });

  it('are not shown without the link to anybody else', async () => {
    const id = await invite(address());
    const other = await signedInBrowser(server, await person(address()));
    expect((await other.open(`/invitation?id=${id}`)).status).toBe(410);
    expect((await browser().open(`/invitation?id=${id}`)).status).toBe(410);
    expect((await browser().open('/invitation')).status).toBe(410);
  });

  it('make an account with the link, whose address is verified, and which is a member at once', async () => {
    const email = address();
    const link = await linkFor(email, { roles: ['member'] });
    const mine = browser();
    const given = typed();
    const refused = await mine.submit(await mine.open(link), { ...given, new_password_again: 'other' });
    expect(refused.status).toBe(400);
    const ready = await mine.submit(refused, given);
    expect(ready.html).toContain('belongs to Acme &amp; Sons');
    const [member] = await members();
    expect(member).toMatchObject({ username: given.username, roles: ['member'] });
    expect(await emailOf(String(member?.['user_id']))).toEqual({ email, emailVerified: true });
    expect((await signIn(mine, ready, { ...given, password })).url).toMatch(/\/account$/);
  });

  it('verify by the link the address of the account that accepts, which it has unverified', async () => {
    const email = address();
    const user = await person(email, { email_verified: false });
    const mine = await signedInBrowser(server, user);
    const id = await invite(email);
    const link = linkIn(await mails.takeOne(server));
    expect((await mine.open('/account')).html).not.toContain('/invitation?id=');
    expect((await mine.open(`/invitation?id=${id}`)).status).toBe(410);
    await answer(mine, await mine.open(link), 'accept');
    expect(await emailOf(user.id)).toEqual({ email, emailVerified: true });
    expect(await members()).toHaveLength(1);
  });

  it('are refused to an account with another address, or with none, whoever handed the link on', async () => {
    const link = await linkFor(address());
    for (const fields of [{ email: address() }, { email: undefined, email_verified: undefined }]) {
      const user = await person(address(), fields);
      const mine = await signedInBrowser(server, user);
      const before = await emailOf(user.id);
      const page = await mine.open(link);
      expect(page.html).not.toContain('id="accept"');
      expect(page.html).toContain('id="switch-account"');
      expect((await mine.submit(page, { answer: 'accept' })).status).toBe(409);
      expect((await mine.submit(page, { answer: 'sign-up', ...typed() })).status).toBe(409);
      expect(await emailOf(user.id)).toEqual(before);
    }
    expect(await members()).toEqual([]);
  });

  it('are refused if another account has verified the address', async () => {
    const email = address();
    const user = await person(email, { email_verified: false });
    const link = await linkFor(email);
    const mine = await signedInBrowser(server, user);
    const page = await mine.open(link);
    await person(email);
    const refused = await answer(mine, page, 'accept');
    expect(refused.status).toBe(409);
    expect(refused.html).toContain('Another account has this e-mail address');
    expect(await members()).toEqual([]);
    expect(await states()).toEqual(['pending']);
  });

  it('are accepted only by the account that the page was shown to', async () => {
    const email = address();
    const page = await (async () => {
      const other = await signedInBrowser(server, await person(address()));
      return other.open(await linkFor(email));
    })();
    const mine = await signedInBrowser(server, await person(email));
    const own = await mine.open(page.url);
    const forged = {
      ...own,
      html: own.html.replace(/name="account" value="[^"]+"/, 'name="account" value="x"'),
    };
    expect((await answer(mine, forged, 'accept')).status).toBe(409);
    expect(await members()).toEqual([]);
  });

  it('are declined with the link by whoever is not signed in', async () => {
    const link = await linkFor(address());
    const mine = browser();
    expect((await answer(mine, await mine.open(link), 'decline')).html).toContain('You have declined');
    expect(await states()).toEqual(['declined']);
    expect((await mine.open(link)).status).toBe(410);
  });

  it('are sent once more with another link, which ends the one before', async () => {
    const email = address();
    const id = await invite(email);
    const first = linkIn(await mails.takeOne(server));
    await goOn(86_400);
    const answered = await admin.post(`/organizations/${organization}/invitations/${id}/resend`);
    expect(answered).toMatchObject({ status: 200, body: { expires_at: server.clock.now() + 7 * 86_400 } });
    const second = linkIn(await mails.takeOne(server));
    expect((await browser().open(first)).status).toBe(410);
    server.clock.advance(6 * 86_400 + 3_600);
    expect((await browser().open(second)).status).toBe(200);
  });

  it('end when a newer one goes to the same address: the newer link counts', async () => {
    const email = address();
    const first = await linkFor(email, { roles: ['admin'] });
    const second = await linkFor(email.toUpperCase(), { roles: ['member'] });
    expect(await states()).toEqual(['replaced', 'pending']);
    expect((await browser().open(first)).status).toBe(410);
    const mine = browser();
    await mine.submit(await mine.open(second), typed());
    expect(await members()).toMatchObject([{ roles: ['member'] }]);
  });

  it('are withdrawn, read and listed', async () => {
    const [email, other] = [address(), address()];
    const id = await invite(email, { roles: ['admin'] });
    const link = linkIn(await mails.takeOne(server));
    await invite(other);
    const path = `/organizations/${organization}/invitations`;
    const shown = await admin.get(`${path}/${id}`);
    expect(shown.body).toMatchObject({ id, email, roles: ['admin'], user_id: null, ended_at: null });
    expect(itemsOf(await admin.get(`${path}?email=${encodeURIComponent(email)}`))).toMatchObject([{ id }]);
    for (let times = 0; times < 2; times++) expect((await admin.delete(`${path}/${id}`)).status).toBe(204);
    expect(itemsOf(await admin.get(path))).toMatchObject([{ email: other }]);
    expect((await browser().open(link)).status).toBe(410);
    expect((await admin.post(`${path}/${id}/resend`)).status).toBe(409);
    const elsewhere = await world.create();
    expect((await admin.get(`/organizations/${elsewhere}/invitations/${id}`)).status).toBe(404);
    expect((await admin.delete(`/organizations/${elsewhere}/invitations/${id}`)).status).toBe(404);
    expect((await admin.get(`/organizations/${randomUUID()}/invitations`)).status).toBe(404);
    const events = itemsOf(await admin.get('/audit-events?event=organization.invitation_withdrawn&limit=5'));
    expect(events.filter(({ detail }) => (detail as { invitation: string }).invitation === id)).toHaveLength(
      1,
    );
  });

  it('expire, and are swept', async () => {
    const link = await linkFor(address());
    await goOn(7 * 86_400);
    expect((await browser().open(link)).status).toBe(410);
    expect(await states()).toEqual(['expired']);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await states()).toEqual([]);
  });

  it('are as many at once as EYRIE_MAX_INVITATIONS says', async () => {
    const addresses = [address(), address(), address()];
    for (const email of addresses) await invite(email);
    const path = `/organizations/${organization}/invitations`;
    expect((await admin.post(path, { email: address() })).status).toBe(409);
    await invite(addresses[0] ?? '');
    const [one] = itemsOf(await admin.get(path));
    await admin.delete(`${path}/${String(one?.['id'])}`);
    await invite(address());
  });

  it('go to one address five times an hour, then get 429', async () => {
    const email = address();
    await goOn(3_600);
    for (let sent = 0; sent < 5; sent++) await invite(email);
    const refused = await admin.post(`/organizations/${organization}/invitations`, { email });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await goOn(3_600);
    await invite(email);
  });

  it('are made once by a repeated request', async () => {
    const caller = admin.with({ 'idempotency-key': `"${randomUUID()}"` });
    const body = { email: address() };
    const path = `/organizations/${organization}/invitations`;
    const [first, second] = [await caller.post(path, body), await caller.post(path, body)];
    expect(second.body['id']).toBe(first.body['id']);
    await mails.takeOne(server);
  });

  it.each([
    ['email', { email: 'nobody' }],
    ['email', {}],
    ['roles', { email: 'a@example.com', roles: ['boss'] }],
    ['roles', { email: 'a@example.com', roles: null }],
    ['language', { email: 'a@example.com', language: 'tlh' }],
  ])('are refused for what is wrong in %s: %j', async (field, body) => {
    expectRefusedField(await admin.post(`/organizations/${organization}/invitations`, body), field);
  });

  it('are refused for a member, and to callers without the right', async () => {
    const email = address();
    const user = await person(email);
    await world.join(organization, user);
    const path = `/organizations/${organization}/invitations`;
    expect((await admin.post(path, { email })).status).toBe(409);
    const { admin: reader } = await TestOrganizations.of(server, 'eyrie.groups.read');
    expect((await reader.post(path, { email: address() })).status).toBe(403);
    expect((await reader.get(path)).status).toBe(200);
  });

  it('give a member who joined meanwhile their roles beside those that they have, as far as they exist', async () => {
    const email = address();
    const user = await person(email);
    const link = await linkFor(email, { roles: ['admin'] });
    await admin.patch(`/organizations/${organization}`, { roles: ['member', 'guest', 'admin'] });
    await world.join(organization, user, ['guest']);
    const mine = await signedInBrowser(server, user);
    await answer(mine, await mine.open(link), 'accept');
    expect(await members()).toMatchObject([{ roles: ['admin', 'guest'] }]);
    const next = address();
    const another = await linkFor(next, { roles: ['guest', 'member'] });
    await admin.patch(`/organizations/${organization}`, { roles: ['member'] });
    const theirs = browser();
    await theirs.submit(await theirs.open(another), typed());
    expect((await members()).map(({ roles }) => roles)).toContainEqual(['member']);
  });

  it('go with the organization, and with the account', async () => {
    const email = address();
    const user = await person(email);
    const first = await linkFor(email);
    await server.app.get(UserDeletion).delete(user.id, 'test');
    const rows = async (): Promise<string> => JSON.stringify([...(await everyRow(server)).values()]);
    expect(await rows()).not.toContain(email);
    expect((await browser().open(first)).status).toBe(410);

    const next = address();
    const second = await linkFor(next);
    await world.delete(organization);
    expect(await rows()).not.toContain(next);
    expect((await browser().open(second)).status).toBe(410);
  });

  it('are in the data that their owner downloads', async () => {
    const email = address();
    const user = await person(email);
    await invite(email, { roles: ['member'] });
    const found = await server.app.get(OrganizationInvitationsStore).about(user.id, email);
    expect(found).toMatchObject([{ email, roles: ['member'] }]);
  });

  it('make one member, however often they are accepted at once', async () => {
    const email = address();
    const user = await person(email);
    const link = await linkFor(email, { roles: ['member'] });
    const mine = await signedInBrowser(server, user);
    const page = await mine.open(link);
    const answers = await Promise.all(Array.from({ length: 4 }, () => answer(mine, page, 'accept')));
    for (const { status } of answers) expect([200, 410]).toContain(status);
    expect(await members()).toHaveLength(1);
    const events = itemsOf(
      await admin.get(`/audit-events?event=organization.invitation_accepted&user_id=${user.id}`),
    );
    expect(events).toHaveLength(1);
  });

  it('make one account, however often the form is sent at once', async () => {
    const link = await linkFor(address());
    const theirs = browser();
    const page = await theirs.open(link);
    const answers = await Promise.all(Array.from({ length: 3 }, () => theirs.submit(page, typed())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([200, 400, 410]).toContain(status);
    expect(await members()).toHaveLength(1);
  });

  const endings = {
    'is withdrawn': (_email: string, id: string) =>
      admin.delete(`/organizations/${organization}/invitations/${id}`),
    'is replaced': (email: string) => admin.post(`/organizations/${organization}/invitations`, { email }),
    'loses its organization': () => admin.delete(`/organizations/${organization}`),
  } as const;
  /** The answers to the acceptance and to the end, and how many members there are then. */
  const outcomes: Readonly<Record<keyof typeof endings, readonly string[]>> = {
    'is withdrawn': ['200 409 1', '410 204 0'],
    // The member may come after the look at the members: then the replacement is a further invitation.
    'is replaced': ['200 409 1', '200 201 1', '410 201 0'],
    'loses its organization': ['200 204 0', '410 204 0'],
  };

  it.each(Object.keys(endings) as (keyof typeof endings)[])(
    'one that %s while it is accepted ends in one way',
    async (how) => {
      for (let times = 0; times < 4; times++) {
        organization = await world.create();
        const email = address();
        const user = await person(email);
        const id = await invite(email);
        const mine = await signedInBrowser(server, user);
        const page = await mine.open(linkIn(await mails.takeOne(server)));
        const [accepted, ended] = await Promise.all([answer(mine, page, 'accept'), endings[how](email, id)]);
        const joined = how === 'loses its organization' ? [] : await members();
        expect(outcomes[how]).toContain(`${accepted.status} ${ended.status} ${joined.length}`);
        await mails.take(server);
      }
    },
    60_000,
  );
});

describe('Invitations into organizations, without mail', () => {
  const server = useServer();

  it('are not offered', async () => {
    const world = await TestOrganizations.of(server);
    const organization = await world.create();
    const refused = await world.admin.post(`/organizations/${organization}/invitations`, {
      email: 'new@example.com',
    });
    expect(refused.status).toBe(409);
    expect((await fetch(`${server.issuer}/invitation?token=x`)).status).toBe(404);
  });
});
