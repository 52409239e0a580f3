import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import {
  expectScimError,
  groupSchema,
  ProvisioningClient,
  userSchema,
} from '../support/provisioning-client.js';
import { RelyingParty } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

describe('A provisioning client', () => {
  const server = useServer({ EYRIE_SIGN_IN_ATTEMPTS: '1000' });
  let admin: AdminCaller;
  let client: ProvisioningClient;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    client = await ProvisioningClient.withToken(server, { name: 'entra', verifies_emails: true });
  });

  it.each([{ administrator: true }, { admin_roles: ['auditor' as const] }])(
    'reads somebody with %j, and changes nothing of them',
    async (role) => {
      const password = 'correct horse battery';
      const username = `boss-${Object.keys(role)[0]}`;
      const id = await server.createUser({ username, password, ...role });
      expect((await client.get(`/Users/${id}`)).body.userName).toBe(username);
      expectScimError(
        await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
        403,
      );
      expectScimError(
        await client.patch(`/Users/${id}`, [{ op: 'add', path: 'externalId', value: '1' }]),
        403,
      );
      expectScimError(
        await client.call('PUT', `/Users/${id}`, { schemas: [userSchema], userName: 'renamed' }),
        403,
      );
      expectScimError(await client.call('DELETE', `/Users/${id}`), 403);
      expect((await admin.get(`/users/${id}`)).body).toMatchObject({ username, disabled_at: null });
    },
  );

  it('gives nobody the verified address of another person as username', async () => {
    const email = 'root@example.com';
    const root = { username: 'root', password: 'correct horse battery', email, email_verified: true };
    await server.createUser({ ...root, administrator: true });
    const named = { schemas: [userSchema], userName: 'ROOT@example.com' };
    expectScimError(await client.call('POST', '/Users', named), 409, 'uniqueness');
    const { id } = await client.createUser();
    expectScimError(await client.call('PUT', `/Users/${id}`, named), 409, 'uniqueness');
    const made = await admin.post('/users', { username: email, password: 'correct horse battery' });
    expect(made.status).toBe(409);
  });

  it('gives nobody a role, whatever it sends', async () => {
    const { id } = await client.createUser({
      administrator: true,
      admin_roles: ['auditor'],
      roles: [{ value: 'administrator' }],
    });
    expect((await admin.get(`/users/${id}`)).body).toMatchObject({ administrator: false, admin_roles: [] });
  });

  it('adds people to a group that asks for a second factor, and changes nothing else of it', async () => {
    const { id } = await client.createUser();
    const parent = await admin.post('/groups', { name: 'careful', require_second_factor: true });
    const group = await admin.post('/groups', { name: 'below', parent_id: parent.body.id as string });
    for (const path of [parent, group].map(({ body }) => `/Groups/${body.id as string}`)) {
      expect(
        (await client.patch(path, [{ op: 'add', path: 'members', value: [{ value: id }] }])).status,
      ).toBe(204);
      expectScimError(await client.patch(path, [{ op: 'remove', path: 'members' }]), 403);
      expectScimError(await client.patch(path, [{ op: 'replace', path: 'displayName', value: 'x' }]), 403);
      expectScimError(await client.call('PUT', path, { schemas: [groupSchema], displayName: 'x' }), 403);
      expectScimError(await client.call('DELETE', path), 403);
    }
  });

  it('of two, only the one that an administrator trusts for it verifies addresses, and nobody else gets a verified one', async () => {
    const emails = [{ value: 'vera@example.com', primary: true }];
    const verified = await client.createUser({ emails });
    const other = await ProvisioningClient.withToken(server);
    const unverified = await other.createUser({ emails });
    expect((await admin.get(`/users/${verified.id}`)).body.email_verified).toBe(true);
    expect((await admin.get(`/users/${unverified.id}`)).body.email_verified).toBe(false);
    expectScimError(
      await client.call('POST', '/Users', { schemas: [userSchema], userName: 'vera2', emails }),
      409,
      'uniqueness',
    );
    await other.patch(`/Users/${verified.id}`, [
      { op: 'replace', path: 'emails[primary eq true].value', value: 'x@example.com' },
    ]);
    expect((await admin.get(`/users/${verified.id}`)).body).toMatchObject({
      email: 'x@example.com',
      email_verified: false,
    });
  });

  it.each([
    [
      'M2 disables somebody',
      (id: string) => client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]),
      'user.disabled',
    ],
    ['M2 deletes somebody', (id: string) => client.call('DELETE', `/Users/${id}`), 'user.deleted'],
  ] as const)(
    '%s: sessions, grants and tokens end at once, with its name in the audit trail',
    async (_, end, event) => {
      const person = { username: `person-${event}`, password: 'correct horse battery' };
      const id = await server.createUser(person);
      const party = await RelyingParty.register(server, {
        access_token_format: 'opaque',
        grant_types: ['authorization_code', 'refresh_token'],
      });
      const { body } = await party.redeem(await party.authorize({ scope: 'openid offline_access' }, person));
      expect((await party.userinfo(body.access_token)).status).toBe(200);
      expect(itemsOf(await admin.get(`/users/${id}/sessions`))).toHaveLength(1);
      expect((await end(id)).status).toBeLessThan(300);
      expect((await party.userinfo(body.access_token)).status).toBe(401);
      expect((await party.refresh(body.refresh_token ?? '')).body.error).toBe('invalid_grant');
      const sessions = await admin.get(`/users/${id}/sessions`);
      expect(event === 'user.deleted' ? sessions.status : itemsOf(sessions)).toEqual(
        event === 'user.deleted' ? 404 : [],
      );
      const events = itemsOf(await admin.get('/audit-events?limit=200')).filter((one) => one.user_id === id);
      expect(events).toContainEqual(expect.objectContaining({ event, actor: 'scim:entra' }));
    },
  );

  it('creates somebody who is not active, who is disabled from the start', async () => {
    const { id, active } = await client.createUser({ active: false });
    expect(active).toBe(false);
    expect((await admin.get(`/users/${id}`)).body.disabled_at).toEqual(expect.any(Number));
  });
});
