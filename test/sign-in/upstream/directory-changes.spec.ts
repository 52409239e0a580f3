import { jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Groups } from '../../../src/directory/groups.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync, type SyncOptions } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { DirectorySyncSchedule } from '../../../src/sign-in/upstream/ldap/directory-sync-schedule.js';
import type { SyncReport } from '../../../src/sign-in/upstream/ldap/sync-report.js';
import { LdapDirectory } from '../../../src/sign-in/upstream/ldap/ldap-directory.js';
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
import { type ScriptedEntry, startScriptedDirectory } from '../../support/scripted-directory.js';
import { alice, type TestServer, useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const groupsBase = 'ou=groups,dc=acme,dc=example';
const long = { modifyTimestamp: '20250101000000Z' };
const later = { modifyTimestamp: '20250601000000Z' };
const uids = ['nora', 'otto', 'vic', 'ida', 'eve', 'leo'];
const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      ...uids.map((uid) => personEntry(uid, uid === 'leo' ? later : long)),
      `dn: ${groupsBase}\nobjectClass: organizationalUnit\nou: groups\nmodifyTimestamp: 20250101000000Z`,
      `dn: cn=staff,${groupsBase}\nobjectClass: groupOfNames\nmember: ${dnOf('vic')}\nmodifyTimestamp: 20250101000000Z`,
    ])
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };

const settings = { EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_DIRECTORY_FULL_SYNC_INTERVAL: '86400' };
const signIn = async (server: TestServer, username: string): Promise<string> => {
  const browser = new TestBrowser(server.issuer);
  const page = await browser.open('/login');
  return (await browser.submit(page, { username, password: `password of ${username}` })).url;
};
const withoutSchedule = (server: TestServer): void => {
  const schedules = server.app.get(SchedulerRegistry);
  for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
};
const syncOf = async (server: TestServer, options: SyncOptions = { isDelta: true }) =>
  server.app.get(DirectorySync).run(await server.app.get(Upstreams).requireDirectory('corp'), options);
afterAll(() => directory.stop());

describeDirectory('A sync with what has changed in a directory', () => {
  const server = useServer(settings, { users: [alice] });
  const sync = (options?: SyncOptions) => syncOf(server, options);
  const isDisabled = async (uid: string): Promise<boolean> =>
    (await server.app.get(UsersStore).findByUsername(uid))?.disabledAt !== null;
  beforeAll(async () => {
    withoutSchedule(server);
    await registerDirectory(server, directory, { subject_claim: 'uid' });
    for (const uid of uids) await signIn(server, uid);
  });

  it('looks at everybody the first time', async () => {
    expect(await sync()).toMatchObject({ scope: 'all', looked_up: uids.length, stopped: null });
  });

  it('looks once more at whoever has changed last, and at nobody else, if nothing has', async () => {
    expect(await sync()).toMatchObject({ scope: 'changes', looked_up: 1, stopped: null });
  });

  it('looks at those alone whose entries have changed, and ends the account of one that is disabled', async () => {
    const looks = jest.spyOn(server.app.get(LdapDirectory), 'findSubjects');
    await changePerson(directory, 'nora', 'nsAccountLock', ['TRUE']);
    await changePerson(directory, 'otto', 'displayName', ['Otto Other']);
    const report = await sync({ isDelta: true, isTrial: true });
    expect(report).toMatchObject({ scope: 'changes', looked_up: 3, disabled: 1, updated: 1 });
    expect(await isDisabled('nora')).toBe(false);
    expect(await sync()).toMatchObject({ scope: 'changes', looked_up: 3, disabled: 1, updated: 1 });
    expect(looks.mock.calls.flatMap(([, subjects]) => subjects)).not.toContain('vic');
    looks.mockRestore();
    expect(await isDisabled('nora')).toBe(true);
    expect(await server.app.get(UsersStore).findByUsername('otto')).toMatchObject({ name: 'Otto Other' });
    // Once more, for what other servers of the directory learn late.
    expect(await sync()).toMatchObject({ scope: 'changes', looked_up: 2, disabled: 0, updated: 0 });
  });

  it('does not see an entry that is gone, which those at everybody do', async () => {
    await inDirectory(directory, (client) => client.del(dnOf('ida')));
    for (let count = 0; count < 4; count += 1)
      expect(await sync()).toMatchObject({ scope: 'changes', lost: 0 });
    expect(await isDisabled('ida')).toBe(false);
    for (let count = 0; count < 3; count += 1) await sync({});
    expect(await isDisabled('ida')).toBe(true);
  });

  it('looks at everybody after one that came to nothing, and after another registration', async () => {
    await sync({ onBatch: () => false });
    expect(await sync()).toMatchObject({ scope: 'all', stopped: null });
    expect(await sync()).toMatchObject({ scope: 'changes' });
    await registerDirectory(server, directory, { subject_claim: 'uid', name: 'Corporation' });
    expect(await sync()).toMatchObject({ scope: 'all' });
  });

  it('looks at everybody once a group has changed, or if memberOf counts', async () => {
    await server.app.get(Groups).create({ name: 'employees' }, 'test');
    const members = { subject_claim: 'uid', group_map: { staff: 'employees' }, group_name_attribute: 'cn' };
    await registerDirectory(server, directory, { ...members, group_search_base: groupsBase });
    expect(await sync()).toMatchObject({ scope: 'all', updated: 1 });
    expect(await sync()).toMatchObject({ scope: 'changes', updated: 0 });
    await inDirectory(directory, async (client) => {
      const { Attribute, Change } = await import('ldapts');
      const modification = new Attribute({ type: 'member', values: [dnOf('eve')] });
      await client.modify(`cn=staff,${groupsBase}`, new Change({ operation: 'add', modification }));
    });
    expect(await sync()).toMatchObject({ scope: 'all', updated: 1 });
    expect(await sync()).toMatchObject({ scope: 'changes', updated: 0 });
    await registerDirectory(server, directory, { subject_claim: 'uid', group_map: { staff: 'employees' } });
    await sync();
    expect(await sync()).toMatchObject({ scope: 'all' });
    await registerDirectory(server, directory, { subject_claim: 'uid' });
    expect(await sync()).toMatchObject({ scope: 'all', stopped: null });
  });

  it('shows how far it has come in the admin API', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const status = async () => (await admin.get('/upstreams/corp/sync')).body;
    const seen: unknown[] = [];
    await sync({
      onBatch: async () => {
        seen.push(await status());
        return true;
      },
    });
    expect(seen).toMatchObject([{ running: { scope: 'all', done: uids.length, total: uids.length } }]);
    const after = await status();
    expect(after).toMatchObject({ problem: null, running: null });
    expect(after).toMatchObject({ synced_at: server.clock.now(), fully_synced_at: server.clock.now() });
    await sync({ onBatch: () => false });
    expect(await status()).toMatchObject({ problem: expect.stringContaining('ended before'), running: null });
    expect((await admin.get('/upstreams/nothing/sync')).status).toBe(404);
  });

  it('is what the schedule does between those at everybody', async () => {
    await sync({});
    const scopes: string[] = [];
    const run = jest.spyOn(server.app.get(DirectorySync), 'run');
    for (const seconds of [301, 301, 86_400]) {
      server.clock.advance(seconds);
      await server.app.get(DirectorySyncSchedule).syncInTurn();
      const report = (await run.mock.results.at(-1)?.value) as SyncReport;
      scopes.push(report.scope);
    }
    run.mockRestore();
    expect(scopes).toEqual(['changes', 'changes', 'all']);
  });
});

