import { randomUUID } from 'node:crypto';
import { AdminCaller, expectRefusedField, itemsOf } from '../../support/admin-caller.js';
import { changesOfRows, everyRow } from '../../support/database-rows.js';
import { organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { useServer } from '../../support/server.js';
import { walk } from '../../support/walk.js';

describe('Organizations in the admin API', () => {
  const server = useServer();
  let world: TestOrganizations;
  let admin: AdminCaller;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    ({ admin } = world);
  });

  const eventsAbout = async (id: string): Promise<unknown[]> =>
    itemsOf(await admin.get('/audit-events?limit=200'))
      .filter(({ detail }) => (detail as { organization?: string } | null)?.organization === id)
      .map(({ event }) => event)
      .toReversed();

  it('are created, listed, searched, changed and deleted, each with its event', async () => {
    const name = `o-${randomUUID()}`;
    const created = await admin.post('/organizations', { name });
    expect(created.status).toBe(201);
    const id = created.body['id'] as string;
    expect(created.body).toMatchObject({ name, display_name: name, description: null, roles: [] });

    await admin.patch(`/organizations/${id}`, { display_name: 'Needle & Sons', roles: ['admin', 'guest'] });
    expect(itemsOf(await admin.get('/organizations?search=NEEDLE'))).toMatchObject([
      { id, display_name: 'Needle & Sons', roles: ['admin', 'guest'] },
    ]);
    await admin.patch(`/organizations/${id}`, {});
    expect((await admin.delete(`/organizations/${id}`)).status).toBe(204);
    expect((await admin.get(`/organizations/${id}`)).status).toBe(404);
    expect(await eventsAbout(id)).toEqual([
      'organization.created',
      'organization.updated',
      'organization.deleted',
    ]);
  });

  it('have members, whose roles are put, each change with its event', async () => {
    const id = await world.create();
    const person = await world.person();
    const path = `/organizations/${id}/members`;
    await world.join(id, person, ['member', 'admin']);
    await world.join(id, person, ['admin', 'member']);
    expect(itemsOf(await admin.get(path))).toMatchObject([
      { user_id: person.id, username: person.username, roles: ['admin', 'member'] },
    ]);
    await admin.put(`${path}/${person.id}`, {});
    expect(itemsOf(await admin.get(path))).toMatchObject([{ roles: [] }]);
    await world.leave(id, person);
    await world.leave(id, person);
    expect(itemsOf(await admin.get(path))).toEqual([]);
    expect(await eventsAbout(id)).toEqual([
      'organization.created',
      'organization.member_added',
      'organization.member_updated',
      'organization.member_removed',
    ]);
  });

  it('list members page by page', async () => {
    const id = await world.create();
    const people = [];
    for (let made = 0; made < 5; made++) people.push(await world.person());
    for (const person of people) await world.join(id, person, ['member']);
    const listed = await admin.everyItem(`/organizations/${id}/members`, 2);
    expect(listed.map(({ user_id }) => user_id)).toEqual(people.map((person) => person.id).toSorted());
    expect(listed.every(({ roles }) => (roles as string[]).join(' ') === 'member')).toBe(true);
  });

  it('take a role that they have no more from their members, for good', async () => {
    const id = await world.create();
    const person = await world.person();
    await world.join(id, person, ['member', 'admin']);
    await admin.patch(`/organizations/${id}`, { roles: ['member'] });
    await admin.patch(`/organizations/${id}`, { roles: ['member', 'admin'] });
    expect(itemsOf(await admin.get(`/organizations/${id}/members`))).toMatchObject([{ roles: ['member'] }]);
  });

  it('are created once by a repeated request', async () => {
    const caller = admin.with({ 'idempotency-key': '"create-one"' });
    const body = { name: `o-${randomUUID()}` };
    const first = await caller.post('/organizations', body);
    const second = await caller.post('/organizations', body);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body['id']).toBe(first.body['id']);
  });

  it('are changed only in the state that If-Match names', async () => {
    const id = await world.create();
    const etag = (await admin.get(`/organizations/${id}`)).headers.get('etag') ?? '';
    const first = admin.with({ 'if-match': etag });
    expect((await first.patch(`/organizations/${id}`, { description: 'x' })).status).toBe(200);
    expect((await first.patch(`/organizations/${id}`, { description: 'y' })).status).toBe(412);
    expect((await first.delete(`/organizations/${id}`)).status).toBe(412);
    expect((await admin.get(`/organizations/${id}`)).body['description']).toBe('x');
  });

  it('say with dry_run which grants would end, and end none', async () => {
    const { person, organizations } = await world.memberOf(2);
    const [id = '', other = ''] = organizations;
    const rp = await RelyingParty.register(server, { scope: 'openid organization' });
    for (const asked of [id, other, other])
      await walk(
        rp.browser,
        rp.authorizeUrl('v'.repeat(43), { scope: `openid ${organizationScope(asked)}` }),
        person,
      );
    const before = await everyRow(server);
    const ofOne = await admin.delete(`/organizations/${id}?dry_run=true`);
    expect(ofOne.body).toMatchObject({ grants: 1, people: 1, clients: 1 });
    const ofMember = await admin.delete(`/organizations/${other}/members/${person.id}?dry_run=true`);
    expect(ofMember.body).toMatchObject({ grants: 2, people: 1 });
    const changes = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
    expect(changes.filter((table) => /organization|grants|consents/.test(table))).toEqual([]);
    const stranger = await world.person();
    // As the call itself, which finds nothing to remove.
    expect(
      (await admin.delete(`/organizations/${id}/members/${stranger.id}?dry_run=true`)).body,
    ).toMatchObject({
      grants: 0,
      people: 0,
    });
    expect((await admin.delete('/organizations/nobody?dry_run=true')).status).toBe(404);
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'Acme' }],
    ['name', { name: '-acme' }],
    ['name', { name: 'a'.repeat(64) }],
    ['name', { name: 7 }],
    ['display_name', { display_name: 'a\nb' }],
    ['display_name', { display_name: null }],
    ['roles', { roles: ['a', 'a'] }],
    ['roles', { roles: ['a b'] }],
    ['roles', { roles: 'admin' }],
    ['roles', { roles: null }],
    ['roles', { roles: Array.from({ length: 51 }, (_, index) => `r${index}`) }],
    ['unknown', { unknown: 1 }],
  ])('refuse a wrong %s: %j', async (field, wrong) => {
    expectRefusedField(await admin.post('/organizations', { name: `o-${randomUUID()}`, ...wrong }), field);
    const id = await world.create();
    expectRefusedField(await admin.patch(`/organizations/${id}`, wrong), field);
  });

  it('refuse a taken name, unknown people, roles and organizations', async () => {
    const [id, other] = [await world.create('taken-one'), await world.create()];
    const person = await world.person();
    expect((await admin.post('/organizations', { name: 'taken-one' })).status).toBe(409);
    expect((await admin.patch(`/organizations/${other}`, { name: 'taken-one' })).status).toBe(409);
    expectRefusedField(
      await admin.put(`/organizations/${id}/members/${person.id}`, { roles: ['owner'] }),
      'roles',
    );
    expect(itemsOf(await admin.get(`/organizations/${id}/members`))).toEqual([]);
    expect((await admin.put(`/organizations/${id}/members/nobody`, {})).status).toBe(404);
    for (const path of ['/organizations/nobody', '/organizations/nobody/members'])
      expect((await admin.get(path)).status).toBe(404);
    expect((await admin.put(`/organizations/nobody/members/${person.id}`, {})).status).toBe(404);
    expect((await admin.delete(`/organizations/nobody/members/${person.id}`)).status).toBe(404);
    expect((await admin.delete('/organizations/nobody')).status).toBe(404);
  });

  it('are for callers with the rights for groups alone', async () => {
    const id = await world.create();
    const reader = await AdminCaller.register(server, 'eyrie.groups.read');
    const manager = await AdminCaller.register(server, 'eyrie.groups');
    const other = await AdminCaller.register(server, 'eyrie.users');
    expect((await reader.get(`/organizations/${id}`)).status).toBe(200);
    expect((await reader.patch(`/organizations/${id}`, {})).status).toBe(403);
    expect((await reader.delete(`/organizations/${id}`)).status).toBe(403);
    expect((await other.get('/organizations')).status).toBe(403);
    expect((await admin.withToken('').get('/organizations')).status).toBe(401);
    expect((await manager.delete(`/organizations/${id}`)).status).toBe(204);
  });

  it('lose a user who is deleted', async () => {
    const { person, organizations } = await world.memberOf(1);
    expect((await admin.delete(`/users/${person.id}`)).status).toBe(204);
    expect(itemsOf(await admin.get(`/organizations/${organizations[0]}/members`))).toEqual([]);
  });

  it('are changed one by one: of two changes at once none is lost', async () => {
    const id = await world.create();
    const people = [];
    for (let made = 0; made < 4; made++) people.push(await world.person());
    await Promise.all([
      ...people.map((person) => world.join(id, person)),
      admin.patch(`/organizations/${id}`, { description: 'one' }),
      admin.patch(`/organizations/${id}`, { display_name: 'two' }),
    ]);
    expect((await admin.get(`/organizations/${id}`)).body).toMatchObject({
      description: 'one',
      display_name: 'two',
    });
    expect(itemsOf(await admin.get(`/organizations/${id}/members`))).toHaveLength(4);
  });
});
