import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { Apply } from '../../src/provisioning/apply.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { useServer } from '../support/server.js';

describe('What a configuration file disables', () => {
  const server = useServer();
  let files: ConfigurationFiles;
  beforeAll(async () => {
    files = await ConfigurationFiles.create();
  });
  afterAll(() => files.remove());

  const text = (state: string): string => `
clients:
  - { client_id: shop, client_secret: a long secret of thirty-six letters, redirect_uris: [], grant_types: [client_credentials], response_types: []${state} }
users:
  - { username: mallory, password: correct horse battery staple 9${state} }
`;
  const applied = async (state: string) =>
    (await server.app.get(Apply).apply([await files.write(text(state))])).map(({ outcome }) => outcome);
  const states = async () => [
    (await server.app.get(ClientsStore).find('shop'))?.disabledAt !== null,
    (await server.app.get(UsersStore).findByUsername('mallory'))?.disabledAt !== null,
  ];

  it('begins disabled, stays so where nothing is said, and is enabled again by the file', async () => {
    expect(await applied(', disabled: true')).toEqual(['created', 'created']);
    expect(await states()).toEqual([true, true]);
    expect(await applied(', disabled: true')).toEqual(['unchanged', 'unchanged']);
    expect(await applied('')).toEqual(['unchanged', 'unchanged']);
    const { clients, users } = (await server.app.get(Apply).export(['clients', 'users'])) as Record<
      string,
      object[]
    >;
    expect(clients).toContainEqual(expect.objectContaining({ client_id: 'shop', disabled: true }));
    expect(users).toContainEqual(expect.objectContaining({ username: 'mallory', disabled: true }));
    expect(await applied(', disabled: false')).toEqual(['updated', 'updated']);
    expect(await states()).toEqual([false, false]);
    expect(await applied(', disabled: true')).toEqual(['updated', 'updated']);
    expect(await states()).toEqual([true, true]);
  });
});
