import { Database } from '../../src/persistence/database.js';
import type { AppliedItem } from '../../src/provisioning/configured-kind.js';
import { Apply } from '../../src/provisioning/apply.js';
import { startServer, type TestServer } from '../support/server.js';
import { ConfigurationFiles, story } from '../support/configuration.js';

describe('Applying a configuration file', () => {
  let server: TestServer;
  let files: ConfigurationFiles;

  beforeEach(async () => {
    [server, files] = await Promise.all([startServer(), ConfigurationFiles.create()]);
  });
  afterEach(async () => {
    await Promise.all([server.stop(), files.remove()]);
  });

  const apply = async (text: string): Promise<AppliedItem[]> =>
    server.app.get(Apply).apply([await files.write(text)]);
  const outcomes = (items: AppliedItem[]): Record<string, string> =>
    Object.fromEntries(items.map(({ name, outcome }) => [name, outcome]));
  const rows = (sql: string): Promise<Record<string, unknown>[]> => server.app.get(Database).read.query(sql);
  /** Everything that a file can touch. */
  const everything = async (): Promise<unknown> =>
    Promise.all(
      ['resources', 'clients', 'client_secrets', 'users', 'credentials', 'audit_events'].map((table) =>
        rows(`SELECT * FROM ${table} ORDER BY id`),
      ),
    );
  const tokenStatus = async (clientId: string, secret: string): Promise<string> => {
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'unknown' }),
    });
    return ((await response.json()) as { error: string }).error;
  };

  it('creates what the file names, ready to use', async () => {
    expect(outcomes(await apply(story))).toEqual({
      'https://notes.example.com': 'created',
      reader: 'created',
      app: 'created',
      bob: 'created',
    });
    // The secret is known: it is the refresh token that is not.
    expect(await tokenStatus('reader', 'a secret of the reader of contacts')).toBe('invalid_grant');
    expect(
      await rows("SELECT name, email FROM users WHERE username = 'bob' AND administrator = false"),
    ).toEqual([{ name: 'Bob', email: 'bob@example.com' }]);
  });

  it('changes nothing if one entry is refused, and says which', async () => {
    await server.createUser({ username: 'root', password: 'a word of the operator', administrator: true });
    const before = await everything();
    const file = story.replace('users:', 'users:\n  - { username: root, disabled: true }');
    await expect(apply(`${file}  - { username: zoe, password: the word that zoe knows }`)).rejects.toThrow(
      /^user root: .*administrator.*; nothing was changed$/,
    );
    expect(await everything()).toEqual(before);
    expect(outcomes(await apply(story))).toMatchObject({ reader: 'created', bob: 'created' });
  });

  it('a former name of a client metadata member sets the member, which is the same under its current name', async () => {
    const file = (name: string): string =>
      story.replace(
        '    scope: openid notes.read',
        `    scope: openid notes.read\n    ${name}: [https://notes.example.com]`,
      );
    await apply(file('introspects'));
    expect(await rows("SELECT introspection_resources FROM clients WHERE client_id = 'reader'")).toEqual([
      { introspection_resources: '["https://notes.example.com"]' },
    ]);
    expect(outcomes(await apply(file('introspection_resources')))).toMatchObject({ reader: 'unchanged' });
  });

  it('applied twice, changes nothing the second time', async () => {
    await apply(story);
    const before = await everything();
    server.clock.advance(3_600);

    expect(new Set((await apply(story)).map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
    expect(await everything()).toEqual(before);
  });

  it('changes the fields that differ and leaves what the file does not name', async () => {
    await apply(story);
    await apply('clients: [{ client_id: app, client_uri: https://app.example.com }]');

    expect(
      outcomes(
        await apply(`
resources:
  - { identifier: https://notes.example.com, name: Notes, scopes: { notes.read: See your notes } }
clients:
  - { client_id: app, client_name: The app }
users:
  - { username: BOB, name: Robert }
`),
      ),
    ).toEqual({ 'https://notes.example.com': 'updated', app: 'updated', BOB: 'updated' });
    expect(await rows("SELECT client_name, client_uri FROM clients WHERE client_id = 'app'")).toEqual([
      { client_name: 'The app', client_uri: 'https://app.example.com' },
    ]);
    expect(await rows('SELECT username, name, email FROM users')).toEqual([
      { username: 'bob', name: 'Robert', email: 'bob@example.com' },
    ]);
    expect(await rows("SELECT scopes FROM resources WHERE name = 'Notes'")).toEqual([
      { scopes: '{"notes.read":"See your notes"}' },
    ]);
    expect(await rows("SELECT client_name FROM clients WHERE client_id = 'reader'")).toHaveLength(1);
  });

  it('the form of the tokens of a resource, in another spelling of its identifier, is changed and stays', async () => {
    await apply(story);
    const spelled = story.replace('https://notes.example.com', 'https://notes.example.com/');
    const file = spelled.replace('    name: Notes', '    name: Notes\n    access_token_typ: JWT');

    expect(outcomes(await apply(file))).toMatchObject({ 'https://notes.example.com/': 'updated' });
    expect(outcomes(await apply(file))).toMatchObject({ 'https://notes.example.com/': 'unchanged' });
    await apply(spelled.replace('name: Notes', 'name: My notes'));

    expect(
      await rows(
        "SELECT identifier, access_token_typ, access_token_signing_alg FROM resources WHERE name = 'My notes'",
      ),
    ).toEqual([
      {
        identifier: 'https://notes.example.com',
        access_token_typ: 'JWT',
        access_token_signing_alg: 'ES256',
      },
    ]);
  });

  it('a change of grant types brings the response types that fit them', async () => {
    await apply(story);
    await apply('clients: [{ client_id: reader, grant_types: [client_credentials] }]');
    expect(await rows("SELECT response_types FROM clients WHERE client_id = 'reader'")).toEqual([
      { response_types: '[]' },
    ]);
  });

  describe('a secret of the file that differs from the present one', () => {
    const changed = story
      .replace('a secret of the reader of contacts', 'another secret of the reader of contacts')
      .replace('battery staple', 'correct horse');
    const enforcing = changed
      .replace(
        'client_secret: another secret of the reader of contacts',
        'client_secret: { value: another secret of the reader of contacts, enforce: true }',
      )
      .replace('password: correct horse', 'password: { env: TEST_BOB_PASSWORD, enforce: true }');
    const hashes = () => rows('SELECT hash FROM credentials');

    beforeEach(() => {
      process.env.TEST_BOB_PASSWORD = 'correct horse of the environment';
    });
    afterEach(() => {
      delete process.env.TEST_BOB_PASSWORD;
    });

    it('leaves what exists as it is: it may have been changed since', async () => {
      await apply(story);
      const before = await hashes();

      expect(outcomes(await apply(changed))).toMatchObject({ reader: 'unchanged', bob: 'unchanged' });
      expect(await tokenStatus('reader', 'a secret of the reader of contacts')).toBe('invalid_grant');
      expect(await hashes()).toEqual(before);
    });

    it('replaces it at once if the file enforces its own, and once only', async () => {
      await apply(story);
      const before = await hashes();

      expect(outcomes(await apply(enforcing))).toMatchObject({ reader: 'updated', bob: 'updated' });
      expect(await tokenStatus('reader', 'another secret of the reader of contacts')).toBe('invalid_grant');
      expect(await tokenStatus('reader', 'a secret of the reader of contacts')).toBe('invalid_client');
      expect(await hashes()).not.toEqual(before);
      expect(outcomes(await apply(enforcing))).toMatchObject({ reader: 'unchanged', bob: 'unchanged' });
    });

    it('is the first one if the file enforces it from the beginning', async () => {
      expect(outcomes(await apply(enforcing))).toMatchObject({ reader: 'created', bob: 'created' });
      expect(await tokenStatus('reader', 'another secret of the reader of contacts')).toBe('invalid_grant');
    });

    it.each([
      ['{ enforce: true }', 'needs one of value, env and file'],
      ['{ value: correct horse battery, env: TEST_BOB_PASSWORD }', 'needs one of value, env and file'],
      [
        '{ value: correct horse battery, force: true }',
        'has force, which is none of value, env, file and enforce',
      ],
      ['{ value: correct horse battery, enforce: yes please }', 'neither true nor false'],
      ['{ value: 12345678 }', 'users[0].password must be a string'],
      ['{ env: NOBODY_SET_THIS, enforce: true }', 'users[0].password_env'],
    ])('written as %s is a problem of the file', async (long, problem) => {
      await expect(apply(`users: [{ username: bob, password: ${long} }]`)).rejects.toThrow(problem);
    });
  });

  it('secrets come from the environment where the file names a variable', async () => {
    process.env.TEST_READER_SECRET = 'a secret of the environment of tests';
    process.env.TEST_BOB_PASSWORD = 'a password of the environment';
    const named = story
      .replace('client_secret: a secret of the reader of contacts', 'client_secret_env: TEST_READER_SECRET')
      .replace('password: battery staple', 'password_env: TEST_BOB_PASSWORD');
    try {
      await apply(named);
      expect(await tokenStatus('reader', 'a secret of the environment of tests')).toBe('invalid_grant');
      expect(outcomes(await apply(named))).toMatchObject({ reader: 'unchanged', bob: 'unchanged' });
    } finally {
      delete process.env.TEST_READER_SECRET;
      delete process.env.TEST_BOB_PASSWORD;
    }
  });

  it('secrets come from the files that it names, of which relative names begin in its own folder', async () => {
    await files.write('a secret in a mounted file, for tests\n', 'reader-secret');
    const password = await files.write('a password in a mounted file\r\n', 'bob-password');
    const named = story
      .replace('client_secret: a secret of the reader of contacts', 'client_secret_file: reader-secret')
      .replace('password: battery staple', `password: { file: ${password}, enforce: true }`);

    await apply(named);
    expect(await tokenStatus('reader', 'a secret in a mounted file, for tests')).toBe('invalid_grant');
    expect(outcomes(await apply(named))).toMatchObject({ reader: 'unchanged', bob: 'unchanged' });
  });

  it.each([
    [
      'is missing',
      'client_secret_file: nowhere',
      /client_secret_file names .*nowhere, which cannot be read \(ENOENT\)/,
    ],
    ['is empty', 'client_secret_file: /dev/null', /client_secret_file names \/dev\/null, which is empty/],
    [
      'stands beside a variable',
      'client_secret_file: a, client_secret_env: B',
      /client_secret_file cannot stand beside client_secret_env: keep one of them/,
    ],
  ])('a file with a secret that %s is one problem of the file', async (_condition, field, problem) => {
    const refused = apply(`clients: [{ client_id: a, grant_types: [], ${field} }]`);
    await expect(refused).rejects.toThrow(problem);
    await expect(refused).rejects.not.toThrow('needs a client_secret_env');
  });

  it('two that apply at once do it one after the other', async () => {
    const file = await files.write(story);
    const runs = await Promise.all([1, 2].map(() => server.app.get(Apply).apply([file])));

    expect(new Set(runs.map((items) => items[0]?.outcome))).toEqual(new Set(['created', 'unchanged']));
    for (const items of runs) expect(new Set(items.map(({ outcome }) => outcome)).size).toBe(1);
    expect(await rows('SELECT id FROM client_secrets')).toHaveLength(1);
  });

  it('a file with one fault is not applied at all', async () => {
    const before = await everything();
    await expect(apply(story.replace('password: battery staple', 'password: short'))).rejects.toThrow(
      'users[0].password must be longer',
    );
    expect(await everything()).toEqual(before);
  });
});
