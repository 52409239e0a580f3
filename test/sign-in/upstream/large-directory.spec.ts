import { jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { lookupHash } from '../../../src/crypto/opaque-token.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { Database } from '../../../src/persistence/database.js';
import { newId } from '../../../src/persistence/id.js';
import { Groups } from '../../../src/directory/groups.js';
import { GroupsStore } from '../../../src/persistence/stores/groups.store.js';
import { DirectoryConnections } from '../../../src/sign-in/upstream/ldap/directory-connections.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { LdapDirectory } from '../../../src/sign-in/upstream/ldap/ldap-directory.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import {
  changePerson,
  dnOf,
  personEntry,
  registerDirectory,
  slapdPath,
  startTestDirectory,
} from '../../support/directory.js';
import { alice, useServer } from '../../support/server.js';

const size = 10_000;
const describeDirectory = slapdPath ? describe : describe.skip;
const uids = Array.from({ length: size }, (_, index) => `p${index}`);
const groupsBase = 'ou=groups,dc=acme,dc=example';
const groupsEntry = `dn: ${groupsBase}\nobjectClass: organizationalUnit\nou: groups`;
const teamSize = 50;
const teams = Array.from({ length: size / teamSize }, (_, index) =>
  [
    `dn: cn=team-${index},${groupsBase}`,
    'objectClass: groupOfNames',
    ...uids.slice(index * teamSize, (index + 1) * teamSize).map((uid) => `member: ${dnOf(uid)}`),
  ].join('\n'),
);
const directory = slapdPath
  ? await startTestDirectory(slapdPath, [
      ...uids.map((uid) => personEntry(uid, { modifyTimestamp: '20250101000000Z' })),
      personEntry('last', { modifyTimestamp: '20250601000000Z' }),
      groupsEntry,
      ...teams,
    ])
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };
afterAll(() => directory.stop());

describeDirectory('A sync with a directory of 10,000 entries', () => {
  const server = useServer(
    { EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_DIRECTORY_FULL_SYNC_INTERVAL: '86400' },
    { users: [alice] },
  );
  const corp = () => server.app.get(Upstreams).requireDirectory('corp');

  beforeAll(async () => {
    // A look of the schedule would come between, on a slow machine.
    const schedules = server.app.get(SchedulerRegistry);
    for (const name of schedules.getIntervals()) schedules.deleteInterval(name);
    await registerDirectory(server, directory, { subject_claim: 'uid' });
    const { id: upstreamId } = await corp();
    const accounts = server.app.get(UserAccounts);
    const [database, identities] = [server.app.get(Database), server.app.get(IdentitiesStore)];
    const template = await accounts.insert({ username: 'p0', name: null }, 'test', { also: async () => {} });
    await database.write(async (tx) => {
      for (const uid of uids) {
        const userId = uid === 'p0' ? template.id : newId();
        if (uid !== 'p0')
          await tx.insert(
            'users',
            Object.assign({}, template, { id: userId, username: uid, usernameKey: uid }),
          );
        await identities.insert(tx, {
          id: newId(),
          userId,
          upstreamId,
          subject: uid,
          subjectHash: lookupHash(uid),
          label: uid,
          members: '',
          createdAt: 1,
          lastUsedAt: null,
        });
      }
    });
  }, 120_000);

  it('takes searches of 200 people, and ends in a bounded time with the one account that has ended', async () => {
    await registerDirectory(server, directory, { subject_claim: 'uid', owns_profile: false });
    await changePerson(directory, 'p9999', 'nsAccountLock', ['TRUE']);
    const batches: number[] = [];
    const from = performance.now();
    const report = await server.app.get(DirectorySync).run(await corp(), {
      onBatch: (done) => {
        batches.push(done);
        return true;
      },
    });

    expect(report).toMatchObject({ looked_up: size, lost: 0, disabled: 1, stopped: null });
    expect(batches).toHaveLength(size / 200);
    expect(performance.now() - from).toBeLessThan(60_000);
  }, 90_000);

  it('looks at those of them alone whose entries have changed since', async () => {
    await changePerson(directory, 'p5000', 'nsAccountLock', ['TRUE']);
    const looks = jest.spyOn(server.app.get(LdapDirectory), 'findSubjects');
    const report = await server.app.get(DirectorySync).run(await corp(), { isDelta: true });

    expect(report).toMatchObject({ scope: 'changes', lost: 0, disabled: 1, stopped: null });
    // The one of the test before, too.
    expect(report.looked_up).toBeLessThanOrEqual(2);
    expect(looks).toHaveBeenCalledTimes(1);
    looks.mockRestore();
  }, 30_000);

  it('reads all groups at once, and searches for those of nobody', async () => {
    await server.app.get(Groups).create({ name: 'seventh' }, 'test');
    await registerDirectory(server, directory, {
      subject_claim: 'uid',
      owns_profile: false,
      group_search_base: groupsBase,
      group_name_attribute: 'cn',
      group_map: { 'team-7': 'seventh' },
    });
    const use = jest.spyOn(server.app.get(DirectoryConnections), 'use');
    const report = await server.app.get(DirectorySync).run(await corp());

    expect(report).toMatchObject({ looked_up: size, updated: teamSize, stopped: null });
    // And where the directory is with its changes.
    expect(use).toHaveBeenCalledTimes(size / 200 + 2);
    use.mockRestore();
    const seventh = await server.app.get(GroupsStore).findByName('seventh');
    const { items } = await server.app.get(GroupsStore).members(seventh?.id ?? '', { limit: 100 });
    expect(items).toHaveLength(teamSize);
  }, 90_000);
});
