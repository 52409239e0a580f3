import { randomUUID } from 'node:crypto';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';

interface Memberships {
  readonly groups: readonly { readonly name: string; readonly direct: boolean }[];
  readonly roles: readonly { readonly name: string; readonly direct: boolean }[];
}

describe('Roles in the admin API', () => {
  const server = useServer({}, { clients: [messageWriter] });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const person = (): Promise<string> => {
    const username = `p-${randomUUID()}`;
    return server.createUser({ ...alice, username, email: `${username}@example.com` });
  };
  const role = async (fields: object = {}): Promise<string> => {
    const answer = await admin.post('/roles', { name: randomUUID(), ...fields });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };
  const group = async (fields: object = {}): Promise<string> =>
    (await admin.post('/groups', { name: randomUUID(), ...fields })).body.id as string;
  const membershipsOf = async (userId: string): Promise<Memberships> =>
    (await admin.get(`/users/${userId}/memberships`)).body as unknown as Memberships;

  it('belong to the service, to a client or to a resource, and are named apart for each', async () => {
    const name = 'editor';
    const owners = [{}, { client_id: 'message-writer' }, { resource: contacts.identifier }];
    for (const owner of owners) {
      const id = await role({ name, ...owner });
      expect((await admin.get(`/roles/${id}`)).body).toMatchObject({ name, ...owner });
      expect((await admin.post('/roles', { name, ...owner })).status).toBe(409);
    }
    expect(itemsOf(await admin.get('/roles?client_id=message-writer'))).toHaveLength(1);
    expect(
      itemsOf(await admin.get(`/roles?resource=${encodeURIComponent(contacts.identifier)}`)),
    ).toHaveLength(1);
    expect(itemsOf(await admin.get('/roles?client_id=nobody'))).toEqual([]);
  });

  it.each([
    ['client_id', { client_id: 'nobody' }],
    ['resource', { resource: 'https://nowhere.example.com' }],
    ['resource', { client_id: 'message-writer', resource: contacts.identifier }],
    ['name', { name: ' \u202e' }],
    ['name', { name: 7 }],
  ])('refuse a bad %s: %j', async (field, body) => {
    expectRefusedField(await admin.post('/roles', { name: randomUUID(), ...body }), field);
  });

  it('are renamed, and a taken name is a conflict', async () => {
    const name = randomUUID();
    const [first, second] = [await role({ name }), await role()];
    expect((await admin.patch(`/roles/${second}`, { name })).status).toBe(409);
    expect((await admin.patch(`/roles/${first}`, { name: `${name}-b` })).body.name).toBe(`${name}-b`);
    expect((await admin.patch(`/roles/${second}`, { name })).status).toBe(200);
  });

  it('come to people by themselves, and by their groups and those above', async () => {
    const userId = await person();
    const top = await group({ name: 'top' });
    const middle = await group({ name: 'middle', parent_id: top });
    const bottom = await group({ name: 'bottom', parent_id: middle });
    const [own, ofTop, ofBottom, ofOther] = [
      await role({ name: 'own' }),
      await role({ name: 'of top' }),
      await role({ name: 'of bottom' }),
      await role({ name: 'of another' }),
    ];
    await admin.put(`/groups/${bottom}/members/${userId}`);
    await admin.put(`/roles/${own}/users/${userId}`);
    await admin.put(`/roles/${ofTop}/groups/${top}`);
    await admin.put(`/roles/${ofBottom}/groups/${bottom}`);
    await admin.put(`/roles/${ofOther}/groups/${await group()}`);

    expect(await membershipsOf(userId)).toMatchObject({
      groups: [
        { name: 'bottom', direct: true },
        { name: 'middle', direct: false },
        { name: 'top', direct: false },
      ],
      roles: [
        { name: 'of bottom', direct: false },
        { name: 'of top', direct: false },
        { name: 'own', direct: true },
      ],
    });

    await admin.patch(`/groups/${bottom}`, { parent_id: null });
    await admin.delete(`/roles/${own}/users/${userId}`);
    const { groups, roles } = await membershipsOf(userId);
    expect([groups.map(({ name }) => name), roles.map(({ name }) => name)]).toEqual([
      ['bottom'],
      ['of bottom'],
    ]);
  });

  it('are listed with whom they were given to, by pages', async () => {
    const id = await role();
    const users = [await person(), await person(), await person()];
    for (const userId of users) await admin.put(`/roles/${id}/users/${userId}`);
    expect((await admin.everyItem(`/roles/${id}/users`, 2)).map((holder) => holder['id'])).toEqual(users);
    const groupId = await group({ name: 'holders' });
    await admin.put(`/roles/${id}/groups/${groupId}`);
    expect(itemsOf(await admin.get(`/roles/${id}/groups`))).toEqual([
      { id: groupId, name: 'holders', since: expect.any(Number) },
    ]);
    expect((await admin.put(`/roles/${id}/users/nobody`)).status).toBe(404);
    expect((await admin.put(`/roles/${id}/groups/nobody`)).status).toBe(404);
    expect((await admin.put(`/roles/none/users/${users[0]}`)).status).toBe(404);
  });

  it('are gone with what they belong to: another of the same name has none of them', async () => {
    const userId = await person();
    const names = { client_id: 'short-lived', resource: 'https://short-lived.example.com' };
    const make = async (): Promise<void> => {
      await server.register({ ...messageWriter, client_id: names.client_id });
      await admin.put('/resources', { identifier: names.resource, name: 'Short-lived', scopes: {} });
    };
    await make();
    for (const owner of [{ client_id: names.client_id }, { resource: names.resource }])
      await admin.put(`/roles/${await role({ name: 'old', ...owner })}/users/${userId}`);
    expect((await membershipsOf(userId)).roles).toHaveLength(2);

    await admin.delete(`/clients/${names.client_id}`);
    await admin.delete(`/resources/${encodeURIComponent(names.resource)}`);
    await make();

    expect((await membershipsOf(userId)).roles).toEqual([]);
    expect(itemsOf(await admin.get(`/roles?client_id=${names.client_id}`))).toEqual([]);
  });

  it('deleted ones, and those of a deleted group, are nobody any more', async () => {
    const userId = await person();
    const [deleted, ofGroup] = [await role(), await role()];
    const groupId = await group();
    await admin.put(`/groups/${groupId}/members/${userId}`);
    await admin.put(`/roles/${deleted}/users/${userId}`);
    await admin.put(`/roles/${ofGroup}/groups/${groupId}`);
    expect((await membershipsOf(userId)).roles).toHaveLength(2);
    await admin.delete(`/roles/${deleted}`);
    await admin.delete(`/groups/${groupId}`);
    expect(await membershipsOf(userId)).toEqual({ groups: [], roles: [] });
  });

  it('their events name the role, and the person or the group', async () => {
    const [userId, groupId, id] = [await person(), await group(), await role({ name: 'told' })];
    for (const holder of [`users/${userId}`, `groups/${groupId}`]) {
      await admin.put(`/roles/${id}/${holder}`);
      await admin.put(`/roles/${id}/${holder}`);
      await admin.delete(`/roles/${id}/${holder}`);
    }
    const events = itemsOf(await admin.get('/audit-events?limit=200'))
      .filter(({ detail }) => (detail as { role?: string } | null)?.role === id)
      .map(({ event, user_id, detail }) => ({ event, user_id, detail }));
    const toUser = { user_id: userId, detail: { role: id, name: 'told' } };
    const toGroup = { user_id: null, detail: { role: id, name: 'told', group: groupId } };
    expect(events).toHaveLength(5);
    expect(events).toEqual(
      expect.arrayContaining([
        { event: 'role.given', ...toUser },
        { event: 'role.taken', ...toUser },
        { event: 'role.given', ...toGroup },
        { event: 'role.taken', ...toGroup },
      ]),
    );
  });
});
