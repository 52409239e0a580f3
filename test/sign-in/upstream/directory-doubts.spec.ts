import { jest } from '@jest/globals';
import { lookupHash } from '../../../src/crypto/opaque-token.js';
import { Database } from '../../../src/persistence/database.js';
import { newId } from '../../../src/persistence/id.js';
import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { DirectoryConnections } from '../../../src/sign-in/upstream/ldap/directory-connections.js';
import { DirectoryGroups } from '../../../src/sign-in/upstream/ldap/directory-groups.js';
import { DirectorySync } from '../../../src/sign-in/upstream/ldap/directory-sync.js';
import { LdapDirectory } from '../../../src/sign-in/upstream/ldap/ldap-directory.js';
import { Upstreams } from '../../../src/sign-in/upstream/upstreams.js';
import { UserPasswords } from '../../../src/users/user-passwords.js';
import { TestBrowser } from '../../support/browser.js';
import { registerDirectory } from '../../support/directory.js';
import {
  type ScriptedEntry,
  type ScriptedResult,
  startScriptedDirectory,
} from '../../support/scripted-directory.js';
import { alice, useServer } from '../../support/server.js';

const base = 'ou=people,dc=acme,dc=example';
const entry = (uid: string, attributes: Readonly<Record<string, readonly string[]>> = {}): ScriptedEntry => ({
  dn: `uid=${uid},${base}`,
  attributes: { uid: [uid], mail: [`${uid}@acme.example`], ...attributes },
});
let people: readonly ScriptedEntry[] = [];
let bind: (dn: string, password: string) => ScriptedResult = () => [0, ''];
let change: () => ScriptedResult = () => [0, ''];
/** Compares values as exactly as they are. */
const script = {
  search: ({ filter }: { filter: string }) =>
    people.filter(({ attributes }) => filter.includes(`=${String(attributes.uid)})`)),
  bind: (dn: string, password: string) => bind(dn, password),
};
const directory = await startScriptedDirectory({ ...script, change: () => change() });
const writable = await startScriptedDirectory(script);
afterAll(() => {
  directory.stop();
  writable.stop();
});

describe('A directory in doubt', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const register = (members = {}) =>
    registerDirectory(
      server,
      { url: directory.url, rootDn: 'cn=eyrie', rootPassword: 'secret' },
      { subject_claim: 'uid', ...members },
    );
  const corp = () => server.app.get(Upstreams).requireDirectory('corp');
  const signIn = async (username: string, password = 'right') => {
    const browser = new TestBrowser(server.issuer);
    return browser.submit(await browser.open('/login'), { username, password });
  };
  beforeEach(async () => {
    server.clock.advance(3_600);
    people = ['nora', 'otto', 'vic'].map((uid) => entry(uid));
    bind = () => [0, ''];
    change = () => [0, ''];
    await register();
  });

  it('that tells spellings apart is not taken for one that does not: a sync follows each entry by itself', async () => {
    people = [entry('ida'), entry('IDA', { mail: ['other@acme.example'], nsAccountLock: ['TRUE'] })];
    expect((await signIn('ida')).url).toMatch(/\/account$/);
    const users = server.app.get(UsersStore);
    await server.createUser({ username: 'other', password: 'a fine passphrase 1' });
    const other = await users.findByUsername('other');
    const { id: upstreamId } = await corp();
    await server.app.get(Database).write((tx) =>
      server.app.get(IdentitiesStore).insert(tx, {
        id: newId(),
        userId: other?.id ?? '',
        upstreamId,
        subject: 'IDA',
        subjectHash: lookupHash('IDA'),
        label: 'IDA',
        members: '',
        createdAt: 1,
        lastUsedAt: null,
      }),
    );
    const report = await server.app.get(DirectorySync).run(await corp());
    expect(report.changes).toEqual([{ username: 'other', change: 'disabled', reason: 'disabled' }]);
    expect(await users.findByUsername('ida')).toMatchObject({ disabledAt: null, email: 'ida@acme.example' });
  });

  it('lets nobody in with a password that was changed while it answered', async () => {
    expect((await signIn('nora')).url).toMatch(/\/account$/);
    const id = (await server.app.get(UsersStore).findByUsername('nora'))?.id ?? '';
    const names = jest.spyOn(server.app.get(DirectoryGroups), 'namesFor').mockImplementationOnce(async () => {
      await server.app.get(UserPasswords).replacedElsewhere(id, { address: '192.0.2.1' });
      return undefined;
    });
    const late = await signIn('nora');
    expect(names).toHaveBeenCalled();
    names.mockRestore();
    expect(late.url).not.toMatch(/\/account$/);
    expect(late.html).toContain('has just been changed');
    expect((await signIn('nora')).url).toMatch(/\/account$/);
  });

  it('is sent no password with a NUL', async () => {
    const before = directory.binds.length;
    for (const password of ['\0', 'right\0', '\0right'])
      expect(await server.app.get(LdapDirectory).bind(await corp(), `uid=nora,${base}`, password)).toEqual({
        kind: 'refused',
        reason: 'wrong_password',
      });
    expect(directory.binds).toHaveLength(before);
  });

  it('is closed for nobody by what it says to one password', async () => {
    bind = (dn) => (dn.startsWith('uid=vic') ? [80, 'other'] : [0, '']);
    for (let count = 0; count < 4; count += 1) expect((await signIn('vic')).status).toBe(503);
    expect((await signIn('otto')).url).toMatch(/\/account$/);
  });

  const replacement = { present: 'right', next: 'another' };
  const changed = async () =>
    server.app.get(LdapDirectory).changePassword(await corp(), `uid=nora,${base}`, replacement);

  it('that refers a change to another server gives way to that one', async () => {
    change = () => [10, 'referral'];
    expect(await changed()).toEqual({ kind: 'refused', reason: 'not_allowed' });
    await register({ servers: [directory.url, writable.url] });
    expect(await changed()).toEqual({ kind: 'changed' });
    expect(writable.binds).toEqual([`uid=nora,${base}`]);
  });

  it('that ends the connection instead of an answer to a change is asked whether the new password is right', async () => {
    let present = 'right';
    bind = (dn, password) => (dn === 'cn=eyrie' || password === present ? [0, ''] : [49, '']);
    change = () => {
      present = 'another';
      return 'silence';
    };
    expect(await changed()).toEqual({ kind: 'changed' });
    present = 'right';
    change = () => 'silence';
    await expect(changed()).rejects.toThrow('the directory failed');
    server.clock.advance(31);
  });

  it('keeps no connection open, however the work on it ends', async () => {
    const upstream = await corp();
    const failing = (): Promise<never> => Promise.reject(new Error('before anything was asked'));
    await expect(server.app.get(DirectoryConnections).use(upstream, 'sync', failing)).rejects.toThrow(
      'before anything was asked',
    );
    server.clock.advance(31);
    bind = () => [80, 'other'];
    await signIn('nora');
    await expect(directory.idle()).resolves.toBeUndefined();
  });
});
