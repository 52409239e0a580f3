import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { expectScimError, ProvisioningClient } from '../support/provisioning-client.js';
import { useServer } from '../support/server.js';

describe('SCIM tokens in the admin API', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const create = (fields: object): ReturnType<typeof admin.post> => admin.post('/scim-tokens', fields);

  it('are shown once, tell their last use to within a minute, and end when they are revoked', async () => {
    const { status, body } = await create({ name: 'okta' });
    expect(status).toBe(201);
    const client = new ProvisioningClient(server, body.token as string);
    const unused = itemsOf(await admin.get('/scim-tokens')).find(({ id }) => id === body.id);
    expect(unused?.last_used_at).toBeNull();
    expect((await client.get('/Users?count=0')).status).toBe(200);
    const [listed] = itemsOf(await admin.get('/scim-tokens')).filter(({ id }) => id === body.id);
    expect(listed).toEqual({
      id: body.id,
      name: 'okta',
      verifies_emails: false,
      created_at: expect.any(Number),
      expires_at: null,
      last_used_at: expect.any(Number),
    });
    expect((await admin.delete(`/scim-tokens/${body.id as string}`)).status).toBe(204);
    expectScimError(await client.get('/Users'), 401);
    expect((await admin.delete(`/scim-tokens/${body.id as string}`)).status).toBe(404);
    const events = itemsOf(await admin.get('/audit-events?limit=20'));
    const detail = { id: body.id, name: 'okta' };
    for (const event of ['scim_token.created', 'scim_token.revoked'])
      expect(events).toContainEqual(expect.objectContaining({ event, detail }));
    expect(JSON.stringify(events)).not.toContain(body.token as string);
  });

  it('expire', async () => {
    const { body } = await create({ name: 'short', lifetime: 60 });
    const client = new ProvisioningClient(server, body.token as string);
    expect((await client.get('/Users?count=0')).status).toBe(200);
    server.clock.advance(61);
    expectScimError(await client.get('/Users'), 401);
  });

  it('of one name are one provisioning client, so that one replaces another', async () => {
    const [first, second] = [await create({ name: 'entra' }), await create({ name: 'entra' })];
    const before = new ProvisioningClient(server, first.body.token as string);
    const { id } = await before.createUser({ externalId: 'e1' });
    await admin.delete(`/scim-tokens/${first.body.id as string}`);
    const after = new ProvisioningClient(server, second.body.token as string);
    expect((await after.find('Users', 'externalId eq "e1"')).map((user) => user.id)).toEqual([id]);
  });

  it('open nothing else: neither the admin API nor userinfo', async () => {
    const { body } = await create({ name: 'narrow' });
    const token = body.token as string;
    expect((await admin.withToken(token).get('/users')).status).toBe(403);
    expect((await admin.withToken(token).post('/scim-tokens', { name: 'more' })).status).toBe(403);
    const userinfo = await fetch(`${server.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(userinfo.status).toBe(401);
  });

  it('are made by administrators alone', async () => {
    for (const scope of ['eyrie.users', 'eyrie.scim', 'eyrie.provisioning.read']) {
      const service = await AdminCaller.register(server, scope);
      expect((await service.post('/scim-tokens', { name: 'x' })).status).toBe(403);
    }
    const service = await AdminCaller.register(server, 'eyrie.provisioning');
    expect((await service.post('/scim-tokens', { name: 'x' })).status).toBe(201);
  });

  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['name', { name: 'a b' }],
    ['name', { name: 'x'.repeat(65) }],
    ['lifetime', { lifetime: 0 }],
    ['verifies_emails', { verifies_emails: 'yes' }],
  ])('refuse a bad %s: %j', async (field, body) => {
    expectRefusedField(
      await create({ name: 'x', ...(field === 'name' ? { name: undefined } : {}), ...body }),
      field,
    );
  });
});
