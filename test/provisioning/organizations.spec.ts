import { exportText, planText } from '../../src/commands/plan-text.js';
import { OrganizationMembersStore } from '../../src/persistence/stores/organization-members.store.js';
import { OrganizationsStore } from '../../src/persistence/stores/organizations.store.js';
import { OrganizationDomainsStore } from '../../src/persistence/stores/organization-domains.store.js';
import { OrganizationConsentsStore } from '../../src/persistence/stores/organization-consents.store.js';
import { Apply } from '../../src/provisioning/apply.js';
import { type Section, sections } from '../../src/provisioning/sections.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { startServer, type TestServer } from '../support/server.js';

const file = `
organizations:
  - name: acme
    display_name: Acme
    roles: [admin, member]
    members:
      - { username: bob, roles: [member, admin] }
      - { username: eve }
    default_roles: [member]
    join_by_domain: true
    upstream: acme
    domains:
      - { domain: Acme.example, verified: true }
      - { domain: shop.acme.example }
    consents:
      - { client_id: intranet, scope: openid profile }
      - { client_id: wiki, scope: openid }
  - { name: globex }
clients:
  - { client_id: intranet, redirect_uris: [https://intranet.example.com/cb], token_endpoint_auth_method: none, scope: openid profile organization }
  - { client_id: wiki, redirect_uris: [https://wiki.example.com/cb], token_endpoint_auth_method: none, scope: openid organization }
  - { client_id: blog, redirect_uris: [https://blog.example.com/cb], token_endpoint_auth_method: none, scope: openid }
upstreams:
  - { alias: acme, name: Acme, issuer: https://login.example.com, client_id: eyrie, client_secret: a secret of acme }
users:
  - { username: bob, password: a plain word for bob }
  - { username: eve, password: a plain word for eve }
`;

