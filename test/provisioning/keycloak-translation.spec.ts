import { parse } from 'yaml';
import { resolveReferences } from '../../src/provisioning/environment-references.js';
import { passwordHashOf } from '../../src/provisioning/keycloak/credentials.js';
import type { LeftOut } from '../../src/provisioning/keycloak/left-out.js';
import { readRealm } from '../../src/provisioning/keycloak/realm-files.js';
import { translateRealm } from '../../src/provisioning/keycloak/translation.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { shopSecret } from '../support/keycloak-realm.js';

interface Sections {
  readonly clients: readonly Record<string, unknown>[];
  readonly roles: readonly { readonly name: string; readonly description?: string }[];
  readonly users: readonly Record<string, unknown>[];
}

describe('A realm with parts that could give more rights than there were', () => {
  let files: ConfigurationFiles;
  beforeAll(async () => {
    files = await ConfigurationFiles.create();
  });
  afterAll(() => files.remove());

  const translate = async (
    members: object,
  ): Promise<{ readonly sections: Sections; readonly reasons: string[] }> => {
    const file = await files.write(JSON.stringify({ realm: 'example', ...members }), 'realm.json');
    const { text, leftOut } = translateRealm(await readRealm([file]));
    const { value } = resolveReferences(parse(text));
    const told = ({ kind, name, reason }: LeftOut): string => `${kind} ${name}: ${reason}`;
    return { sections: value as Sections, reasons: leftOut.map(told) };
  };
  const shop = { clientId: 'shop', secret: shopSecret, redirectUris: ['https://shop.example.com/cb'] };

  it('brings whoever is disabled by a text, as Keycloak reads it, disabled', async () => {
    const { sections } = await translate({
      clients: [{ ...shop, enabled: 'false' }],
      users: [{ username: 'mallory', enabled: 'false' }],
    });
    expect(sections).toMatchObject({
      clients: [{ client_id: 'shop', disabled: true }],
      users: [{ username: 'mallory', disabled: true }],
    });
  });

  it('brings attributes as texts, and as lists where somebody has several values', async () => {
    const { sections, reasons } = await translate({
      users: [
        {
          username: 'ada',
          attributes: { badge: ['42'], skills: ['law', 'go', 'law'], empty: [''], locale: ['en'] },
        },
        {
          username: 'bob',
          attributes: { skills: 'law', email: ['x'], 'no name': ['y'], badge: ['x'.repeat(2_000)] },
        },
      ],
    });
    expect(sections).toMatchObject({
      attributes: [
        { name: 'badge', type: 'text', label: 'badge' },
        { name: 'skills', type: 'texts', label: 'skills' },
        { name: 'empty', type: 'text', label: 'empty' },
      ],
      users: [
        { username: 'ada', attributes: { badge: '42', skills: ['law', 'go'] } },
        { username: 'bob', attributes: { skills: ['law'] } },
      ],
    });
    expect(reasons).toContain('user bob: its attributes: email, no name, badge');
  });

  it('brings the first of attributes whose names differ in case alone, and names the others', async () => {
    const { sections, reasons } = await translate({
      users: [
        { username: 'ada', attributes: { Badge: ['42'] } },
        { username: 'bob', attributes: { badge: ['43'], Badge: ['44'] } },
      ],
    });
    expect(sections).toMatchObject({
      attributes: [{ name: 'Badge', type: 'text' }],
      users: [{ attributes: { Badge: '42' } }, { attributes: { Badge: '44' } }],
    });
    expect(reasons).toContain('user bob: its attributes: badge');
  });

  it('is read where members are null, as if they were missing', async () => {
    const nothing = { attributes: null, redirectUris: null, protocolMappers: null, name: null };
    const { sections } = await translate({
      clients: [{ ...shop, ...nothing, bearerOnly: null }],
      users: [{ username: 'ada', attributes: null, credentials: null, groups: null, clientRoles: null }],
      groups: null,
      roles: { realm: null, client: null },
      components: null,
    });
    expect(sections.clients).toMatchObject([{ client_id: 'shop', grant_types: [] }]);
    expect(sections.users).toMatchObject([{ username: 'ada', password_change_required: true }]);
  });

  it('keeps the scope roles from a client whose tokens held only some roles', async () => {
    const limited = { ...shop, fullScopeAllowed: false, defaultClientScopes: ['profile', 'roles'] };
    const { sections, reasons } = await translate({ clients: [limited] });
    expect(sections.clients).toMatchObject([{ scope: 'openid profile' }]);
    expect(reasons).toContain(
      'client shop: the scope roles: its tokens hold the roles of its scope mappings alone, which are not imported',
    );
  });

  it('lets a device sign people in, without redirection URIs', async () => {
    const attributes = { 'oauth2.device.authorization.grant.enabled': 'true' };
    const device = { clientId: 'tv', publicClient: true, standardFlowEnabled: false, attributes };
    const { sections } = await translate({ clients: [device] });
    expect(sections.clients).toMatchObject([{ client_id: 'tv', scope: 'openid' }]);
  });

  it('does not touch the client of Swagger UI', async () => {
    const { sections, reasons } = await translate({ clients: [{ ...shop, clientId: 'eyrie-swagger-ui' }] });
    expect(sections.clients).toEqual([]);
    expect(reasons).toContain('client eyrie-swagger-ui: has the client_id that Swagger UI has here');
  });

  it('says which rules of a client are not imported, by which it may have been stricter', async () => {
    const attributes = {
      'request.object.required': 'request only',
      'default.acr.values': 'gold',
      'saml.force.post.binding': 'true',
      'token.response.type.bearer.lower-case': 'false',
      'acr.loa.map': '{}',
    };
    const { reasons } = await translate({
      clients: [{ ...shop, attributes, authenticationFlowBindingOverrides: { browser: 'strict-flow' } }],
    });
    expect(reasons).toContain('client shop: its attributes: request.object.required, default.acr.values');
    expect(reasons).toContain(
      'client shop: its own authentication flows: people sign in to it as to all others',
    );
  });

  it('says which roles everybody had, and which organizations there were', async () => {
    const { reasons } = await translate({
      roles: {
        realm: [
          {
            name: 'default-roles-example',
            composites: {
              realm: ['offline_access', 'customer'],
              client: { account: ['view-profile'], shop: ['buyer'] },
            },
          },
        ],
      },
      organizations: [{ name: 'Acme', domains: [{ name: 'acme.example' }] }],
    });
    expect(reasons).toContain(
      'role default-roles-example: the roles that it gives to everybody: customer, shop/buyer',
    );
    expect(reasons).toContain('realm example: its organization Acme');
  });

  it('says that a bearer-only client without a secret is a resource', async () => {
    const { reasons } = await translate({ clients: [{ clientId: 'api', bearerOnly: true }] });
    expect(reasons).toContain('client api: is bearer-only, and has no secret: declare it under resources');
  });

  it('never has a text that refers to the environment, wherever a line of the file ends', async () => {
    process.env.OF_THE_OPERATOR = 'a value of the operator';
    const descriptions = Array.from(
      { length: 120 },
      (_, length) => `\u0001${'x'.repeat(length)}\${OF_THE_OPERATOR} $\${OF_THE_OPERATOR}`,
    );
    const { sections } = await translate({
      roles: { realm: descriptions.map((description, index) => ({ name: `role-${index}`, description })) },
    });
    delete process.env.OF_THE_OPERATOR;
    expect(sections.roles.map(({ description }) => description)).toEqual(descriptions);
  });

  it('may use names of members that every object has', async () => {
    const text = `{"realm":"example","roles":{"client":{"__proto__":[{"name":"admin"}],"constructor":[{"name":"x"}]}},
      "users":[{"username":"eve","attributes":{"__proto__":{"administrator":true}},"clientRoles":{"__proto__":["admin"]}}]}`;
    const { text: translated } = translateRealm(await readRealm([await files.write(text, 'odd.json')]));
    const { users, roles } = parse(translated) as Sections;
    expect(roles).toEqual([]);
    expect(Object.keys(users[0] ?? {})).toEqual(['username', 'password', 'password_change_required']);
    expect(({} as { administrator?: boolean }).administrator).toBeUndefined();
  });
});

