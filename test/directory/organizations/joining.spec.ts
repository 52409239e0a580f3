import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/persistence/database.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { UserContacts } from '../../../src/users/user-contacts.js';
import { type AdminCaller, expectRefusedField, itemsOf } from '../../support/admin-caller.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { newDomain, verifiedDomain } from '../../support/organization-domains.js';
import { organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { useServer } from '../../support/server.js';
import { goTo, registerUpstream } from '../../support/upstream.js';
import { responseOf, TestBrowser } from '../../support/browser.js';
import { signedInBrowser } from '../../support/walk.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

describe('Organizations that take their people at sign-in', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  let world: TestOrganizations;
  let admin: AdminCaller;
  let organization: string;
  let domain: string;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    ({ admin } = world);
  });
  beforeEach(async () => {
    organization = await world.create(undefined, { join_by_domain: true, default_roles: ['member'] });
    domain = await verifiedDomain(world, organization);
  });

  const person = async (email: string, fields: object = {}) => {
    const username = `p-${randomUUID()}`;
    const user = { username, password: 'correct horse battery', email, email_verified: true, ...fields };
    return { ...user, id: await server.createUser(user) };
  };
  const at = (of: string): string => `${randomUUID()}@${of}`;
  const members = async (of = organization): Promise<unknown[]> =>
    itemsOf(await admin.get(`/organizations/${of}/members`)).map(({ user_id, roles, sources }) => ({
      user_id,
      roles,
      sources,
    }));
  const eventsAbout = async (id: string): Promise<unknown[]> =>
    itemsOf(await admin.get(`/audit-events?limit=200&user_id=${id}`))
      .map(({ event, detail }) => [event, detail] as const)
      .filter(([event]) => String(event).startsWith('organization.'))
      .toReversed();

  describe('by the domain of their address', () => {
    it('make whoever signs in with a verified one a member, with the default roles, once', async () => {
      const ada = await person(at(domain.toUpperCase()));
      expect(await members()).toEqual([]);
      await Promise.all([1, 2, 3].map(() => signedInBrowser(server, ada)));
      expect(await members()).toEqual([{ user_id: ada.id, roles: ['member'], sources: ['domain'] }]);
      expect(await eventsAbout(ada.id)).toEqual([
        [
          'organization.member_joined',
          expect.objectContaining({ organization, roles: 'member', by: `domain:${domain}` }),
        ],
      ]);
    });

    it.each([
      ['is not verified', () => domain, { email_verified: false }, {}],
      ['is below the domain', () => `mail.${domain}`, {}, {}],
      ['is of another domain', newDomain, {}, {}],
      [
        'is of the domain of an organization that does not say so',
        () => domain,
        {},
        { join_by_domain: false },
      ],
    ])('make nobody a member whose address %s', async (_name, of, fields, changes) => {
      await admin.patch(`/organizations/${organization}`, changes);
      await signedInBrowser(server, await person(at(of()), fields));
      expect(await members()).toEqual([]);
    });

    it('make nobody a member by a domain that is claimed alone', async () => {
      const claimed = newDomain();
      await admin.post(`/organizations/${organization}/domains`, { domain: claimed });
      await signedInBrowser(server, await person(at(claimed)));
      expect(await members()).toEqual([]);
    });

    it('lose them, with what they allowed for the organization, when the address changes', async () => {
      const ada = await person(at(domain));
      const party = await RelyingParty.register(server, { scope: 'openid offline_access organization' });
      const scope = `openid offline_access ${organizationScope(organization)}`;
      const tokens = (await party.redeem(await party.authorize({ scope }, ada))).body;
      expect((await party.introspect(tokens.access_token)).body).toMatchObject({
        active: true,
        org_id: organization,
        org_roles: ['member'],
      });
      const change = { email: at(domain) };
      const foreseen = await admin.patch(`/users/${ada.id}?dry_run=true`, change);
      expect(foreseen.body).toMatchObject({ grants: 1, people: 1, first: [{ username: ada.username }] });
      const kept = await admin.patch(`/users/${ada.id}?dry_run=true`, { ...change, email_verified: true });
      expect(kept.body).toMatchObject({ grants: 0, first: [] });
      expect(await members()).toHaveLength(1);
      await admin.patch(`/users/${ada.id}`, change);
      expect(await members()).toEqual([]);
      expect((await party.introspect(tokens.access_token)).body).toMatchObject({ active: false });
      expect((await party.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
      expect((await eventsAbout(ada.id)).at(-1)).toEqual([
        'organization.member_removed',
        expect.objectContaining({ organization, revoked: 1 }),
      ]);
    });

    it('keep them when the new address is verified and of the same domain, or something else changes', async () => {
      const ada = await person(at(domain));
      await signedInBrowser(server, ada);
      await admin.patch(`/users/${ada.id}`, { email: at(domain), email_verified: true });
      await admin.patch(`/users/${ada.id}`, { name: 'Ada' });
      expect(await members()).toHaveLength(1);
    });

    it('lose them when a mailed link changes the address', async () => {
      const ada = await person(at(domain));
      await signedInBrowser(server, ada);
      const change = { email: at(newDomain()), emailVerified: true };
      await server.app.get(Database).write(async (tx) => {
        const held = await server.app.get(UsersStore).hold(tx, ada.id);
        const moment = { actor: 'test', now: server.clock.now() };
        await server.app.get(UserContacts).change(tx, held!, change, moment);
      });
      expect(await members()).toEqual([]);
    });

    it('keep those whom somebody here made members, too', async () => {
      const ada = await person(at(domain));
      await signedInBrowser(server, ada);
      await world.join(organization, ada, ['admin']);
      expect(await members()).toEqual([{ user_id: ada.id, roles: ['admin'], sources: ['here', 'domain'] }]);
      await admin.patch(`/users/${ada.id}`, { email: null });
      expect(await members()).toEqual([{ user_id: ada.id, roles: ['admin'], sources: ['here'] }]);
      expect(await eventsAbout(ada.id)).toEqual([
        ['organization.member_joined', expect.anything()],
        [
          'organization.membership_changed',
          expect.objectContaining({ organization, sources: 'here domain' }),
        ],
        ['organization.member_updated', expect.anything()],
        ['organization.membership_changed', expect.objectContaining({ organization, sources: 'here' })],
      ]);
    });

    it('keep the roles of members who join again', async () => {
      const ada = await person(at(domain));
      for (let times = 0; times < 2; times++) {
        await world.join(organization, ada, ['admin']);
        await signedInBrowser(server, ada);
      }
      expect(await members()).toEqual([{ user_id: ada.id, roles: ['admin'], sources: ['here', 'domain'] }]);
      expect(await eventsAbout(ada.id)).toEqual([
        ['organization.member_added', expect.anything()],
        [
          'organization.membership_changed',
          expect.objectContaining({ organization, sources: 'here domain' }),
        ],
      ]);
    });

    it('take back those who were removed, at their next sign-in', async () => {
      const ada = await person(at(domain));
      await signedInBrowser(server, ada);
      await world.leave(organization, ada);
      expect(await members()).toEqual([]);
      await signedInBrowser(server, ada);
      expect(await members()).toHaveLength(1);
    });

    it('have nobody as a member whose address changed while they signed in', async () => {
      for (let round = 0; round < 6; round++) {
        const ada = await person(at(domain));
        await Promise.all([
          signedInBrowser(server, ada),
          admin.patch(`/users/${ada.id}`, { email: at(newDomain()), email_verified: true }),
        ]);
        expect(await members()).toEqual([]);
      }
    });
  });

  describe('by a sign-in at their upstream', () => {
    let alias: string;

    beforeEach(async () => {
      alias = `u-${randomUUID()}`;
      await registerUpstream(server, provider, { alias, name: alias });
      organization = await world.create(undefined, {
        upstream: alias,
        join_by_upstream: true,
        default_roles: ['member'],
      });
    });

    const arrive = async (sub: string = randomUUID()): Promise<string> => {
      await signIn(sub);
      const [member] = (await members()) as { user_id: string }[];
      return member?.user_id ?? '';
    };
    /** A grant for the organization that depends on no session. @returns what refreshes its tokens */
    const grantOf = async (sub: string) => {
      const party = await RelyingParty.register(server, { scope: 'openid offline_access organization' });
      const scope = `openid offline_access ${organizationScope(organization)}`;
      const page = await party.browser.open(party.authorizeUrl('v'.repeat(43), { scope }));
      const href = await goTo(party.browser, page, alias);
      const consent = await party.browser.open(provider.authorize(href, { claims: { sub } }));
      const code = responseOf(await party.browser.submit(consent, { decision: 'allow' })).get('code') ?? '';
      const { refresh_token } = (await party.redeem({ code, verifier: 'v'.repeat(43) })).body;
      return () => party.refresh(refresh_token);
    };
    const signIn = async (sub: string): Promise<void> => {
      const browser = new TestBrowser(server.issuer);
      const href = await goTo(browser, await browser.open('/login'), alias);
      await browser.open(provider.authorize(href, { claims: { sub } }));
    };

    it('make people members with the default roles, once', async () => {
      const sub = randomUUID();
      const id = await arrive(sub);
      expect(await members()).toEqual([{ user_id: id, roles: ['member'], sources: ['upstream'] }]);
      await signIn(sub);
      expect(await eventsAbout(id)).toEqual([
        ['organization.member_joined', expect.objectContaining({ organization, by: `upstream:${alias}` })],
      ]);
    });

    it('make nobody a member if they do not say so', async () => {
      await admin.patch(`/organizations/${organization}`, { join_by_upstream: false });
      expect(await arrive()).toBe('');
    });

    it('lose people whose link to the upstream is removed', async () => {
      const sub = randomUUID();
      const id = await arrive(sub);
      const tokens = await grantOf(sub);
      const [identity] = itemsOf(await admin.get(`/users/${id}/identities`));
      const path = `/users/${id}/identities/${String(identity?.['id'])}`;
      expect((await admin.delete(`${path}?dry_run=true`)).body).toMatchObject({ grants: 1, sessions: 0 });
      expect((await admin.delete(path)).status).toBe(204);
      expect(await members()).toEqual([]);
      expect((await tokens()).body.error).toBe('invalid_grant');
    });

    it('keep people who are linked to the upstream twice, until the last link is removed', async () => {
      const ada = await person(at(newDomain()));
      const browser = await signedInBrowser(server, ada);
      for (let linked = 0; linked < 2; linked++) {
        const href = await goTo(browser, await browser.open('/account/security'), alias);
        await browser.open(provider.authorize(href, { claims: { sub: randomUUID() } }));
      }
      const path = `/users/${ada.id}/identities`;
      const [first, last] = itemsOf(await admin.get(path)).map(({ id }) => String(id));
      expect(await members()).toEqual([{ user_id: ada.id, roles: ['member'], sources: ['upstream'] }]);
      await admin.delete(`${path}/${first}`);
      expect(await members()).toHaveLength(1);
      await admin.delete(`${path}/${last}`);
      expect(await members()).toEqual([]);
    });

    it('keep their upstream from being deleted, until they have another or none', async () => {
      const sub = randomUUID();
      await arrive(sub);
      const tokens = await grantOf(sub);
      expect(await admin.delete(`/upstreams/${alias}`)).toMatchObject({
        status: 409,
        body: { detail: `${alias} is the upstream of an organization: give that another one, or none` },
      });
      expect(await members()).toHaveLength(1);
      const changes = { upstream: null, join_by_upstream: false };
      expect((await admin.patch(`/organizations/${organization}`, changes)).status).toBe(200);
      const foreseen = await admin.delete(`/upstreams/${alias}?dry_run=true`);
      expect(foreseen.body).toMatchObject({ grants: 1, sessions: 2 });
      expect((await admin.delete(`/upstreams/${alias}`)).status).toBe(204);
      expect(await members()).toEqual([]);
      expect((await tokens()).body.error).toBe('invalid_grant');
    });

    it('name an upstream that is there, or lose it, when both change at once', async () => {
      for (let round = 0; round < 5; round++) {
        const other = `u-${randomUUID()}`;
        await registerUpstream(server, provider, { alias: other });
        const [named, deleted] = await Promise.all([
          admin.patch(`/organizations/${organization}`, { upstream: other }),
          admin.delete(`/upstreams/${other}`),
        ]);
        expect([
          [200, 409],
          [400, 204],
        ]).toContainEqual([named.status, deleted.status]);
        await admin.patch(`/organizations/${organization}`, { upstream: alias });
      }
    });
  });

  it('refuse members that contradict each other, by name', async () => {
    const path = `/organizations/${organization}`;
    expectRefusedField(await admin.patch(path, { join_by_upstream: true }), 'join_by_upstream');
    expectRefusedField(await admin.patch(path, { upstream: 'nowhere' }), 'upstream');
    expectRefusedField(await admin.patch(path, { default_roles: ['owner'] }), 'default_roles');
    const name = `o-${randomUUID()}`;
    expectRefusedField(await admin.post('/organizations', { name, default_roles: ['a'] }), 'default_roles');
    await admin.patch(path, { roles: ['admin'] });
    expect((await admin.get(path)).body).toMatchObject({ roles: ['admin'], default_roles: [] });
  });
});
