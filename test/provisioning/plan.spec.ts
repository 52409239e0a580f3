import { stringify } from 'yaml';
import { exportText, planText } from '../../src/commands/plan-text.js';
import { Database } from '../../src/persistence/database.js';
import { Apply, type ApplyOptions } from '../../src/provisioning/apply.js';
import type { PlannedItem } from '../../src/provisioning/configured-kind.js';
import { sections } from '../../src/provisioning/sections.js';
import { ConfigurationFiles, story } from '../support/configuration.js';
import { metadata, send } from '../support/dynamic-registration.js';
import { startServer, type TestServer } from '../support/server.js';

describe('Planning, pruning and exporting a configuration', () => {
  let server: TestServer;
  let files: ConfigurationFiles;
  let apply: Apply;

  beforeEach(async () => {
    [server, files] = await Promise.all([
      startServer({ EYRIE_REGISTRATION: 'open' }),
      ConfigurationFiles.create(),
    ]);
    apply = server.app.get(Apply);
  });
  afterEach(async () => {
    await Promise.all([server.stop(), files.remove()]);
  });

  const plan = async (text: string, options?: ApplyOptions): Promise<PlannedItem[]> =>
    apply.plan([await files.write(text)], options);
  const everything = async (): Promise<unknown> =>
    Promise.all(
      ['resources', 'clients', 'client_secrets', 'users', 'credentials', 'audit_events'].map((table) =>
        server.app.get(Database).read.query(`SELECT * FROM ${table} ORDER BY id`),
      ),
    );

  it('a plan says what would be created, with no secret in it, and writes nothing', async () => {
    const before = await everything();
    const text = planText(await plan(story));

    expect(text).toContain('+ resource https://notes.example.com');
    expect(text).toContain('+ client reader\n    client_name: "Reader"');
    expect(text).toContain('    client_secret: "(the secret of the file)"');
    expect(text).toContain('+ user bob');
    expect(text).toContain('Would create 4, update 0, delete 0; 0 unchanged.');
    expect(text).not.toContain('a secret of the reader');
    expect(text).not.toContain('battery staple');
    expect(await everything()).toEqual(before);
  });

  it('says which members differ, and nothing once the file is applied', async () => {
    await apply.apply([await files.write(story)]);
    expect(planText(await plan(story))).toBe('Nothing would change.');

    const changed = story
      .replace('client_name: Reader', 'client_name: Lector')
      .replace('name: Bob', 'name: Robert')
      .replace('Read your notes', 'Read what you noted');
    expect(planText(await plan(changed)).split('\n')).toEqual([
      '~ resource https://notes.example.com',
      '    scopes: {"notes.read":"Read your notes"} -> {"notes.read":"Read what you noted"}',
      '~ client reader',
      '    client_name: "Reader" -> "Lector"',
      '~ user bob',
      '    name: "Bob" -> "Robert"',
      '',
      'Would create 0, update 3, delete 0; 1 unchanged.',
    ]);
  });

  it('says that enforced secrets would replace the present ones, without telling either', async () => {
    await apply.apply([await files.write(story)]);
    const enforced = story
      .replace(
        'a secret of the reader of contacts',
        '{ value: another secret of thirty-six letters, enforce: true }',
      )
      .replace('password: battery staple', 'password: { value: quiet violet umbrella, enforce: true }');
    const text = planText(await plan(enforced));

    expect(text).toContain('    client_secret: "(the present secret)" -> "(the secret of the file)"');
    expect(text).toContain('    password: "(the present secret)" -> "(the secret of the file)"');
    await apply.apply([await files.write(enforced)]);
    expect(planText(await plan(enforced))).toBe('Nothing would change.');
  });

  it('prunes what the files do not name in the chosen sections alone, the dependent ones first', async () => {
    await apply.apply([await files.write(story)]);
    const rest = 'clients: [{ client_id: app }]';
    expect((await plan(rest)).map(({ outcome }) => outcome)).toEqual(['unchanged']);

    const prune = ['resources', 'clients'] as const;
    const planned = await plan(rest, { prune });
    expect(planned.map(({ name, outcome }) => `${outcome} ${name}`)).toEqual([
      'unchanged app',
      'deleted reader',
      'deleted https://contacts.example.com',
      'deleted https://notes.example.com',
    ]);
    await apply.apply([await files.write(rest)], { prune });
    expect(Object.keys(await apply.export(sections))).toEqual([...sections]);
    const left = await apply.export(['clients', 'resources']);
    expect(left.resources).toEqual([]);
    expect(left.clients).toMatchObject([{ client_id: 'app' }]);
  });

  it('a scope of a resource that would be pruned is refused where a client of the file needs it', async () => {
    await apply.apply([await files.write(story)]);

    await expect(plan('clients: [{ client_id: reader }]', { prune: ['resources'] })).rejects.toThrow(
      'clients[0].scope names notes.read, which no resource defines',
    );
  });

  it('clients that registered themselves, and those of the service, are neither pruned nor exported', async () => {
    const { body } = await send(server, 'POST', '/register', metadata);

    expect(body.client_id).toBeDefined();
    expect(await plan('clients: []', { prune: ['clients'] })).toEqual([]);
    expect(await apply.export(['clients'])).toEqual({ clients: [] });
  });

  it('clients described by a document belong to no file', async () => {
    await apply.apply([await files.write(story)]);
    const database = server.app.get(Database);
    await database.write((tx) =>
      database.affected(tx, "UPDATE clients SET document_fetched_at = 1 WHERE client_id = 'app'", []),
    );

    expect(await plan('clients: [{ client_id: reader }]', { prune: ['clients'] })).toMatchObject([
      { name: 'reader', outcome: 'unchanged' },
    ]);
    expect(JSON.stringify(await apply.export(['clients']))).not.toContain('"app"');
    await expect(plan('clients: [{ client_id: app }]')).rejects.toThrow(
      'clients[0].client_id is described by a document, which no file can change',
    );
  });

  it('an export is a file whose plan changes nothing, and which holds no secret', async () => {
    await apply.apply([await files.write(story)]);
    const exported = exportText(await apply.export(sections));

    expect(planText(await plan(exported))).toBe('Nothing would change.');
    expect(await plan(exported)).toHaveLength(5);
    expect(planText(await plan(exported, { prune: [...sections] }))).toBe('Nothing would change.');
    expect(exported).not.toMatch(/a secret of the reader|battery staple|secret:|password:/);
  });

  it('an export makes the same clients and resources in another database', async () => {
    await apply.apply([await files.write(story)]);
    const { clients = [], resources = [] } = await apply.export(['clients', 'resources']);
    const other = await startServer();
    try {
      const withSecrets = clients.map((client) => ({
        ...client,
        ...(!('token_endpoint_auth_method' in client) && {
          client_secret: 'a secret of thirty-six letters or so',
        }),
      }));
      const file = await files.write(stringify({ resources, clients: withSecrets }));
      await other.app.get(Apply).apply([file]);
      expect(await other.app.get(Apply).export(['clients', 'resources'])).toEqual({ resources, clients });
    } finally {
      await other.stop();
    }
  });

  it('several files and folders are one configuration, and a problem is found in its file', async () => {
    const [first, second] = [
      await files.write(
        'clients:\n  - { client_id: one, grant_types: [], token_endpoint_auth_method: none }\n',
        'a.yaml',
      ),
      await files.write('users: []\nclients:\n  - { client_id: one, grant_types: none }\n', 'b.yml'),
    ];
    await files.write('not: [yaml', 'notes.txt');

    await expect(apply.check([files.path('.')])).rejects.toThrow(
      `${second}:3:36: clients[0].grant_types must be an array`,
    );
    await files.write('clients:\n  - { client_id: one }\n', 'b.yml');
    await expect(apply.check([files.path('.')])).rejects.toThrow(
      `${second}:2:18: clients[0].client_id is also used by ${first}:2:5`,
    );
    await files.write(
      'clients:\n  - { client_id: two, scope: two.read, grant_types: [], token_endpoint_auth_method: none }\n',
      'b.yml',
    );
    await files.write(
      'resources: [{ identifier: "https://two.example.com", name: Two, scopes: { two.read: Read } }]',
      'c.yaml',
    );
    const items = await apply.apply([first, second, files.path('c.yaml')]);
    expect(items.map(({ name }) => name)).toEqual(['https://two.example.com', 'one', 'two']);
  });

  it('a folder without YAML files is named', async () => {
    await expect(apply.check([files.path('.')])).rejects.toThrow('there is no file *.yaml or *.yml');
  });

  it('texts may refer to the environment, and a reference to what is not set is named with its place', async () => {
    process.env.PLAN_SPEC_HOST = 'notes.example.org';
    try {
      const items = await plan(
        'resources: [{ identifier: "https://${PLAN_SPEC_HOST}/", name: "$${NAME}", scopes: {} }]',
      );
      expect(items).toMatchObject([
        { name: 'https://notes.example.org/', changes: { name: { to: '${NAME}' } } },
      ]);
    } finally {
      delete process.env.PLAN_SPEC_HOST;
    }
    await expect(plan('clients: [{ client_id: "${PLAN_SPEC_UNSET}" }]')).rejects.toThrow(
      'clients[0].client_id names ${PLAN_SPEC_UNSET}, which is not set: set it in the environment',
    );
  });
});
