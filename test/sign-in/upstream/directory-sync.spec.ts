import { SchedulerRegistry } from '@nestjs/schedule';
import { GroupMembers } from '../../../src/directory/group-members.js';
import { Groups } from '../../../src/directory/groups.js';
import { AuditStore } from '../../../src/persistence/stores/audit.store.js';
import { Database } from '../../../src/persistence/database.js';
import { DirectorySyncStore } from '../../../src/persistence/stores/directory-sync.store.js';
import { GroupsStore } from '../../../src/persistence/stores/groups.store.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { LeasesStore } from '../../../src/persistence/stores/leases.store.js';
import { MembershipsStore } from '../../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { DirectorySyncSchedule } from '../../../src/sign-in/upstream/ldap/directory-sync-schedule.js';
import { IdentityRemoval } from '../../../src/sign-in/upstream/identity-removal.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { TestBrowser } from '../../support/browser.js';
import {
  changePerson,
  dnOf,
  inDirectory,
  personEntry,
  registerDirectory,
  slapdPath,
  startTestDirectory,
} from '../../support/directory.js';
import { ProgramHost } from '../../support/program-host.js';
import { ProvisioningClient } from '../../support/provisioning-client.js';
import { alice, testSecret, useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const many = Array.from({ length: 24 }, (_, index) => `person-${index}`);
const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      personEntry('nora', { displayName: 'Nora Nest' }),
      personEntry('otto'),
      ...many.map((uid) => personEntry(uid)),
    ])
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };
const program = new ProgramHost();
afterAll(async () => {
  directory.stop();
  await program.end();
});

