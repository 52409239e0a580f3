import { GroupsStore } from '../../src/persistence/stores/groups.store.js';
import { MembershipsStore } from '../../src/persistence/stores/memberships.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { exportText, planText } from '../../src/commands/plan-text.js';
import { Apply } from '../../src/provisioning/apply.js';
import { type Section, sections } from '../../src/provisioning/sections.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { startServer, type TestServer } from '../support/server.js';

const file = `
resources:
  - { identifier: https://notes.example.com, name: Notes, scopes: { notes.read: Read your notes } }
clients:
  - { client_id: wiki, grant_types: [], token_endpoint_auth_method: none }
roles:
  - { name: editor, description: May change texts }
  - { name: reviewer, client_id: wiki }
  - { name: reader, resource: https://notes.example.com }
groups:
  - { name: writers, parent: company, roles: [editor, { name: reviewer, client_id: wiki }] }
  - { name: company, roles: [{ name: reader, resource: https://notes.example.com }] }
users:
  - { username: bob, password: a plain word for bob, groups: [writers] }
  - { username: eve, password: a plain word for eve, roles: [editor] }
`;

describe('Groups and roles of a configuration file', () => {
  let server: TestServer;
  let files: ConfigurationFiles;

  beforeEach(async () => {
    [server, files] = await Promise.all([startServer(), ConfigurationFiles.create()]);
  });
  afterEach(async () => {
    await Promise.all([server.stop(), files.remove()]);
  });

  const apply = async (text: string): Promise<Record<string, string>> => {
    const items = await server.app.get(Apply).apply([await files.write(text)]);
    return Object.fromEntries(items.map(({ name, outcome }) => [name, outcome]));
  };
  const of = async (username: string): Promise<{ groups: string[]; roles: string[] }> => {
    const user = await server.app.get(UsersStore).findByUsername(username);
    const { groups, roles } = await server.app.get(MembershipsStore).of(user?.id ?? '');
    return { groups: groups.map(({ name }) => name), roles: roles.map(({ name }) => name) };
  };

  it('are created in any order, and come to the people whom it names', async () => {
    expect(new Set(Object.values(await apply(file)))).toEqual(new Set(['created']));
    expect(await of('bob')).toEqual({
      groups: ['company', 'writers'],
      roles: ['editor', 'reader', 'reviewer'],
    });
    expect(await of('eve')).toEqual({ groups: [], roles: ['editor'] });
  });

  it('applied twice, change nothing the second time', async () => {
    await apply(file);
    expect(new Set(Object.values(await apply(file)))).toEqual(new Set(['unchanged']));
  });

  it('change what differs, and leave what is not named', async () => {
    await apply(file);
    const changed = await apply(`
groups:
  - { name: company, parent: writers }
  - { name: writers, parent: null, description: Who write, roles: [] }
users:
  - { username: bob }
  - { username: eve, groups: [company], roles: [] }
`);
    expect(changed).toEqual({ writers: 'updated', company: 'updated', bob: 'unchanged', eve: 'updated' });
    expect(await of('bob')).toEqual({ groups: ['writers'], roles: [] });
    expect(await of('eve')).toEqual({ groups: ['company', 'writers'], roles: ['reader'] });
  });

  it('are planned with what differs by name, and exported so that the plan changes nothing', async () => {
    const plan = async (text: string, prune: readonly Section[] = []): Promise<string[]> =>
      planText(await server.app.get(Apply).plan([await files.write(text)], { prune })).split('\n');
    expect(await plan(file)).toEqual(
      expect.arrayContaining([
        '+ group writers',
        '    parent: "company"',
        '    roles: ["editor",{"name":"reviewer","client_id":"wiki"}]',
        '    groups: ["writers"]',
      ]),
    );
    await apply(file);
    expect(await plan('users: [{ username: bob, groups: [], roles: [editor] }]')).toEqual([
      '~ user bob',
      '    groups: ["writers"] -> []',
      '    roles: [] -> ["editor"]',
      '',
      'Would create 0, update 1, delete 0; 0 unchanged.',
    ]);
    const exported = exportText(await server.app.get(Apply).export(sections));
    expect(await plan(exported, sections)).toEqual(['Nothing would change.']);
    expect(exported).toContain('parent: company');
  });

  it('are pruned, those below a group before it', async () => {
    await apply(file);
    const pruned = async (text: string): Promise<string[]> => {
      const path = await files.write(text);
      const items = await server.app.get(Apply).apply([path], { prune: ['groups', 'roles'] });
      return items.map(({ name, outcome }) => `${outcome} ${name}`);
    };
    await expect(pruned('users: [{ username: bob, groups: [writers] }]')).rejects.toThrow(
      'users[0].groups[0] is not the name of a group',
    );
    await expect(pruned('users: [{ username: eve, roles: [editor] }]')).rejects.toThrow(
      'users[0].roles[0] names no role that there is',
    );
    expect(await pruned('groups: []')).toEqual([
      'deleted writers',
      'deleted company',
      'deleted editor',
      'deleted reviewer',
      'deleted reader',
    ]);
    expect(await of('bob')).toEqual({ groups: [], roles: [] });
  });

  it.each([
    ['groups: [{ name: a }, { name: a }]', 'groups[1].name is also used by groups[0]'],
    ['roles: [{ name: a }, { name: a }]', 'roles[1].name is also used by roles[0]'],
    ['groups: [{ name: a, parent: b }]', 'groups[0].parent is not the name of a group'],
    [
      'groups: [{ name: a, parent: b }, { name: b, parent: a }]',
      'groups[0].parent would have the group stand below itself',
    ],
    ['groups: [{ name: a, roles: [none] }]', 'groups[0].roles[0] names no role that there is'],
    ['groups: [{ name: a, roles: [7] }]', 'groups[0].roles'],
    ['groups: [{ name: a, roles: [{ name: a, colour: red }] }]', 'colour is not a known field'],
    ['roles: [{ name: a, client_id: none }]', 'roles[0].client_id is not the client_id of a client'],
    ['roles: [{ name: a, resource: "https://n.example" }]', 'roles[0].resource is not the identifier'],
    [
      'users: [{ username: bob, password: a plain word for bob, groups: [none] }]',
      'users[0].groups[0] is not the name of a group',
    ],
    [
      'users: [{ username: bob, password: a plain word for bob, roles: [none] }]',
      'users[0].roles[0] names no role that there is',
    ],
  ])('%s is refused before anything is written', async (text, message) => {
    await expect(apply(text)).rejects.toThrow(message);
    expect((await server.app.get(GroupsStore).list({ limit: 1 })).items).toEqual([]);
  });
});
