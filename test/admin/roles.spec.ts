import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Operation, operationsOf } from '../support/api-document.js';
import { type Answer, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

const password = 'the keys of the house';
const people = {
  administrator: { username: 'root', password, administrator: true },
  auditor: { username: 'iris', password, admin_roles: ['auditor'] },
  client_manager: { username: 'carl', password, admin_roles: ['client_manager'] },
  user_support: { username: 'uma', password, admin_roles: ['user_support'] },
  directory_manager: { username: 'dora', password, admin_roles: ['directory_manager'] },
  nobody: { username: 'norah', password },
} as const;
type Role = keyof typeof people;

/** Which areas of the admin API each role reads and changes. */
const rights: Readonly<Record<Exclude<Role, 'nobody'>, { reads: RegExp; changes: RegExp }>> = {
  administrator: { reads: /./, changes: /./ },
  auditor: { reads: /./, changes: /^$/ },
  client_manager: { reads: /^eyrie\.(clients|resources)\.read$/, changes: /^eyrie\.clients$/ },
  user_support: { reads: /^eyrie\.(users|grants)\.read$/, changes: /^eyrie\.(users|grants)$/ },
  directory_manager: {
    reads: /^eyrie\.(groups|roles|users)\.read$/,
    changes: /^eyrie\.(groups|roles)$/,
  },
};

const consoleClient = {
  client_name: 'Console',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid eyrie.admin eyrie.admin.read eyrie.users',
};

describe('Roles in the admin API', () => {
  const server = useServer();
  let root: AdminCaller;
  let operations: Operation[];
  const callers = new Map<Role, AdminCaller>();
  const scopes = new Map<Role, string>();

  /** What a client of this person gets, which asks for everything. */
  const tokensOf = async (person: { username: string; password: string }): Promise<Answer['body']> => {
    const party = await RelyingParty.register(server, consoleClient);
    return (await party.redeem(await party.authorize({ scope: 'openid eyrie.admin' }, person))).body;
  };
  const callerFor = (role: Role): AdminCaller => callers.get(role)!;
  const idOf = async (username: string): Promise<string> =>
    itemsOf(await root.get(`/users?username=${username}`))[0]!['id'] as string;

  beforeAll(async () => {
    root = await AdminCaller.register(server);
    for (const { ...person } of Object.values(people)) await server.createUser(person);
    await server.createUser(alice);
    operations = await operationsOf(server);
    for (const role of Object.keys(rights) as Exclude<Role, 'nobody'>[]) {
      const body = await tokensOf(people[role]);
      callers.set(role, root.withToken(body.access_token));
      scopes.set(role, body.scope);
    }
  });

  it('a token holds no more than its person may give, though the client asks for all of it', () => {
    expect(Object.fromEntries(scopes)).toEqual({
      administrator: 'openid eyrie.admin',
      auditor: 'openid eyrie.admin.read',
      client_manager: 'openid eyrie.clients eyrie.resources.read',
      user_support: 'openid eyrie.users eyrie.grants',
      directory_manager: 'openid eyrie.groups eyrie.roles eyrie.users.read',
    });
  });

  it('who has no role is refused when a client asks for rights', async () => {
    await expect(tokensOf(people.nobody)).rejects.toThrow(/access_denied/);
  });

  it.each(Object.keys(rights) as Exclude<Role, 'nobody'>[])(
    '%s may call what its role allows, and nothing else',
    async (role) => {
      const wrong: object[] = [];
      let allowed = 0;
      for (const { id, method, path, right } of operations) {
        const { reads, changes } = rights[role];
        const expected = (right.endsWith('.read') ? reads : changes).test(right);
        // Nothing is there under these ids: an allowed call is refused for what it says, or finds nothing.
        const { status, body } = await callerFor(role).call(
          method,
          path.replaceAll(/\{\w+\}/g, 'none'),
          method === 'GET' ? undefined : {},
        );
        const isRefused = status === 403 && body.error === 'insufficient_scope';
        if (isRefused === expected) wrong.push({ id, right, status, expected });
        if (expected) allowed++;
      }
      expect(wrong).toEqual([]);
      expect(allowed).toBeGreaterThan(5);
    },
  );

  describe('User support', () => {
    it('creates and changes people, and ends what they have opened', async () => {
      const support = callerFor('user_support');
      const { status, body } = await support.post('/users', { username: 'zoe', password });
      const id = String(body.id);
      expect(status).toBe(201);
      expect((await support.patch(`/users/${id}`, { name: 'Zoe' })).status).toBe(200);
      expect((await support.put(`/users/${id}/password`, { password: 'another long one' })).status).toBe(204);
      expect((await support.delete(`/users/${id}`)).status).toBe(204);
    });

    it.each([{ administrator: true }, { admin_roles: ['auditor'] }, { admin_roles: ['user_support'] }])(
      'gives nobody a role: %j',
      async (given) => {
        const support = callerFor('user_support');
        const id = await idOf('alice');

        expect((await support.patch(`/users/${id}`, given)).status).toBe(403);
        expect((await support.post('/users', { username: 'climber', password, ...given })).status).toBe(403);
        expect(
          (
            await support.post('/users/invitations', {
              username: 'climber',
              email: 'c@example.com',
              ...given,
            })
          ).status,
        ).toBe(403);
        expect((await root.get(`/users/${id}`)).body).toMatchObject({
          administrator: false,
          admin_roles: [],
        });
        expect(itemsOf(await root.get('/users?username=climber'))).toEqual([]);
      },
    );

    it.each(['root', 'iris', 'uma'])('changes nothing of %s, who has a role', async (username) => {
      const support = callerFor('user_support');
      const id = await idOf(username);
      const before = (await root.get(`/users/${id}`)).body;
      for (const [method, path, body] of [
        ['PATCH', '', { email: 'mine@example.com' }],
        ['PUT', '/password', { password: 'another long one' }],
        ['POST', '/disable', undefined],
        ['POST', '/enable', undefined],
        ['DELETE', '', undefined],
        ['DELETE', '/factors', undefined],
        ['DELETE', '/sessions/none', undefined],
        ['POST', '/email-verification', undefined],
        ['POST', '/invitation', undefined],
      ] as const)
        expect({ path, status: (await support.call(method, `/users/${id}${path}`, body)).status }).toEqual({
          path,
          status: 403,
        });
      expect((await root.get(`/users/${id}`)).body).toEqual(before);
    });
  });

  describe('A client manager', () => {
    const service = { grant_types: ['client_credentials'], scope: 'contacts.read' };

    it('manages the clients that they register, and sees no others', async () => {
      const manager = callerFor('client_manager');
      const { status, body } = await manager.post('/clients', { client_id: 'own', ...service });

      expect(status).toBe(201);
      expect(itemsOf(await manager.get('/clients')).map(({ client_id }) => client_id)).toEqual(['own']);
      expect((await manager.patch('/clients/own', { client_name: 'Own' })).status).toBe(200);
      expect((await manager.post('/clients/own/secrets', { overlap: 0 })).status).toBe(201);
      expect(itemsOf(await manager.get('/clients/own/managers'))).toEqual([
        expect.objectContaining({ username: 'carl' }),
      ]);
      expect(body.client_secret).toEqual(expect.any(String));
    });

    it.each(['token_exchange_clients', 'token_exchange_resources'])(
      'does not decide on %s',
      async (member) => {
        const manager = callerFor('client_manager');
        const policy = { [member]: ['https://contacts.example.com'] };
        const clientId = `without-${member}`;
        expect((await manager.post('/clients', { client_id: clientId, ...service, ...policy })).status).toBe(
          403,
        );
        await manager.post('/clients', { client_id: clientId, ...service });
        expect((await manager.patch(`/clients/${clientId}`, policy)).status).toBe(403);
        expect((await root.get(`/clients/${clientId}`)).body[member]).toEqual([]);
        expect((await root.patch(`/clients/${clientId}`, policy)).body).toMatchObject(policy);
      },
    );

    it('finds no client that is not theirs', async () => {
      const manager = callerFor('client_manager');
      await root.post('/clients', { client_id: 'foreign', ...service });
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { client_name: 'Mine' }],
        ['POST', '/disable', undefined],
        ['POST', '/enable', undefined],
        ['POST', '/secrets', { overlap: 0 }],
        ['DELETE', '', undefined],
        ['GET', '/managers', undefined],
        ['PUT', `/managers/${await idOf('carl')}`, undefined],
      ] as const)
        expect({
          path,
          status: (await manager.call(method, `/clients/foreign${path}`, body)).status,
        }).toEqual({ path, status: 404 });
      expect((await root.get('/clients/foreign')).body).toMatchObject({
        client_name: 'foreign',
        disabled_at: null,
      });
    });

    it('may change a client that an administrator gives them, until it is taken away', async () => {
      const manager = callerFor('client_manager');
      const carl = await idOf('carl');
      await root.post('/clients', { client_id: 'given', ...service });

      expect((await root.put(`/clients/given/managers/${carl}`)).status).toBe(204);
      expect((await root.put(`/clients/given/managers/${carl}`)).status).toBe(204);
      expect((await manager.patch('/clients/given', { client_name: 'Given' })).status).toBe(200);
      expect((await manager.put(`/clients/given/managers/${carl}`)).status).toBe(403);
      expect((await root.delete(`/clients/given/managers/${carl}`)).status).toBe(204);
      expect((await manager.get('/clients/given')).status).toBe(404);
      const trail = itemsOf(await root.get('/audit-events?client_id=given'));
      expect(trail.map(({ event }) => event)).toEqual(
        expect.arrayContaining(['client.manager_added', 'client.manager_removed']),
      );
    });

    it('is somebody with that role', async () => {
      await root.post('/clients', { client_id: 'orphan', ...service });
      expect((await root.put(`/clients/orphan/managers/${await idOf('alice')}`)).status).toBe(400);
      expect((await root.put('/clients/orphan/managers/none')).status).toBe(400);
      expect((await root.put(`/clients/none/managers/${await idOf('carl')}`)).status).toBe(404);
    });

    it.each(['eyrie.admin', 'eyrie.admin.read', 'eyrie.users', 'contacts.read eyrie.audit.read'])(
      'gives no client the scope %s',
      async (scope) => {
        const manager = callerFor('client_manager');
        const climbing = { client_id: 'climbing', grant_types: ['client_credentials'], scope };

        expect((await manager.post('/clients', climbing)).status).toBe(403);
        expect((await root.get('/clients/climbing')).status).toBe(404);
        await manager.post('/clients', { ...climbing, client_id: 'plain', scope: 'contacts.read' });
        expect((await manager.patch('/clients/plain', { scope })).status).toBe(403);
      },
    );

    it('cannot take over a client that has more rights than they have', async () => {
      const manager = callerFor('client_manager');
      await root.post('/clients', {
        client_id: 'strong',
        grant_types: ['client_credentials'],
        scope: 'eyrie.admin',
      });
      await root.put(`/clients/strong/managers/${await idOf('carl')}`);

      expect((await manager.get('/clients/strong')).status).toBe(200);
      expect((await manager.post('/clients/strong/secrets', { overlap: 0 })).status).toBe(403);
      expect((await manager.patch('/clients/strong', { client_name: 'Mine' })).status).toBe(403);
    });

    it('loses the clients with the role', async () => {
      const username = 'temp';
      const id = await server.createUser({ username, password, admin_roles: ['client_manager'] });
      const body = await tokensOf({ username, password });
      const manager = root.withToken(body.access_token);
      await manager.post('/clients', { client_id: 'temporary', ...service });
      await root.patch(`/users/${id}`, { admin_roles: [] });

      expect((await manager.get('/clients/temporary')).status).toBe(403);
      expect((await root.delete(`/users/${id}`)).status).toBe(204);
      expect(itemsOf(await root.get('/clients/temporary/managers'))).toEqual([]);
    });
  });

  it('a service client has the scopes of its registration, and no role', async () => {
    const service = await AdminCaller.register(server, 'eyrie.clients');

    expect((await service.get('/clients')).status).toBe(200);
    expect((await service.get('/users')).status).toBe(403);
    expect(
      (
        await service.post('/clients', {
          client_id: 'made',
          grant_types: ['client_credentials'],
          scope: 'eyrie.admin',
        })
      ).status,
    ).toBe(403);
  });

  it('a role that is taken away ends what its tokens may do, at once and at the next refresh', async () => {
    const username = 'short';
    const id = await server.createUser({ username, password, admin_roles: ['auditor', 'user_support'] });
    const body = await tokensOf({ username, password });
    const caller = root.withToken(body.access_token);
    expect((await caller.get('/clients')).status).toBe(200);

    await root.patch(`/users/${id}`, { admin_roles: ['user_support'] });

    expect((await caller.get('/clients')).status).toBe(403);
    expect((await caller.get('/users')).status).toBe(200);
  });
});
