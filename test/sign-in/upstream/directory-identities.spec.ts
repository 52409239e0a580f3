import { IdentitiesStore } from '../../../src/persistence/stores/identities.store.js';
import { UsersStore } from '../../../src/persistence/stores/users.store.js';
import { TestBrowser } from '../../support/browser.js';
import { registerDirectory } from '../../support/directory.js';
import { type ScriptedEntry, startScriptedDirectory } from '../../support/scripted-directory.js';
import { alice, useServer } from '../../support/server.js';

const base = 'ou=people,dc=acme,dc=example';
const entry = (dn: string, uid: string, mail: string): ScriptedEntry => ({
  dn: `${dn},${base}`,
  attributes: { uid: [uid], mail: [mail] },
});
let people: readonly ScriptedEntry[] = [];
const isCalled = (filter: string, { attributes }: ScriptedEntry): boolean =>
  [...(attributes.uid ?? []), ...(attributes.mail ?? [])].some((value) =>
    filter.includes(`=${String(value)})`),
  );
/** Compares as exactly as it is asked; a directory that ignores case is one with both spellings in its entry. */
const directory = await startScriptedDirectory({
  search: ({ filter }) => people.filter((one) => isCalled(filter, one)),
});
afterAll(() => directory.stop());

describe('Somebody of a directory whose subject is one of its names', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' }, { users: [alice] });
  const register = () =>
    registerDirectory(
      server,
      { url: directory.url, rootDn: 'cn=eyrie', rootPassword: 'secret' },
      { subject_claim: 'uid', owns_profile: false },
    );
  const signIn = async (username: string): Promise<string> => {
    const browser = new TestBrowser(server.issuer);
    const page = await browser.open('/login');
    return (await browser.submit(page, { username, password: 'any' })).url;
  };
  const identitiesOf = async (name: string) =>
    server.app.get(IdentitiesStore).of((await server.app.get(UsersStore).findByUsername(name))?.id ?? '');
  beforeAll(register);
  beforeEach(() => server.clock.advance(3_600));

  it('is the same person once the name is spelt in another case', async () => {
    people = [entry('cn=Nora', 'nora', 'nora@acme.example')];
    expect(await signIn('nora@acme.example')).toMatch(/\/account$/);
    const { dn } = people[0] ?? entry('', '', '');
    people = [{ dn, attributes: { uid: ['NORA', 'nora'], mail: ['nora@acme.example'] } }];
    expect(await signIn('nora@acme.example')).toMatch(/\/account$/);
    expect(await identitiesOf('nora')).toHaveLength(1);
    expect((await identitiesOf('nora'))[0]?.subject).toBe('nora');
    expect(await server.app.get(UsersStore).findByUsername('nora-2')).toBeNull();
  });

  it('is somebody else where the directory tells both spellings apart', async () => {
    people = [
      entry('cn=Otto', 'otto', 'otto@acme.example'),
      entry('cn=Another Otto', 'OTTO', 'another@acme.example'),
    ];
    expect(await signIn('otto@acme.example')).toMatch(/\/account$/);
    expect(await signIn('another@acme.example')).toMatch(/\/account$/);
    expect(await identitiesOf('otto')).toMatchObject([{ subject: 'otto' }]);
    const another = await server.app.get(UsersStore).findByVerifiedEmail('another@acme.example');
    expect(await identitiesOf(another?.username ?? '')).toMatchObject([{ subject: 'OTTO' }]);
  });
});
