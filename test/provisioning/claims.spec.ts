import { ClaimRulesStore } from '../../src/persistence/stores/claim-rules.store.js';
import { Apply } from '../../src/provisioning/apply.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { startServer, type TestServer } from '../support/server.js';

const file = `
clients:
  - { client_id: kubelogin, grant_types: [], token_endpoint_auth_method: none }
claims:
  - { name: tenant, claim: tenant, source: constant, constant: acme, in: [access_token] }
  - { name: roles as Keycloak has them, claim: [realm_access, roles], source: roles, in: [access_token] }
  - { preset: kubernetes, client_id: kubelogin }
`;

describe('Rules about claims of a configuration file', () => {
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

  it('are created, with those of presets, and unchanged the second time', async () => {
    const names = [
      'kubelogin',
      'kubernetes: groups (kubelogin)',
      'kubernetes: preferred_username (kubelogin)',
      'roles as Keycloak has them',
      'tenant',
    ];
    const first = await apply(file);
    expect(Object.keys(first).toSorted()).toEqual(names);
    expect(new Set(Object.values(first))).toEqual(new Set(['created']));
    expect(new Set(Object.values(await apply(file)))).toEqual(new Set(['unchanged']));
    expect(await server.app.get(ClaimRulesStore).findByName('tenant')).toMatchObject({
      claim: ['tenant'],
      fixedValue: 'acme',
      places: ['access_token'],
    });
  });

  it('change as the file has them', async () => {
    await apply(file);
    const changed =
      'claims: [{ name: tenant, claim: org, source: constant, constant: acme, in: [userinfo] }]';
    expect(await apply(changed)).toEqual({ tenant: 'updated' });
    expect(await server.app.get(ClaimRulesStore).findByName('tenant')).toMatchObject({ claim: ['org'] });
  });

  it.each([
    ['{ preset: nothing }', 'claims[0].preset must be one of'],
    ['{ preset: vault, name: x }', 'claims[0].name is not a known field'],
    ['{ preset: vault, client_id: nobody }', 'claims[0].client_id is not the client_id of a client'],
    ['{ preset: vault, resource: "https://n.example" }', 'claims[0].resource goes with access_token'],
    ['{ name: x, claim: sub, source: groups, in: [id_token] }', 'claims[0].claim names sub'],
    ['{ name: x, claim: x, source: profile, in: [id_token] }', 'claims[0].member must be one of'],
    ['{ name: x, claim: x, source: groups }', 'claims[0].in'],
    ['{ preset: vault }, { preset: vault }', 'claims[1].name is also used by claims[0]'],
    ['7', 'claims[0]'],
  ])('%s is refused before anything is written', async (entries, message) => {
    await expect(apply(`claims: [${entries}]`)).rejects.toThrow(message);
    expect(await server.app.get(ClaimRulesStore).all()).toEqual([]);
  });
});
