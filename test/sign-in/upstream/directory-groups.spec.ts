import { SchedulerRegistry } from '@nestjs/schedule';
import { Attribute, Change } from 'ldapts';
import { Groups } from '../../../src/directory/groups.js';
import { MembershipsStore } from '../../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { TestBrowser } from '../../support/browser.js';
import {
  dnOf,
  inDirectory,
  personEntry,
  registerDirectory,
  slapdPath,
  startTestDirectory,
} from '../../support/directory.js';
import { alice, useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const base = 'ou=groups,dc=acme,dc=example';
const groupDn = (cn: string): string => `cn=${cn},${base}`;
const group = (cn: string, type: string, members: string): string =>
  [`dn: ${groupDn(cn)}`, `objectClass: ${type}`, `cn: ${cn}`, members].join('\n');
const special = 'kim (x)*';
const many = Array.from({ length: 30 }, (_, index) => `person-${index}`);
const members = (attribute: string, names: readonly string[]): string =>
  names.map((name) => `${attribute}: ${name}`).join('\n');

const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      ...['nora', 'otto', ...many].map((uid) => personEntry(uid)),
      personEntry(special, { mail: 'kim@acme.example' }),
      `dn: ${base}\nobjectClass: organizationalUnit\nou: groups`,
      group('staff', 'groupOfNames', members('member', [dnOf('nora'), ...many.map(dnOf)])),
      group('guild', 'groupOfUniqueNames', members('uniqueMember', [dnOf('otto')])),
      group('unix', 'posixGroup', `gidNumber: 7\n${members('memberUid', ['nora', special])}`),
      group('outer', 'groupOfNames', members('member', [groupDn('middle'), groupDn('staff')])),
      group('middle', 'groupOfNames', members('member', [groupDn('inner')])),
      // A circle.
      group('inner', 'groupOfNames', members('member', [dnOf('otto'), groupDn('outer')])),
    ])
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };
afterAll(() => directory.stop());