const domain = 'DC=acme,DC=example';
const service = `CN=NTDS Settings,CN=DC1,CN=Servers,${domain}`;
const state = { usn: '100', server: Buffer.alloc(16, 1) };
let expired: readonly string[] = [];
let changed: readonly string[] = [];
const names = ['nora', 'otto', 'vic'];
const person = (name: string): ScriptedEntry => ({
  dn: `CN=${name},${domain}`,
  attributes: {
    sAMAccountName: [name],
    mail: [`${name}@acme.example`],
    userAccountControl: [changed.includes(name) ? '514' : '512'],
    accountExpires: [expired.includes(name) ? '1' : '0'],
  },
});
const active = await startScriptedDirectory({
  search: ({ base, filter }) => {
    if (base === '')
      return [{ dn: '', attributes: { highestCommittedUSN: [state.usn], dsServiceName: [service] } }];
    if (base === service) return [{ dn: service, attributes: { invocationId: [state.server] } }];
    if (filter.includes('usnchanged')) return [...changed, ...expired].map(person);
    return names.filter((name) => filter.includes(`=${name})`)).map(person);
  },
});
afterAll(() => active.stop());

describe('A sync with what has changed in Active Directory', () => {
  const server = useServer(settings, { users: [alice] });
  const filters = () =>
    active.searches.map(({ filter }) => filter).filter((filter) => filter.includes('usn'));
  beforeAll(async () => {
    withoutSchedule(server);
    await registerDirectory(
      server,
      { url: active.url, rootDn: 'CN=eyrie', rootPassword: 'secret' },
      { preset: 'active_directory', base_dn: domain, subject_claim: 'sAMAccountName' },
    );
    for (const name of names) await signIn(server, name);
  });

  it('looks at everybody the first time', async () => {
    expect(await syncOf(server)).toMatchObject({ scope: 'all', looked_up: 3 });
  });

  it('goes on from the last change of the server, which its next one begins behind', async () => {
    changed = ['nora'];
    state.usn = '107';
    expect(await syncOf(server)).toMatchObject({ scope: 'changes', looked_up: 1, disabled: 1 });
    expect(filters().at(-1)).toContain('(usnchanged>=101)');
    changed = [];
    expect(await syncOf(server)).toMatchObject({ scope: 'changes', looked_up: 0 });
    expect(filters().at(-1)).toContain('(usnchanged>=108)');
  });

  it('sees accounts that have expired since, which change nothing', async () => {
    expired = ['vic'];
    expect(await syncOf(server)).toMatchObject({ scope: 'changes', disabled: 1 });
    expect(filters().at(-1)).toMatch(/\(&\(accountexpires>=\d{18}\)\(accountexpires<=\d{18}\)\)/);
    expired = [];
  });

  it('looks at everybody if another server answers, or one that was restored', async () => {
    state.server = Buffer.alloc(16, 2);
    expect(await syncOf(server)).toMatchObject({ scope: 'all' });
    expect(await syncOf(server)).toMatchObject({ scope: 'changes' });
    state.usn = '50';
    expect(await syncOf(server)).toMatchObject({ scope: 'all' });
  });
});