describe('Organizations of a configuration file', () => {
  let server: TestServer;
  let files: ConfigurationFiles;

  beforeEach(async () => {
    [server, files] = await Promise.all([startServer(), ConfigurationFiles.create()]);
  });
  afterEach(async () => {
    await Promise.all([server.stop(), files.remove()]);
  });

  const apply = async (text: string, prune: readonly Section[] = []): Promise<Record<string, string>> => {
    const items = await server.app.get(Apply).apply([await files.write(text)], { prune });
    return Object.fromEntries(items.map(({ name, outcome }) => [name, outcome]));
  };
  const membersOf = async (name: string): Promise<string[]> => {
    const organization = await server.app.get(OrganizationsStore).findByName(name);
    const { items } = await server.app
      .get(OrganizationMembersStore)
      .members(organization?.id ?? '', { limit: 50 });
    return items.map(({ username, roles }) => [username, ...roles].join(' ')).toSorted();
  };
  const domainsOf = async (name: string): Promise<string[]> => {
    const organization = await server.app.get(OrganizationsStore).findByName(name);
    const { items } = await server.app
      .get(OrganizationDomainsStore)
      .list(organization?.id ?? '', { limit: 50 });
    return items.map(({ domain, verifiedBy }) => `${domain} ${verifiedBy}`).toSorted();
  };
  const consentsOf = async (name: string): Promise<string[]> => {
    const organization = await server.app.get(OrganizationsStore).findByName(name);
    const { items } = await server.app
      .get(OrganizationConsentsStore)
      .list(organization?.id ?? '', { limit: 50 });
    return items.map(({ clientId, scope: allowed }) => `${clientId}: ${allowed}`).toSorted();
  };
  const plan = async (text: string, prune: readonly Section[] = []): Promise<string[]> =>
    planText(await server.app.get(Apply).plan([await files.write(text)], { prune })).split('\n');

  it('are created with the people whom it names, and change nothing the second time', async () => {
    expect(new Set(Object.values(await apply(file)))).toEqual(new Set(['created']));
    expect(await membersOf('acme')).toEqual(['bob admin member', 'eve']);
    expect(new Set(Object.values(await apply(file)))).toEqual(new Set(['unchanged']));
  });

  it('lose the members that a list does not name, and keep them without a list', async () => {
    await apply(file);
    expect(await apply('organizations: [{ name: acme, description: A customer }]')).toEqual({
      acme: 'updated',
    });
    expect(await membersOf('acme')).toEqual(['bob admin member', 'eve']);
    await apply('organizations: [{ name: acme, members: [{ username: EVE, roles: [member] }] }]');
    expect(await membersOf('acme')).toEqual(['eve member']);
  });

  it('have the domains that it names, verified on its word, and keep them without a list', async () => {
    await apply(file);
    expect(await domainsOf('acme')).toEqual(['acme.example administrator', 'shop.acme.example null']);
    await apply('organizations: [{ name: acme, description: A customer }]');
    expect(await domainsOf('acme')).toHaveLength(2);
    const without = 'organizations: [{ name: acme, domains: [{ domain: acme.example }] }]';
    expect((await plan(without))[1]).toBe(
      '    domains: [{"domain":"acme.example","verified":true},{"domain":"shop.acme.example","verified":false}] -> [{"domain":"acme.example","verified":true}]',
    );
    await apply(without);
    expect(await domainsOf('acme')).toEqual(['acme.example administrator']);
    expect(await apply(without)).toEqual({ acme: 'unchanged' });
  });

  it('allow clients what it names in place of members, and keep that without a list', async () => {
    await apply(file);
    expect(await consentsOf('acme')).toEqual(['intranet: openid profile', 'wiki: openid']);
    await apply('organizations: [{ name: acme, description: A customer }]');
    expect(await consentsOf('acme')).toHaveLength(2);
    const other = 'organizations: [{ name: acme, consents: [{ client_id: intranet, scope: profile }] }]';
    expect((await plan(other))[1]).toBe(
      '    consents: [{"client_id":"intranet","scope":"openid profile"},{"client_id":"wiki","scope":"openid"}] -> [{"client_id":"intranet","scope":"profile"}]',
    );
    await apply(other);
    expect(await consentsOf('acme')).toEqual(['intranet: profile']);
    expect(await apply(other)).toEqual({ acme: 'unchanged' });
    const reordered =
      'organizations: [{ name: acme, consents: [{ client_id: intranet, scope: profile openid }] }]';
    await apply(reordered);
    expect(await consentsOf('acme')).toEqual(['intranet: openid profile']);
    expect(await apply(reordered)).toEqual({ acme: 'unchanged' });
  });

  it('allow nothing to a client that the same file deletes', async () => {
    await apply(file);
    const client =
      'clients: [{ client_id: intranet, redirect_uris: [https://intranet.example.com/cb], token_endpoint_auth_method: none }]';
    const consents = (id: string): string =>
      `${client}\norganizations: [{ name: acme, consents: [{ client_id: ${id}, scope: openid }] }]`;
    await expect(apply(consents('wiki'), ['clients'])).rejects.toThrow(
      /consents\[0\]\.client_id is not the client_id of a client/,
    );
    await apply(consents('intranet'), ['clients']);
    expect(await consentsOf('acme')).toEqual(['intranet: openid']);
  });

  it('are planned, exported so that the plan changes nothing, and pruned', async () => {
    await apply(file);
    expect(await plan('organizations: [{ name: acme, members: [] }]')).toEqual([
      '~ organization acme',
      '    members: [{"username":"bob","roles":["admin","member"]},{"username":"eve","roles":[]}] -> []',
      '',
      'Would create 0, update 1, delete 0; 0 unchanged.',
    ]);
    const exported = exportText(await server.app.get(Apply).export(sections));
    expect(await plan(exported, sections)).toEqual(['Nothing would change.']);
    expect(await apply('organizations: [{ name: acme }]', ['organizations'])).toEqual({
      acme: 'unchanged',
      globex: 'deleted',
    });
  });

  it.each([
    ['[{ name: Acme }]', /organizations\[0\]\.name must be of lower-case letters/],
    ['[{ name: a }, { name: a }]', /organizations\[1\]\.name is also used/],
    ['[{ name: a, members: [{ username: nobody }] }]', /members\[0\]\.username is not the name of a user/],
    [
      '[{ name: acme, members: [{ username: bob }, { username: BOB }] }]',
      /members\[1\]\.username is repeated/,
    ],
    [
      '[{ name: acme, members: [{ username: bob, roles: [owner] }] }]',
      /members\[0\]\.roles\[0\] is not a role of the organization/,
    ],
    ['[{ name: a, members: [{ roles: [] }] }]', /members\[0\]\.username/],
    ['[{ name: a, members: bob }]', /members/],
    ['[{ name: a, upstream: nowhere }]', /organizations\[0\]\.upstream must be the alias of an upstream/],
    ['[{ name: a, join_by_upstream: true }]', /organizations\[0\]\.join_by_upstream needs upstream/],
    ['[{ name: acme, default_roles: [owner] }]', /organizations\[0\]\.default_roles has a role that/],
    ['[{ name: a, domains: [{ domain: com }] }]', /domains\[0\]\.domain must be a domain below/],
    [
      '[{ name: a, domains: [{ domain: b.example }, { domain: B.example }] }]',
      /domains\[1\]\.domain is repeated/,
    ],
    [
      '[{ name: a, consents: [{ client_id: nobody, scope: openid }] }]',
      /client_id is not the client_id of a/,
    ],
    ['[{ name: a, consents: [{ client_id: blog, scope: openid }] }]', /client_id is not registered for the/],
    [
      '[{ name: a, consents: [{ client_id: wiki, scope: email }] }]',
      /scope names email, for which the client/,
    ],
    [
      '[{ name: a, consents: [{ client_id: wiki, scope: nothing }] }]',
      /scope names nothing, which no resource/,
    ],
    ['[{ name: a, consents: [{ client_id: wiki, scope: eyrie.admin }] }]', /scope names eyrie\.admin, for/],
    ['[{ name: a, consents: [{ client_id: wiki }] }]', /consents\[0\]\.scope/],
    [
      '[{ name: a, consents: [{ client_id: wiki, scope: openid }, { client_id: wiki, scope: openid }] }]',
      /consents\[1\]\.client_id is repeated/,
    ],
    ['[{ name: a, domains: [{ domain: acme.example }] }]', /domains\[0\]\.domain is verified for another/],
    [
      '[{ name: a, domains: [{ domain: b.example, verified: true }] }, { name: c, domains: [{ domain: b.example, verified: true }] }]',
      /organizations\[1\]\.domains\[0\]\.domain is verified for an earlier/,
    ],
  ])('are refused as %s, and nothing is changed', async (entries, reason) => {
    await apply(file);
    await expect(apply(`organizations: ${entries}`)).rejects.toThrow(reason);
    expect(await membersOf('acme')).toEqual(['bob admin member', 'eve']);
  });
});
