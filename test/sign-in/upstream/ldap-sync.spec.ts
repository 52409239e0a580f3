import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { AuditStore } from '../../../src/persistence/stores/audit.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { DirectorySyncSchedule } from '../../../src/sign-in/upstream/ldap/directory-sync-schedule.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { UserAccounts } from '../../../src/users/user-accounts.js';
import { TestBrowser } from '../../support/browser.js';
import { authority } from '../../support/certificates.js';
import { personEntry, registerDirectory, slapdPath, startTestDirectory } from '../../support/directory.js';
import { useServer } from '../../support/server.js';

const describeDirectory = slapdPath ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'eyrie-ldap-'));
const caFile = join(folder, 'ca.pem');
const crowd = Array.from({ length: 15 }, (_, i) => `crowd-${i}`);

const directory = slapdPath
  ? await startTestDirectory(
      slapdPath,
      ['nora', 'otto', 'vic', 'mia', 'kim', 'leo', ...crowd].map((uid) => personEntry(uid)),
    )
  : { url: '', rootDn: '', rootPassword: '', authority: (await authority('none')).cert, stop: () => {} };
writeFileSync(caFile, directory.authority);
afterAll(() => {
  directory.stop();
  rmSync(folder, { recursive: true });
});

describeDirectory('Looking at a directory', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_LDAP_CA: caFile });
  beforeEach(async () => {
    server.clock.advance(3_600);
    await registerDirectory(server, directory);
  });

  const dnOf = (uid: string): string => `uid=${uid},ou=people,dc=acme,dc=example`;
  const inDirectory = async (work: (client: Client) => Promise<unknown>): Promise<void> => {
    const client = new Client({ url: directory.url });
    await client.bind(directory.rootDn, directory.rootPassword);
    await work(client);
    await client.unbind();
  };
  const replace = (uid: string, values: Readonly<Record<string, string>>) =>
    inDirectory((client) =>
      client.modify(
        dnOf(uid),
        Object.entries(values).map(
          ([type, value]) =>
            new Change({
              operation: 'replace',
              modification: new Attribute({ type, values: value === '' ? [] : [value] }),
            }),
        ),
      ),
    );
  const mark = (uid: string) =>
    inDirectory((client) =>
      client.modify(
        dnOf(uid),
        new Change({
          operation: 'add',
          modification: new Attribute({ type: 'objectClass', values: ['testAccount'] }),
        }),
      ),
    );
  const remove = (uid: string) => inDirectory((client) => client.del(dnOf(uid)));

  const signIn = async (uid: string): Promise<TestBrowser> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.submit(await browser.open('/login'), {
      username: uid,
      password: `password of ${uid}`,
    });
    expect([uid, page.url]).toEqual([uid, expect.stringMatching(/\/account$/)]);
    return browser;
  };
  const isSignedIn = async (browser: TestBrowser): Promise<boolean> =>
    (await browser.open('/account')).url.endsWith('/account');
  const look = async (options = {}) => {
    const upstream = (await server.app.get(Upstreams).directories())[0];
    if (!upstream) throw new Error('no directory');
    return server.app.get(DirectorySync).sync(upstream, options);
  };
  const user = async (uid: string) => server.app.get(UsersStore).findByUsername(uid);
  const isDisabled = async (uid: string): Promise<boolean> => (await user(uid))?.disabledAt !== null;

  it.each([
    ['userAccountControl', '514'],
    ['nsAccountLock', 'TRUE'],
  ])('ends all access of somebody who is disabled by %s, until they are not', async (attribute, value) => {
    const browser = await signIn('nora');
    await mark('nora').catch(() => undefined);
    await look();
    expect(await isSignedIn(browser)).toBe(true);

    await replace('nora', { [attribute]: value });
    expect(await look({ isDryRun: true })).toMatchObject({ ended: [{ reason: 'disabled' }] });
    expect(await isDisabled('nora')).toBe(false);
    expect(await look()).toMatchObject({ ended: [{ userId: (await user('nora'))?.id, reason: 'disabled' }] });
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isDisabled('nora')).toBe(true);
    expect(await look()).toMatchObject({ ended: [], returned: [] });

    await replace('nora', { [attribute]: '' });
    expect(await look()).toMatchObject({ ended: [], returned: [{ userId: (await user('nora'))?.id }] });
    expect(await isDisabled('nora')).toBe(false);
    await signIn('nora');
  });

  it('lets somebody in at once who is enabled there again', async () => {
    await signIn('otto');
    await mark('otto');
    await replace('otto', { nsAccountLock: 'TRUE' });
    await look();
    expect(await isDisabled('otto')).toBe(true);
    await replace('otto', { nsAccountLock: '' });
    await signIn('otto');
  });

  it('leaves to an administrator what an administrator has decided', async () => {
    await signIn('vic');
    await mark('vic');
    const accounts = server.app.get(UserAccounts);
    const id = (await user('vic'))?.id ?? '';
    await replace('vic', { nsAccountLock: 'TRUE' });
    await look();
    server.clock.advance(10);
    // Enabled by hand, they are disabled again by the next look; disabled by hand, they stay so.
    await accounts.update(id, { disabled: false }, 'test');
    await look();
    expect(await isDisabled('vic')).toBe(true);
    server.clock.advance(10);
    await accounts.update(id, { disabled: false }, 'test');
    server.clock.advance(10);
    await accounts.update(id, { disabled: true }, 'test');
    await replace('vic', { nsAccountLock: '' });
    expect(await look()).toMatchObject({ returned: [] });
    expect(await isDisabled('vic')).toBe(true);
    const page = await new TestBrowser(server.issuer).open('/login');
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await browser.open('/login'), { username: 'vic', password: 'password of vic' });
    expect(page.status).toBe(200);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends the access of somebody who is gone, once a second look has not found them', async () => {
    const browser = await signIn('mia');
    await remove('mia');
    expect(await look()).toMatchObject({ missing: 1, ended: [] });
    expect(await isSignedIn(browser)).toBe(true);
    server.clock.advance(900);
    expect(await look()).toMatchObject({ missing: 0, ended: [{ reason: 'gone' }] });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends the access of somebody whom the rules of the upstream do not let in any more', async () => {
    await signIn('kim');
    await registerDirectory(server, directory, { required_claims: { employeeType: 'staff' } });
    await replace('leo', { employeeType: 'staff' });
    await signIn('leo');
    const report = await look();
    expect(report.ended.map(({ reason }) => reason)).toContain('not_admitted');
    expect([await isDisabled('kim'), await isDisabled('leo')]).toEqual([true, false]);
    await registerDirectory(server, directory);
    await look();
    expect(await isDisabled('kim')).toBe(false);
  });

  it('takes over what the directory says of a person', async () => {
    await signIn('leo');
    await replace('leo', { displayName: 'Leo Lind' });
    expect(await look()).toMatchObject({ updated: 1 });
    expect(await user('leo')).toMatchObject({ name: 'Leo Lind' });
    expect(await look()).toMatchObject({ updated: 0 });
  });

  it('changes nothing where the directory does not answer', async () => {
    const browser = await signIn('leo');
    await registerDirectory(server, { ...directory, url: 'ldap://127.0.0.1:1' });
    await expect(look()).rejects.toThrow('the directory failed');
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('asks the next server where one fails', async () => {
    await registerDirectory(server, directory, { servers: ['ldap://127.0.0.1:1', directory.url] });
    expect(await isSignedIn(await signIn('leo'))).toBe(true);
  });

  it('ends the access of nobody where too many have vanished, unless an operator insists', async () => {
    for (const uid of crowd) await signIn(uid);
    await registerDirectory(server, directory, {
      user_filter: '(&(objectClass=inetOrgPerson)(employeeType=none)(uid={username}))',
    });
    await look();
    server.clock.advance(900);
    const report = await look();
    expect(report).toMatchObject({ ended: [], heldBack: expect.any(Number) });
    expect(report.heldBack).toBeGreaterThanOrEqual(crowd.length);
    expect(await isDisabled('crowd-0')).toBe(false);
    const { items } = await server.app.get(AuditStore).list({ event: 'directory.held_back' }, { limit: 1 });
    expect(items[0]?.detail).toMatchObject({ vanished: report.heldBack, people: report.checked });

    expect(await look({ isForced: true })).toMatchObject({ heldBack: 0 });
    expect(await isDisabled('crowd-0')).toBe(true);
    await registerDirectory(server, directory);
    await look();
    expect(await isDisabled('crowd-0')).toBe(false);
  });

  it('happens by itself, once in the interval', async () => {
    const browser = await signIn('leo');
    const schedule = server.app.get(DirectorySyncSchedule);
    await schedule.syncInTurn();
    await mark('leo').catch(() => undefined);
    await replace('leo', { nsAccountLock: 'TRUE' });
    await schedule.syncInTurn();
    expect(await isSignedIn(browser)).toBe(true);
    server.clock.advance(901);
    await schedule.syncInTurn();
    expect(await isDisabled('leo')).toBe(true);
  });
});