describeDirectory('A sync with a directory', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const signIn = async (username: string): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    await browser.submit(page, { username, password: `password of ${username}` });
    return browser;
  };
  const isSignedIn = async (browser: TestBrowser): Promise<boolean> =>
    (await browser.open('/account')).url.endsWith('/account');
  const sync = async (options = {}) =>
    server.app.get(DirectorySync).run(await server.app.get(Upstreams).requireDirectory('corp'), options);
  const user = async (name: string) => {
    const found = await server.app.get(UsersStore).findByUsername(name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  const state = async () => (await server.app.get(DirectorySyncStore).states())[0];
  const entry = (uid: string) => ({
    objectClass: ['inetOrgPerson', 'companyPerson'],
    uid,
    cn: uid,
    sn: uid,
    mail: `${uid}@acme.example`,
    userPassword: `password of ${uid}`,
  });

  beforeAll(async () => {
    // A look of the schedule would come between, on a slow machine.
    const schedules = server.app.get(SchedulerRegistry);
    for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
    await registerDirectory(server, directory);
    for (const name of ['nora', 'otto', ...many]) await signIn(name);
  });
  beforeEach(async () => {
    server.clock.advance(3_600);
    await registerDirectory(server, directory);
  });

  it('ends sessions of an entry that was disabled, and lets it in again once it is enabled', async () => {
    const browser = await signIn('nora');
    expect(await isSignedIn(browser)).toBe(true);
    await changePerson(directory, 'nora', 'nsAccountLock', ['TRUE']);

    expect(await sync({ isTrial: true })).toMatchObject({ dry_run: true, disabled: 1 });
    expect(await isSignedIn(browser)).toBe(true);
    expect(await sync()).toMatchObject({
      disabled: 1,
      lost: 0,
      changes: [{ username: 'nora', change: 'disabled', reason: 'disabled' }],
    });
    expect(await isSignedIn(browser)).toBe(false);
    expect((await user('nora')).disabledAt).not.toBeNull();
    expect(await sync()).toMatchObject({ disabled: 0 });

    await changePerson(directory, 'nora', 'nsAccountLock', []);
    expect(await sync()).toMatchObject({ enabled: 1 });
    expect(await isSignedIn(await signIn('nora'))).toBe(true);
  });

  it('leaves an account alone that an administrator has disabled', async () => {
    const { id } = await user('nora');
    const admin = await AdminCaller.register(server, 'eyrie.users');
    await admin.post(`/users/${id}/disable`, undefined);
    await changePerson(directory, 'nora', 'nsAccountLock', ['TRUE']);
    await sync();
    await changePerson(directory, 'nora', 'nsAccountLock', []);

    expect(await sync()).toMatchObject({ enabled: 0 });
    expect((await user('nora')).disabledAt).not.toBeNull();
    await admin.post(`/users/${id}/enable`, undefined);
  });

  it('does not enable an account that an administrator has disabled after the directory had', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.users');
    const { id } = await user('person-3');
    await changePerson(directory, 'person-3', 'nsAccountLock', ['TRUE']);
    await sync();
    expect((await user('person-3')).disabledAt).not.toBeNull();
    await admin.post(`/users/${id}/disable`, {});
    await changePerson(directory, 'person-3', 'nsAccountLock', []);
    await sync();
    expect((await user('person-3')).disabledAt).not.toBeNull();
    await admin.post(`/users/${id}/enable`, {});
    await sync();
    expect((await user('person-3')).disabledAt).toBeNull();
  });

  it('stores what the directory owns of the profile', async () => {
    await changePerson(directory, 'nora', 'displayName', ['Nora North']);
    expect(await sync()).toMatchObject({ updated: 1, disabled: 0 });
    expect((await user('nora')).name).toBe('Nora North');
    expect(await sync()).toMatchObject({ updated: 0 });
  });

  it('leaves what the directory owns of the profile to it: a provisioning client changes the rest alone', async () => {
    const { id, name } = await user('nora');
    const client = await ProvisioningClient.withToken(server);
    const patch = (path: string, value: unknown) =>
      client.call('PATCH', `/Users/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path, value }],
      });
    const refused = await patch('displayName', 'Somebody else');
    expect(refused).toMatchObject({ status: 409, body: { scimType: 'mutability' } });
    expect((await user('nora')).name).toBe(name);
    expect((await patch('nickName', 'Nono')).status).toBe(200);
  });

  it('shows by `eyrie directory sync --dry-run` what would change', async () => {
    await changePerson(directory, 'nora', 'nsAccountLock', ['TRUE']);
    const { code, stdout } = await program.eyrie(['directory', 'sync', 'corp', '--dry-run', '--json'], {
      DATABASE_URL: server.databaseUrl,
      EYRIE_SECRET: testSecret,
      EYRIE_ISSUER: server.issuer,
      EYRIE_OUTBOUND_ALLOW: '127.0.0.1',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      upstream: 'corp',
      dry_run: true,
      changes: [{ username: 'nora', change: 'disabled', reason: 'disabled' }],
    });
    expect((await user('nora')).disabledAt).toBeNull();
    await changePerson(directory, 'nora', 'nsAccountLock', []);
  });

  it('ends an account whose entry is gone in three looks, and not before', async () => {
    await inDirectory(directory, (client) => client.del(dnOf('otto')));
    for (let look = 1; look <= 2; look += 1) expect(await sync()).toMatchObject({ lost: 1, disabled: 0 });
    expect(await sync()).toMatchObject({ disabled: 1, changes: [{ username: 'otto', reason: 'gone' }] });
    expect((await user('otto')).disabledAt).not.toBeNull();
  });

  it('counts looks in a row alone', async () => {
    const [name = ''] = many;
    const dn = dnOf(name);
    const parked = `uid=${name},dc=acme,dc=example`;
    await inDirectory(directory, (client) => client.modifyDN(dn, parked));
    await sync();
    await sync();
    await inDirectory(directory, (client) => client.modifyDN(parked, dn));
    await sync();
    await inDirectory(directory, (client) => client.modifyDN(dn, parked));
    expect(await sync()).toMatchObject({ lost: 1, disabled: 0 });
    await inDirectory(directory, (client) => client.modifyDN(parked, dn));
    await sync();
  });

  it('disables nobody while the directory cannot be reached', async () => {
    await registerDirectory(server, directory, { servers: ['ldap://127.0.0.1:1'] });
    await expect(sync()).rejects.toThrow('127.0.0.1:1');
    expect((await state())?.syncProblem).toContain('127.0.0.1:1');
    expect((await user('nora')).disabledAt).toBeNull();
    server.clock.advance(31);
    await registerDirectory(server, directory);
    await sync();
    expect((await state())?.syncProblem).toBeNull();
  });

  it('disables nobody when more than a tenth of the accounts vanish at once, and records that', async () => {
    await registerDirectory(server, directory, { user_filter: '(&(uid={username})(uid=person-1*))' });
    for (let look = 1; look <= 4; look += 1)
      expect(await sync()).toMatchObject({
        disabled: 0,
        stopped: expect.stringContaining('nobody was disabled'),
      });

    const { items } = await server.app
      .get(AuditStore)
      .list({ event: 'directory.sync_failed' }, { limit: 10 });
    expect(items.filter(({ detail }) => JSON.stringify(detail).includes('accounts are not'))).toHaveLength(1);
    await registerDirectory(server, directory);
    expect(await sync()).toMatchObject({ lost: 0, stopped: null });
  });

  it('disables nobody when the directory shows nobody at all', async () => {
    await registerDirectory(server, directory, { user_filter: '(&(uid={username})(sn=nobody))' });
    expect(await sync()).toMatchObject({ disabled: 0, stopped: expect.stringContaining('accounts are not') });
    await registerDirectory(server, directory);
    await sync();
  });

  describe('with a table of groups', () => {
    const staff = 'cn=Staff,ou=groups,dc=acme,dc=example';
    const groupMap = { 'CN=staff, OU=Groups,dc=acme,dc=example': 'employees', 'cn=x': 'no such group' };
    const groupsOf = async (name: string) =>
      (await server.app.get(MembershipsStore).of((await user(name)).id)).groups.map((group) => group.name);
    beforeAll(async () => {
      const groups = server.app.get(Groups);
      for (const name of ['employees', 'by-hand']) await groups.create({ name }, 'test');
    });
    beforeEach(() => registerDirectory(server, directory, { group_map: groupMap }));

    it('makes members at sign-in and by the sync, and ends what the directory has made alone', async () => {
      const byHand = await server.app.get(GroupsStore).findByName('by-hand');
      await server.app.get(GroupMembers).add(byHand?.id ?? '', (await user('nora')).id, 'test');
      await changePerson(directory, 'nora', 'memberOf', [staff, 'cn=other,dc=acme,dc=example']);
      await signIn('nora');
      expect(await groupsOf('nora')).toEqual(['by-hand', 'employees']);

      await changePerson(directory, 'nora', 'memberOf', []);
      expect(await sync({ isTrial: true })).toMatchObject({ updated: 1 });
      expect(await groupsOf('nora')).toEqual(['by-hand', 'employees']);
      expect(await sync()).toMatchObject({ updated: 1 });
      expect(await groupsOf('nora')).toEqual(['by-hand']);

      await changePerson(directory, 'nora', 'memberOf', [staff]);
      expect(await sync()).toMatchObject({ updated: 1 });
      expect(await sync()).toMatchObject({ updated: 0 });
      expect(await groupsOf('nora')).toEqual(['by-hand', 'employees']);
    });

    it('leaves a membership alone that somebody here made before', async () => {
      const employees = await server.app.get(GroupsStore).findByName('employees');
      await server.app.get(GroupMembers).add(employees?.id ?? '', (await user('person-1')).id, 'test');
      await changePerson(directory, 'person-1', 'memberOf', [staff]);
      await sync();
      await changePerson(directory, 'person-1', 'memberOf', []);
      await sync();
      expect(await groupsOf('person-1')).toEqual(['employees']);
    });

    it('leaves a membership alone that somebody here made after the directory', async () => {
      const employees = await server.app.get(GroupsStore).findByName('employees');
      const member = (await user('person-2')).id;
      await changePerson(directory, 'person-2', 'memberOf', [staff]);
      await sync();
      await server.app.get(GroupMembers).add(employees?.id ?? '', member, 'test');
      await changePerson(directory, 'person-2', 'memberOf', []);
      await sync();
      expect(await groupsOf('person-2')).toEqual(['employees']);
      // Whoever takes it away here takes it away whole.
      await server.app.get(GroupMembers).remove(employees?.id ?? '', member, 'test');
      expect(await groupsOf('person-2')).toEqual([]);
    });

    it('ends nothing when more than a tenth are in no group any more at once, unless it is forced', async () => {
      const some = many.slice(6, 18);
      for (const name of some) await changePerson(directory, name, 'memberOf', [staff]);
      await sync();
      for (const name of some) await changePerson(directory, name, 'memberOf', []);
      expect((await sync()).stopped).toMatch(/^12 of \d+ accounts are in none of their groups any more/);
      expect(await groupsOf('person-6')).toEqual(['employees']);
      expect(await sync({ isForced: true })).toMatchObject({ updated: 12, stopped: null });
      expect(await groupsOf('person-6')).toEqual([]);
    });

    it('ends memberships that are mapped no longer', async () => {
      await changePerson(directory, 'person-3', 'memberOf', [staff]);
      await sync();
      expect(await groupsOf('person-3')).toEqual(['employees']);
      await registerDirectory(server, directory, { group_map: {} });
      await sync({ isForced: true });
      expect(await groupsOf('person-3')).toEqual([]);
      await changePerson(directory, 'person-3', 'memberOf', []);
    });

    it('makes nobody a member whose link was removed meanwhile', async () => {
      const employees = await server.app.get(GroupsStore).findByName('employees');
      const { id } = await server.app.get(Upstreams).requireDirectory('corp');
      const alone = await server.app.get(UsersStore).findByUsername(alice.username);
      await server.app.get(GroupMembers).join(id, alone?.id ?? '', [employees?.id ?? ''], 'upstream:corp');
      expect(await groupsOf(alice.username)).toEqual([]);
    });

    it('ends memberships with the link that they rest on', async () => {
      const { id } = await user('nora');
      const [identity] = await server.app.get(IdentitiesStore).of(id);
      await server.app.get(IdentityRemoval).remove(id, identity?.id ?? '', 'test', true);
      expect(await groupsOf('nora')).toEqual(['by-hand']);
    });
  });

  it('runs on one replica in each interval', async () => {
    const schedule = server.app.get(DirectorySyncSchedule);
    await schedule.syncInTurn();
    const before = (await state())?.syncedAt ?? 0;
    server.clock.advance(200);
    await schedule.syncInTurn();
    expect((await state())?.syncedAt).toBe(before);
    server.clock.advance(101);
    await schedule.syncInTurn();
    const second = (await state())?.syncedAt ?? 0;
    expect(second).toBeGreaterThanOrEqual(before + 300);

    const { id } = await server.app.get(Upstreams).requireDirectory('corp');
    const now = server.clock.now() + 400;
    server.clock.advance(400);
    expect(await server.app.get(LeasesStore).acquire(`directory-sync:${id}`, 'other', now, now + 300)).toBe(
      true,
    );
    await schedule.syncInTurn();
    expect((await state())?.syncedAt).toBe(second);
  });

  it('does not enable an account for another entry of the same name', async () => {
    await inDirectory(directory, (client) => client.add(dnOf('otto'), entry('otto')));
    expect(await sync()).toMatchObject({ enabled: 0 });
    expect((await user('otto')).disabledAt).not.toBeNull();
  });

  it('leaves an account open while another entry of its owner may sign in', async () => {
    const { id } = await user('person-4');
    const second = await user('person-5');
    const identities = server.app.get(IdentitiesStore);
    const [of5] = await identities.of(second.id);
    const database = server.app.get(Database);
    await database.write((tx) =>
      database.affected(tx, 'UPDATE identities SET user_id = ? WHERE id = ?', [id, of5?.id ?? '']),
    );
    await changePerson(directory, 'person-5', 'nsAccountLock', ['TRUE']);
    await sync();
    expect((await user('person-4')).disabledAt).toBeNull();
    await changePerson(directory, 'person-4', 'nsAccountLock', ['TRUE']);
    await sync();
    expect((await user('person-4')).disabledAt).not.toBeNull();
    // Whichever of them is back.
    await changePerson(directory, 'person-5', 'nsAccountLock', []);
    await sync();
    expect((await user('person-4')).disabledAt).toBeNull();
    await changePerson(directory, 'person-4', 'nsAccountLock', []);
    await database.write((tx) =>
      database.affected(tx, 'UPDATE identities SET user_id = ? WHERE id = ?', [second.id, of5?.id ?? '']),
    );
    await sync();
  });
});
