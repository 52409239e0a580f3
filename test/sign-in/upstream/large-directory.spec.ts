import { lookupHash } from '../../../src/crypto/opaque-token.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { Database } from '../../../src/persistence/database.js';
import { newId } from '../../../src/persistence/id.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import {
  changePerson,
  personEntry,
  registerDirectory,
  slapdPath,
  startTestDirectory,
} from '../../support/directory.js';
import { alice, useServer } from '../../support/server.js';

const size = 10_000;
const describeDirectory = slapdPath ? describe : describe.skip;
const uids = Array.from({ length: size }, (_, index) => `p${index}`);
const directory = slapdPath
  ? await startTestDirectory(
      slapdPath,
      uids.map((uid) => personEntry(uid)),
    )
  : { url: '', secureUrl: '', rootDn: '', rootPassword: '', authority: '', stop: () => {} };
afterAll(() => directory.stop());

describeDirectory('A sync with a directory of 10,000 entries', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const corp = () => server.app.get(Upstreams).requireDirectory('corp');

  beforeAll(async () => {
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
});