describeDirectory('Groups of a directory that name their members', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const byDn = {
    group_search_base: base,
    group_map: { [`CN=Staff, OU=groups,dc=acme,dc=example`]: 'employees', [groupDn('guild')]: 'guild' },
  };
  const byName = {
    group_search_base: base,
    group_name_attribute: 'cn',
    group_map: { staff: 'employees', unix: 'unix', outer: 'outer', inner: 'inner', guild: 'guild' },
  };
  const signIn = async (username: string): Promise<string> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    return (await browser.submit(page, { username, password: `password of ${username}` })).url;
  };
  const sync = async (options = {}) =>
    server.app.get(DirectorySync).run(await server.app.get(Upstreams).requireDirectory('corp'), options);
  const groupsOf = async (name: string): Promise<string[]> => {
    const user = await server.app.get(UsersStore).findByUsername(name);
    const { groups } = await server.app.get(MembershipsStore).of(user?.id ?? '');
    return groups.map((one) => one.name).toSorted();
  };
  const setMembers = (cn: string, type: string, values: readonly string[]): Promise<void> =>
    inDirectory(directory, (client) =>
      client.modify(
        groupDn(cn),
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [...values] }) }),
      ),
    );

  beforeAll(async () => {
    // A look of the schedule would come between, on a slow machine.
    const schedules = server.app.get(SchedulerRegistry);
    for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
    const groups = server.app.get(Groups);
    for (const name of ['employees', 'guild', 'unix', 'outer', 'inner'])
      await groups.create({ name }, 'test');
    await registerDirectory(server, directory, byDn);
    for (const name of many) await signIn(name);
  });
  beforeEach(() => server.clock.advance(3_600));

  it('make members at sign-in, by member, uniqueMember and memberUid', async () => {
    await registerDirectory(server, directory, byName);
    for (const name of ['nora', 'otto', special]) expect(await signIn(name)).toMatch(/\/account$/);
    expect(await groupsOf('nora')).toEqual(['employees', 'unix']);
    expect(await groupsOf('otto')).toEqual(['guild', 'inner']);
    const kim = await server.app.get(UsersStore).findByVerifiedEmail('kim@acme.example');
    expect(await groupsOf(kim?.username ?? '')).toEqual(['unix']);
  });

  it('are the same in a sync as at sign-in', async () => {
    await registerDirectory(server, directory, byName);
    for (const name of ['nora', 'otto']) await signIn(name);
    expect(await sync({ isForced: true })).toMatchObject({ stopped: null });
    expect(await sync()).toMatchObject({ updated: 0, stopped: null });
    expect(await groupsOf('otto')).toEqual(['guild', 'inner']);
  });

  it('within groups count only where they are followed, without end in circles', async () => {
    await registerDirectory(server, directory, { ...byName, nested_groups: true });
    await signIn('otto');
    expect(await groupsOf('otto')).toEqual(['guild', 'inner', 'outer']);
    expect(await sync()).toMatchObject({ stopped: null });
    expect(await groupsOf('nora')).toEqual(['employees', 'inner', 'outer', 'unix']);
    expect(await groupsOf('otto')).toEqual(['guild', 'inner', 'outer']);
    expect(await sync()).toMatchObject({ updated: 0 });

    await registerDirectory(server, directory, byName);
    await signIn('otto');
    expect(await groupsOf('otto')).toEqual(['guild', 'inner']);
    await sync({ isForced: true });
    expect(await groupsOf('nora')).toEqual(['employees', 'unix']);
  });

  it('are mapped by their distinguished names, whatever their spelling', async () => {
    await registerDirectory(server, directory, byDn);
    await signIn('nora');
    expect(await groupsOf('nora')).toEqual(['employees']);
  });

  it('end memberships by the sync, which a dry run only tells', async () => {
    await registerDirectory(server, directory, byDn);
    await sync();
    await setMembers('guild', 'uniqueMember', [dnOf('nora')]);
    expect(await sync({ isTrial: true })).toMatchObject({ updated: 2, dry_run: true });
    expect(await groupsOf('otto')).toContain('guild');
    expect(await sync()).toMatchObject({ updated: 2 });
    expect(await groupsOf('otto')).not.toContain('guild');
    expect(await groupsOf('nora')).toEqual(['employees', 'guild']);
    await setMembers('guild', 'uniqueMember', [dnOf('otto')]);
    await sync();
  });

  it.each([
    ['no groups at all', { group_search_base: 'ou=people,dc=acme,dc=example' }, /in none of their groups/],
    [
      'a group without most of its members',
      { group_search_filter: '(&(!(cn=staff))(|(member={dn})(memberUid={username})))' },
      /not in one of their groups/,
    ],
  ])('end nothing in a look that shows %s', async (_what, change, reason) => {
    const map = { staff: 'employees', more: 'guild' };
    const more = group('more', 'groupOfNames', '').split('\n')[0]?.slice(4) ?? '';
    await inDirectory(directory, (client) =>
      client.add(more, { objectClass: 'groupOfNames', cn: 'more', member: many.map(dnOf) }),
    );
    await registerDirectory(server, directory, { ...byName, group_map: map });
    await sync({ isForced: true });
    expect(await groupsOf('person-7')).toEqual(['employees', 'guild']);
    await registerDirectory(server, directory, { ...byName, group_map: map, ...change });
    expect((await sync()).stopped).toMatch(reason);
    expect(await groupsOf('person-7')).toEqual(['employees', 'guild']);
    await inDirectory(directory, (client) => client.del(more));
  });

  it('are not believed where the base of the search does not exist: nobody signs in or loses a group', async () => {
    await registerDirectory(server, directory, { ...byDn, group_search_base: 'ou=none,dc=acme,dc=example' });
    await expect(sync()).rejects.toThrow('the directory failed');
    expect(await signIn('nora')).not.toMatch(/\/account$/);
    expect(await groupsOf('nora')).toContain('employees');
  });

  it.each([
    ['without {dn} and {username}', '(member=*)'],
    ['in which {dn} is below !', '(!(member={dn}))'],
    ['in which {dn} is a part of a value', '(member=uid={dn})'],
    ['that tests two members at once', '(&(member={dn})(owner={dn}))'],
    ['with a branch that everybody matches', '(|(cn=all)(member={dn}))'],
    ['in which {dn} is a part of a pattern', '(member=*{dn})'],
    ['that is none', '(member={dn}'],
  ])('are not registered with a filter %s', async (_what, filter) => {
    await expect(
      registerDirectory(server, directory, { ...byDn, group_search_filter: filter }),
    ).rejects.toMatchObject({
      response: { message: expect.arrayContaining([expect.stringContaining('group_search_filter')]) },
    });
  });
});
