import { Apply } from '../../src/provisioning/apply.js';
import { startServer, type TestServer } from '../support/server.js';
import { sections } from '../../src/provisioning/sections.js';
import { ConfigurationFiles, story } from '../support/configuration.js';

const noMap = `the file must hold a map with ${sections.slice(0, -1).join(', ')} or ${sections.at(-1)}`;

describe('A configuration file that cannot be applied is refused with file, place, path and reason', () => {
  let server: TestServer;
  let files: ConfigurationFiles;

  beforeAll(async () => {
    [server, files] = await Promise.all([startServer(), ConfigurationFiles.create()]);
  });
  afterAll(async () => {
    await Promise.all([server.stop(), files.remove()]);
  });

  /** The lines of the refusal, without the file's name. */
  const refusal = async (text: string): Promise<string[]> => {
    const file = await files.write(text);
    const error = await server.app
      .get(Apply)
      .check([file])
      .then(
        () => new Error('was accepted'),
        (reason: Error) => reason,
      );
    expect(error).toMatchObject({ name: 'ConfigurationError' });
    return error.message.split('\n').map((line) => line.replace(`${file}:`, ''));
  };
  const client = (fields: string): string =>
    `clients:\n  - { client_id: a, client_secret: a long secret of thirty-six letters, ${fields} }\n`;

  it.each<[condition: string, text: string | (() => string), lines: string[]]>([
    ['an unknown section', 'client: []', ['client is not a known field']],
    [
      'an unknown field',
      client('grant_types: [], redirect_uri: https://a.example'),
      ['clients[0].redirect_uri is not a known field'],
    ],
    ['a section that is no list', 'users: 3', ['users must be an array']],
    ['an entry that is no map', 'users:\n  - bob', ['users[0] must be a map of fields']],
    ['a file that is no map', '- a', [noMap]],
    ['an empty file', '', [noMap]],
    [
      'a client without an id',
      'clients:\n  - grant_types: []\n    token_endpoint_auth_method: none',
      ['clients[0] needs a client_id'],
    ],
    [
      'a redirect URI that may not be registered',
      client('redirect_uris: [https://a.example/cb, http://a.example/cb]'),
      ['clients[0].redirect_uris[1] may use http only on loopback'],
    ],
    [
      'fields that do not go together',
      client('grant_types: [client_credentials], token_endpoint_auth_method: none'),
      [
        'clients[0].grant_types client_credentials is for clients that authenticate',
        'clients[0].token_endpoint_auth_method is none: such a client has no secret',
      ],
    ],
    [
      'a scope that no resource defines',
      client('grant_types: [], scope: openid notes.read contacts.read'),
      ['clients[0].scope names notes.read, which no resource defines'],
    ],
    [
      'tokens of a resource that is not there',
      client('grant_types: [], introspection_resources: [https://nowhere.example]'),
      ['clients[0].introspection_resources[0] is not the identifier of a resource'],
    ],
    [
      'a new confidential client without a secret',
      'clients:\n  - { client_id: a, grant_types: [] }',
      ['clients[0].client_id needs a client_secret_env, client_secret_file or client_secret'],
    ],
    [
      'a new user without a password',
      'users:\n  - { username: bob }',
      ['users[0].username is a new user, who needs a password_env, password_file, password_hash or password'],
    ],
    [
      'a variable that is not set',
      'users:\n  - { username: bob, password_env: TEST_NOT_SET }',
      ['users[0].password_env names TEST_NOT_SET, which is not set: set it in the environment'],
    ],
    [
      'a password hash that cannot be checked',
      'users:\n  - { username: bob, password_hash: $2y$10$abcdefghijklmnopqrstuv }',
      [
        'users[0].password_hash must be a hash by argon2, PBKDF2 or scrypt in the PHC string format, such as $argon2id$v=19$m=19456,t=2,p=1$…$…, or by bcrypt ($2b$12$…), with parameters that a sign-in can afford',
      ],
    ],
    [
      'a password beside the hash of one',
      'users:\n  - { username: bob, password: long enough for bob, password_hash: "$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHRzb21l$aGFzaGhhc2hoYXNoaGFzaA" }',
      ['users[0].password_hash cannot stand beside password: keep one of them'],
    ],
    [
      'a secret in two places',
      client('grant_types: [], client_secret_env: HOME'),
      ['clients[0].client_secret_env cannot stand beside client_secret: keep one of them'],
    ],
    [
      'a scope of Eyrie itself, or without words',
      'resources:\n  - { identifier: https://a.example, name: A, scopes: { openid: Know you, a.read: "" } }',
      [
        'resources[0].scopes.openid is a scope of Eyrie itself',
        'resources[0].scopes.a.read needs a description for the consent page, up to 255 characters',
      ],
    ],
    [
      'names that mislead people',
      `clients: [{ client_id: a, token_endpoint_auth_method: none, grant_types: [], client_name: "A\\e" }]
resources: [{ identifier: https://a.example, name: "A\\u202e", scopes: {} }]
users: [{ username: bob, password: battery staple, name: "Bob\\u2067" }]`,
      ['clients[0].client_name', 'resources[0].name', 'users[0].name'].map(
        (field) =>
          `${field} must not contain control characters, line breaks or bidirectional formatting characters`,
      ),
    ],
    [
      'words in a language that pages do not have',
      'resources: [{ identifier: https://a.example, name: A, scopes: {}, translations: { tlh: { name: A } } }]',
      [
        'resources[0].translations.tlh must be one of the languages of the pages: en, de, fr, es, zh-Hans, ja, ar',
      ],
    ],
    [
      'a description that misleads people',
      'resources: [{ identifier: https://a.example, name: A, scopes: { a.read: "Read\\u0007" } }]',
      [
        'resources[0].scopes.a.read must not contain control characters, line breaks or bidirectional formatting characters in its description',
      ],
    ],
    [
      'a scope of another resource',
      'resources:\n  - { identifier: https://a.example, name: A, scopes: { contacts.read: Mine } }',
      ['resources[0].scopes.contacts.read belongs to https://contacts.example.com already'],
    ],
    [
      'a resource identifier that is no URI',
      'resources:\n  - { identifier: contacts, name: A, scopes: {} }',
      [
        'resources[0].identifier must be an absolute URI without a fragment, such as https://contacts.example.com',
      ],
    ],
    [
      'Eyrie itself as a resource',
      () => `resources:\n  - { identifier: ${server.issuer}, name: A, scopes: {} }`,
      ['resources[0].identifier is the identifier of Eyrie itself'],
    ],
    [
      'a resource twice, in two spellings',
      'resources:\n  - { identifier: https://a.example, name: A, scopes: {} }\n  - { identifier: HTTPS://A.example:443/, name: A, scopes: {} }',
      ['resources[1].identifier is also used by resources[0]'],
    ],
    [
      'the same thing twice',
      'users:\n  - { username: bob, password: battery staple }\n  - { username: BOB, password: battery staple }',
      ['users[1].username is also used by users[0]'],
    ],
  ])('%s', async (_condition, text, lines) => {
    const withoutPlaces = (await refusal(typeof text === 'string' ? text : text())).map((line) =>
      line.replace(/^\d+:\d+: /, ''),
    );
    expect(withoutPlaces).toEqual(lines);
  });

  it.each<[condition: string, text: string, line: string]>([
    [
      'a number as text',
      client('client_name: 2024'),
      'clients[0].client_name is a number: write it in quotes, "2024"',
    ],
    [
      'a phone number',
      'users:\n  - { username: a, phone_number: +49301234567 }',
      'users[0].phone_number is a number: write it in quotes, "+49301234567"',
    ],
    [
      'true as text',
      'users:\n  - { username: a, name: true }',
      'users[0].name is true or false: write it in quotes, "true"',
    ],
    [
      'a description that is a number',
      'resources:\n  - { identifier: "https://a.example", name: A, scopes: { a.read: 5 } }',
      'resources[0].scopes.a.read is a number: write it in quotes, "5"',
    ],
    [
      'a secret that is a number, which is not repeated',
      'users:\n  - { username: a, password: 12345678901 }',
      'users[0].password is a number: write it in quotes',
    ],
    [
      'text as a number',
      client('default_max_age: "60"'),
      'clients[0].default_max_age is text: write it without quotes, 60',
    ],
    ['text as a flag', client('require_pkce: "yes"'), 'clients[0].require_pkce must be a boolean value'],
    [
      'a number out of bounds',
      client('default_max_age: -5'),
      'clients[0].default_max_age must not be less than 0',
    ],
    ['a number as a list', client('redirect_uris: 5'), 'clients[0].redirect_uris must be an array'],
  ])('%s, in one line', async (_condition, text, line) => {
    expect((await refusal(text)).map((found) => found.replace(/^\d+:\d+: /, ''))).toEqual([line]);
  });

  it('YAML that is none is refused with line and column', async () => {
    const [line] = await refusal('users:\n  - { username: bob');
    expect(line).toMatch(/^2:\d+: /);
  });

  it('a key that stands twice in a map', async () => {
    expect(await refusal('users: []\nusers: []')).toEqual(['2:1: Map keys must be unique']);
  });

  it('aliases that would fill the memory', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed'])
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);
    expect((await refusal(bomb.join('\n')))[0]).toContain('Excessive alias count');
  });

  it('a file that is not there', async () => {
    await expect(server.app.get(Apply).check([files.path('none.yaml')])).rejects.toThrow(
      /none\.yaml: there is no such file/,
    );
  });

  it('a secret of the environment of tests that is too short, without telling it', async () => {
    process.env.TEST_SHORT = 'hunter2';
    try {
      const lines = await refusal('users:\n  - { username: bob, password_env: TEST_SHORT }');
      expect(lines).toEqual([
        '2:36: users[0].password_env names TEST_SHORT, whose value must be longer than or equal to 8 characters',
      ]);
    } finally {
      delete process.env.TEST_SHORT;
    }
  });

  it('line and column are those of the value, or of what should hold it', async () => {
    const lines = await refusal(
      'clients:\n  - client_id: a\n    redirect_uris:\n      - https://a.example/*\n',
    );
    expect(lines).toEqual([
      '2:16: clients[0].client_id needs a client_secret_env, client_secret_file or client_secret',
      '4:9: clients[0].redirect_uris[0] must not hold a wildcard',
    ]);
  });

  it('all problems are told at once, in the order of the file', async () => {
    const lines = await refusal(
      story
        .replace('https://reader.example.com', 'ftp://reader.example.com')
        .replace('openid notes.read', 'openid notes.write')
        .replace('password: battery staple', 'password_env: TEST_NOT_SET'),
    );
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      'clients[0].redirect_uris[0]',
      'clients[0].scope',
      'users[0].password_env',
    ]);
  });
});
