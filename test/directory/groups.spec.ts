import { randomUUID } from 'node:crypto';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import type { Answer } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

const maxDepth = 10;

describe('Groups in the admin API', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
  });

  const create = async (fields: object = {}): Promise<string> => {
    const answer = await admin.post('/groups', { name: randomUUID(), ...fields });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };
  const move = (id: string, parent: string | null): Promise<Answer> =>
    admin.patch(`/groups/${id}`, { parent_id: parent });
  const parentOf = async (id: string): Promise<string | null> =>
    (await admin.get(`/groups/${id}`)).body.parent_id as string | null;
  /** Groups one below another, the top one first. */
  const chain = async (length: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let level = 0; level < length; level++)
      ids.push(await create(level === 0 ? {} : { parent_id: ids[level - 1] }));
    return ids;
  };
  const events = async (): Promise<{ event: string; detail: object | null; user_id: string | null }[]> =>
    itemsOf(await admin.get('/audit-events?limit=200')) as never;

  it('are created, listed, searched, changed and deleted, each with its event', async () => {
    const company = await create({ name: 'company' });
    const editors = await create({ name: 'editors', description: 'Who write', parent_id: company });

    expect(itemsOf(await admin.get(`/groups?parent_id=${company}`)).map(({ name }) => name)).toEqual([
      'editors',
    ]);
    expect(itemsOf(await admin.get('/groups?search=WRITE')).map(({ id }) => id)).toEqual([editors]);
    expect((await admin.patch(`/groups/${editors}`, { name: 'writers' })).body).toMatchObject({
      name: 'writers',
      description: 'Who write',
      parent_id: company,
    });
    expect((await admin.delete(`/groups/${editors}`)).status).toBe(204);
    expect((await admin.get(`/groups/${editors}`)).status).toBe(404);

    const about = (await events()).filter(({ detail }) => JSON.stringify(detail).includes(editors));
    expect(about.map(({ event, detail }) => ({ event, detail })).toReversed()).toEqual(
      expect.arrayContaining([
        { event: 'group.created', detail: { group: editors, name: 'editors' } },
        {
          event: 'group.updated',
          detail: { group: editors, changes: { name: { from: 'editors', to: 'writers' } } },
        },
        { event: 'group.deleted', detail: { group: editors, name: 'writers' } },
      ]),
    );
  });

  it('have names of their own: a taken one is a conflict, of a new group and of a change', async () => {
    const name = randomUUID();
    await create({ name });
    const other = await create();
    expect((await admin.post('/groups', { name })).status).toBe(409);
    expect((await admin.patch(`/groups/${other}`, { name })).status).toBe(409);
    expect((await admin.patch(`/groups/${other}`, { name: name.toUpperCase() })).status).toBe(200);
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'a\nb' }],
    ['name', { name: null }],
    ['name', { name: 'x'.repeat(256) }],
    ['parent_id', { parent_id: 'nobody' }],
    ['description', { description: 7 }],
  ])('refuse a bad %s: %j', async (field, body) => {
    expectRefusedField(await admin.post('/groups', { name: randomUUID(), ...body }), field);
  });

  it('make no circle: a group stands neither below itself nor below one that stands below it', async () => {
    const [top = '', middle = '', bottom = ''] = await chain(3);
    for (const below of [top, middle, bottom]) expect((await move(top, below)).status).toBe(409);
    expect((await move(middle, null)).status).toBe(200);
    expect((await move(top, bottom)).status).toBe(200);
    expect((await move(bottom, top)).status).toBe(409);
  });

  it('of two moves at once that would make a circle together, one is refused', async () => {
    for (let round = 0; round < 8; round++) {
      const [first, second] = [await create(), await create()];
      const below = [await create({ parent_id: first }), await create({ parent_id: second })] as const;
      const answers = await Promise.all([move(first, below[1]), move(second, below[0])]);
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
      expect([await parentOf(first), await parentOf(second)].filter((id) => id === null)).toHaveLength(1);
    }
  });

  it(`are nested ${maxDepth} levels deep at most, whatever is moved`, async () => {
    const ids = await chain(maxDepth);
    expect((await admin.post('/groups', { name: 'too deep', parent_id: ids.at(-1) })).status).toBe(409);
    const [top = ''] = await chain(2);
    expect((await move(top, ids.at(-2) ?? '')).status).toBe(409);
    expect((await move(top, ids.at(-3) ?? '')).status).toBe(200);
  });

  it('with groups below them are not deleted', async () => {
    const [top, bottom] = await chain(2);
    expect((await admin.delete(`/groups/${top}`)).status).toBe(409);
    expect((await admin.delete(`/groups/${bottom}`)).status).toBe(204);
    expect((await admin.delete(`/groups/${top}`)).status).toBe(204);
  });

  it('heed If-Match', async () => {
    const id = await create();
    const etag = (await admin.get(`/groups/${id}`)).headers.get('etag') ?? '';
    expect((await admin.patch(`/groups/${id}`, { description: 'first' })).status).toBe(200);
    const late = admin.with({ 'if-match': etag });
    expect((await late.patch(`/groups/${id}`, { description: 'second' })).status).toBe(412);
    expect((await late.delete(`/groups/${id}`)).status).toBe(412);
  });

  describe('Members', () => {
    it('are added once, listed by pages, and removed', async () => {
      const id = await create();
      for (const username of ['m1', 'm2', 'm3']) {
        const userId = await server.createUser({ ...alice, username, email: `${username}@example.com` });
        for (let times = 0; times < 2; times++)
          expect((await admin.put(`/groups/${id}/members/${userId}`)).status).toBe(204);
      }
      const members = await admin.everyItem(`/groups/${id}/members`, 2);
      expect(members.map(({ username }) => username)).toEqual(['m1', 'm2', 'm3']);
      const userId = members[0]!['user_id'] as string;
      for (let times = 0; times < 2; times++)
        expect((await admin.delete(`/groups/${id}/members/${userId}`)).status).toBe(204);
      expect(await admin.everyItem(`/groups/${id}/members`, 2)).toHaveLength(2);
      const about = (await events()).filter(
        ({ user_id, event }) => user_id === userId && event.startsWith('group.'),
      );
      expect(about.map(({ event }) => event).toSorted()).toEqual([
        'group.member_added',
        'group.member_removed',
      ]);
    });

    it('are people that there are, of groups that there are', async () => {
      const id = await create();
      expect((await admin.put(`/groups/${id}/members/nobody`)).status).toBe(404);
      expect((await admin.put(`/groups/none/members/${aliceId}`)).status).toBe(404);
      expect((await admin.get('/groups/none/members')).status).toBe(404);
    });

    it('are gone when the person is deleted', async () => {
      const id = await create();
      const userId = await server.createUser({ ...alice, username: 'gone', email: 'gone@example.com' });
      await admin.put(`/groups/${id}/members/${userId}`);
      await admin.delete(`/users/${userId}`);
      expect(itemsOf(await admin.get(`/groups/${id}/members`))).toEqual([]);
    });
  });
});