describe('A password hash of Keycloak', () => {
  const credential = (data: object, secret: object = {}) => ({
    type: 'password',
    credentialData: JSON.stringify({
      algorithm: 'argon2',
      hashIterations: 5,
      additionalParameters: { memory: ['7168'], parallelism: ['1'], type: ['id'], version: ['1.3'] },
      ...data,
    }),
    secretData: JSON.stringify({
      value: 'aGFzaCBvZiAzMiBieXRlcywgYXMgaXQgaXM=',
      salt: 'c2FsdCBvZiAxNiBieXRlcw==',
      ...secret,
    }),
  });
  const argon2 = (memory: string, parallelism: string) => ({
    additionalParameters: { memory: [memory], parallelism: [parallelism] },
  });

  it('with usual parameters can be checked', () => {
    expect(passwordHashOf(credential({}))).toMatchObject({ hash: expect.stringMatching(/^\$argon2id\$/) });
  });

  it.each([
    ['no passes', { hashIterations: 0 }],
    ['too many passes', { hashIterations: 1_000 }],
    ['gigabytes of memory', argon2('4194304', '1')],
    ['less memory than its lanes need', argon2('16', '8')],
    ['no lanes', argon2('7168', '0')],
    ['a number of lanes that is none', argon2('7168', '1$m=1')],
    ['parameters that are no lists', { additionalParameters: { type: 'id' } }],
    ['parameters of another kind', { additionalParameters: { type: [5] } }],
    ['iterations that are a list', { hashIterations: [5] }],
    ['an algorithm that every object has', { algorithm: 'constructor' }],
    ['an algorithm that is none', { algorithm: null }],
    ['billions of iterations', { algorithm: 'pbkdf2-sha256', hashIterations: 2_000_000_000 }],
  ])('with %s cannot', (_name, data) => {
    expect(passwordHashOf(credential(data))).toMatchObject({
      reason: expect.stringMatching(/^has a password hash/),
    });
  });

  it.each([
    ['a salt that is no text', { salt: { length: 16 } }],
    ['no salt', { salt: '' }],
    ['another hash in its salt', { salt: 'c2FsdCBvZiAx$aGFzaA' }],
  ])('with %s cannot', (_name, secret) => {
    expect(passwordHashOf(credential({}, secret))).toHaveProperty('reason');
  });

  it('without data cannot', () => {
    expect(passwordHashOf({ type: 'password' })).toHaveProperty('reason');
    expect(passwordHashOf({ credentialData: '[]', secretData: 'null' })).toHaveProperty('reason');
  });
});
