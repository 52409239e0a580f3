import { SchedulerRegistry } from '@nestjs/schedule';
import { Groups } from '../../../src/directory/groups.js';
import { MembershipsStore } from '../../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { TestBrowser } from '../../support/browser.js';
import { registerDirectory } from '../../support/directory.js';
import {
  type ScriptedEntry,
  type ScriptedResult,
  type ScriptedSearch,
  startScriptedDirectory,
} from '../../support/scripted-directory.js';
import { alice, useServer } from '../../support/server.js';

const domain = 'DC=acme,DC=example';
const groupsBase = `OU=Groups,${domain}`;
const nora = `CN=Nora,OU=People,${domain}`;
const sid = (relativeId: number): Buffer => {
  const bytes = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c877000000000', 'hex');
  bytes.writeUInt32LE(relativeId, bytes.length - 4);
  return bytes;
};
const person: ScriptedEntry = {
  dn: nora,
  attributes: {
    objectGUID: [Buffer.from('00112233445566778899aabbccddeeff', 'hex')],
    objectSid: [sid(1_105)],
    primaryGroupID: ['513'],
    sAMAccountName: ['nora'],
    mail: ['nora@acme.example'],
    userAccountControl: ['512'],
  },
};
const others = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `CN=Other ${from + index},OU=People,${domain}`);
const group = (name: string, attributes: ScriptedEntry['attributes'] = {}): ScriptedEntry => ({
  dn: `CN=${name},${groupsBase}`,
  attributes,
});

/** Whether there are more groups than it shows. */
let isLimited = false;

/** Answers as Active Directory: nora is in Big, which is in Outer; Domain Users is her primary group, and in Everybody. */
function answer({ base, filter, attributes }: ScriptedSearch): readonly ScriptedEntry[] | ScriptedResult {
  const rangeFrom = attributes.find((name) => name.startsWith('member;range='));
  if (rangeFrom === 'member;range=1500-*')
    return [group('Big', { 'member;range=1500-*': [...others(1_500, 1_600), nora] })];
  if (filter.includes('(objectcategory=person)')) return [person];
  if (base !== groupsBase) return [];
  if (isLimited) return [4, 'size limit'];
  if (filter.includes(`(member:1.2.840.113556.1.4.1941:=${nora})`)) return [group('Big'), group('Outer')];
  if (filter.includes('(member:1.2.840.113556.1.4.1941:=CN=Domain Users')) return [group('Everybody')];
  if (filter.includes('(objectsid=')) return [group('Domain Users')];
  // The names of attributes that must be present cannot be read from a filter.
  if (attributes.includes('objectsid'))
    return [group('Domain Users', { objectSid: [sid(513)] }), group('Big', { objectSid: [sid(2_001)] })];
  if (attributes.includes('member') && filter.startsWith('(&(objectclass=group)('))
    return [
      group('Big', { member: [], 'member;range=0-1499': others(0, 1_499) }),
      group('Outer', { member: [`CN=Big,${groupsBase}`] }),
      group('Everybody', { member: [`CN=Domain Users,${groupsBase}`] }),
    ];
  throw new Error(`unexpected search: ${filter}`);
}

const directory = await startScriptedDirectory({ search: answer });
afterAll(() => directory.stop());

describe('Groups of Active Directory', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const names = ['Big', 'Outer', 'Domain Users', 'Everybody'];
  const members = {
    preset: 'active_directory',
    bind_dn: 'CN=eyrie',
    client_secret: 'secret',
    base_dn: `OU=People,${domain}`,
    group_search_base: groupsBase,
    group_map: Object.fromEntries(names.map((name) => [`CN=${name},${groupsBase}`, name.toLowerCase()])),
  } as const;
  const groupsOfNora = async (): Promise<string[]> => {
    const user = await server.app.get(UsersStore).findByUsername('nora');
    const { groups } = await server.app.get(MembershipsStore).of(user?.id ?? '');
    return groups.map(({ name }) => name).toSorted();
  };
  const register = (more = {}) =>
    registerDirectory(server, { url: directory.url, rootDn: '', rootPassword: '' }, { ...members, ...more });
  const sync = async (options = {}) =>
    server.app.get(DirectorySync).run(await server.app.get(Upstreams).requireDirectory('corp'), options);
  const signIn = async () => {
    const browser = new TestBrowser(server.issuer);
    return browser.submit(await browser.open('/login'), { username: 'nora', password: 'any' });
  };

  beforeAll(async () => {
    const schedules = server.app.get(SchedulerRegistry);
    for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
    for (const name of names) await server.app.get(Groups).create({ name: name.toLowerCase() }, 'test');
    await register();
  });

  it('are those in the chain of a member and those of the primary group, at sign-in', async () => {
    expect((await signIn()).url).toMatch(/\/account$/);
    expect(await groupsOfNora()).toEqual(['big', 'domain users', 'everybody', 'outer']);
  });

  it('are the same in a sync, in which values come in ranges', async () => {
    expect(await sync()).toMatchObject({ looked_up: 1, updated: 0, stopped: null });
    expect(directory.searches.some(({ attributes }) => attributes.includes('member;range=1500-*'))).toBe(
      true,
    );
    await register({ group_map: {} });
    await sync({ isForced: true });
    expect(await groupsOfNora()).toEqual([]);
    await register();
    await sync();
    expect(await groupsOfNora()).toEqual(['big', 'domain users', 'everybody', 'outer']);
  });

  it('stay as they are where the directory does not show all of them, and nobody else is kept out', async () => {
    isLimited = true;
    for (let count = 0; count < 4; count += 1) expect((await signIn()).url).toMatch(/\/account$/);
    isLimited = false;
    expect(await groupsOfNora()).toEqual(['big', 'domain users', 'everybody', 'outer']);
  });

  it('do not hold the primary group where it does not count', async () => {
    await register({ primary_group: false });
    await signIn();
    expect(await groupsOfNora()).toEqual(['big', 'outer']);
    expect(await sync()).toMatchObject({ updated: 0 });
  });
});
