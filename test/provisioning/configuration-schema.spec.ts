import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { exportText } from '../../src/commands/plan-text.js';
import { Apply } from '../../src/provisioning/apply.js';
import { readConfiguration } from '../../src/provisioning/configuration-file.js';
import { configurationSchema, schemaText } from '../../src/provisioning/configuration-schema.js';
import { sections } from '../../src/provisioning/sections.js';
import { ConfigurationFiles, story } from '../support/configuration.js';
import { startServer } from '../support/server.js';

/** Every form that an entry can have. */
const everything = `
resources:
  - identifier: https://notes.example.com
    name: Notes
    scopes: { notes.read: Read your notes }
    translations: { de: { name: Notizen, scopes: { notes.read: Ihre Notizen lesen } } }
    access_token_signing_alg: RS256
clients:
  - client_id: wiki
    client_name: Wiki
    client_name#de: Wiki auf Deutsch
    client_secret: { env: PATH, enforce: true }
    redirect_uris: ['https://\${HOME}/callback']
    jwks_uri: https://wiki.example.com/jwks
    default_max_age: 60
  - { client_id: cli, token_endpoint_auth_method: none, redirect_uris: [http://127.0.0.1/callback] }
roles:
  - { name: editor, description: null }
  - { name: reviewer, client_id: wiki }
groups:
  - { name: company }
  - { name: writers, parent: company, require_second_factor: true, roles: [editor, { name: reviewer, client_id: wiki }] }
claims:
  - { name: all groups, claim: groups, source: groups, in: [id_token, userinfo] }
  - { name: fixed, claim: [a, b], source: constant, constant: [x, y], in: [access_token], client_id: wiki }
  - { preset: grafana, client_id: wiki }
users:
  - { username: bob, password_env: HOME, email: bob@example.com, birthdate: 1990-05-17, groups: [writers], roles: [editor] }
  - { username: eve, address: { locality: Zurich }, administrator: true, zoneinfo: Europe/Zurich, locale: de-CH }
upstreams:
  - { alias: acme, name: Acme, issuer: https://login.example.com, client_id: eyrie, client_secret_file: /dev/null, claims: { name: name } }
`;

describe('The JSON Schema of configuration files', () => {
  let accepts: ValidateFunction;
  let files: ConfigurationFiles;

  beforeAll(async () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
    formats.default(ajv);
    accepts = ajv.compile(configurationSchema());
    files = await ConfigurationFiles.create();
  });
  afterAll(() => files.remove());

  const faults = (text: string): string[] => {
    accepts(parse(text));
    return (accepts.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  /** What the reader refuses without the database: the form of the file. */
  const refusal = async (text: string): Promise<string | undefined> =>
    readConfiguration([await files.write(text)]).then(
      () => undefined,
      (error: Error) => error.message,
    );

  it('stands in the repository as the code has it: npm run --silent eyrie -- schema > eyrie.schema.json', async () => {
    expect(await readFile('eyrie.schema.json', 'utf8')).toBe(schemaText());
  });

  it('is served to anyone, beside the documentation', async () => {
    const server = await startServer();
    try {
      const response = await fetch(`${server.issuer}/docs/eyrie.schema.json`);
      expect(response.headers.get('content-type')).toMatch(/^application\/schema\+json/);
      expect(await response.text()).toBe(schemaText());
    } finally {
      await server.stop();
    }
  });

  it('accepts the example, whose first line names it', async () => {
    const example = await readFile('eyrie.example.yaml', 'utf8');
    expect(example).toMatch(/^# yaml-language-server: \$schema=\.\/eyrie\.schema\.json\n/);
    expect(faults(example)).toEqual([]);
  });

  it.each([
    ['the story of the specifications', story],
    ['a file with every form of an entry', everything],
    ['a section without entries', 'clients:\nusers: []'],
  ])('accepts %s, as the reader does', async (_what, text) => {
    expect(faults(text)).toEqual([]);
    expect(await refusal(text)).toBeUndefined();
  });

  it('accepts what is exported', async () => {
    const server = await startServer();
    try {
      const apply = server.app.get(Apply);
      await apply.apply([await files.write(story)]);
      expect(faults(exportText(await apply.export(sections)))).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it.each([
    'client: []',
    'users: 3',
    'users: [bob]',
    'resources: [{ identifier: https://a.example, name: A, scopes: {}, scope: a }]',
    'clients: [{ client_id: a, redirect_uri: https://a.example }]',
    'clients: [{ client_id: a, redirect_uris: https://a.example }]',
    'clients: [{ client_id: a, client_secret_fiel: /run/secrets/a }]',
    'clients: [{ client_id: a, client_secret: { value: x, force: true } }]',
    'clients: [{ client_id: a, client_secret: { env: HOME, file: /run/secrets/a } }]',
    'clients: [{ client_id: a, grant_types: [passwort] }]',
    'clients: [{ client_id: a, default_max_age: "60" }]',
    'clients: [{ client_id: 7 }]',
    'roles: [{ name: editor, client: a }]',
    'groups: [{ name: a, parents: b }]',
    'groups: [{ name: a, roles: [{ name: b, client: c }] }]',
    'claims: [{ name: a, claim: b, source: groups, places: [id_token] }]',
    'claims: [{ preset: grafanna }]',
    'users: [{ username: bob, passwort: long enough }]',
    'users: [{ username: bob, email_verified: "yes" }]',
    'upstreams: [{ alias: acme, name: Acme, isuer: https://login.example.com }]',
  ])('refuses what the reader refuses: %s', async (text) => {
    expect(faults(text)).not.toEqual([]);
    expect(await refusal(text)).toBeDefined();
  });
});
