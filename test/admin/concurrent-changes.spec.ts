import { randomUUID } from 'node:crypto';
import { AdminCaller } from '../support/admin-caller.js';
import type { Answer } from '../support/relying-party.js';
import { alice, messageWriter, startServer, type TestServer, useServer } from '../support/server.js';

/** Two changes that name different fields, and what both of them together come to. */
interface Pair {
  readonly title: string;
  /** Creates what is changed, and returns its path. */
  readonly create: (server: TestServer) => Promise<string>;
  readonly first: (admin: AdminCaller, path: string) => Promise<Answer>;
  readonly second: (admin: AdminCaller, path: string) => Promise<Answer>;
  readonly both: object;
}

const user = async (server: TestServer): Promise<string> =>
  `/users/${await server.createUser({ ...alice, username: `alice-${randomUUID()}`, administrator: true })}`;
const client = async (server: TestServer): Promise<string> =>
  `/clients/${(await server.register({ ...messageWriter, client_id: randomUUID() })).clientId}`;

const pairs: Pair[] = [
  {
    title: 'disabling a user and naming them',
    create: user,
    first: (admin, path) => admin.post(`${path}/disable`),
    second: (admin, path) => admin.patch(path, { name: 'Alice Archer' }),
    both: { name: 'Alice Archer', disabled_at: expect.any(Number) },
  },
  {
    title: 'taking the administrator role and naming them',
    create: user,
    first: (admin, path) => admin.patch(path, { administrator: false }),
    second: (admin, path) => admin.patch(path, { nickname: 'Al' }),
    both: { administrator: false, nickname: 'Al' },
  },
  {
    title: 'two fields of a client',
    create: client,
    first: (admin, path) => admin.patch(path, { scope: 'openid' }),
    second: (admin, path) => admin.patch(path, { client_name: 'Writer' }),
    both: { scope: 'openid', client_name: 'Writer' },
  },
  {
    title: 'disabling a client and changing it',
    create: client,
    first: (admin, path) => admin.post(`${path}/disable`),
    second: (admin, path) => admin.patch(path, { client_name: 'Writer' }),
    both: { client_name: 'Writer', disabled_at: expect.any(Number) },
  },
];

describe('Two changes of one thing at the same time', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    await server.createUser({ ...alice, username: 'root', administrator: true });
    admin = await AdminCaller.register(server);
  });

  it.each(pairs)('$title: both are kept', async ({ create, first, second, both }) => {
    for (let round = 0; round < 6; round++) {
      const path = await create(server);
      const answers = await Promise.all(
        round % 2 === 0
          ? [first(admin, path), second(admin, path)]
          : [second(admin, path), first(admin, path)],
      );
      expect(answers.map(({ status }) => Math.floor(status / 100))).toEqual([2, 2]);
      expect((await admin.get(path)).body).toMatchObject(both);
    }
  });

  it('one scope claimed for two resources belongs to one of them', async () => {
    const scope = `scope-${randomUUID()}`;
    const put = (name: string): Promise<Answer> =>
      admin.put('/resources', {
        identifier: `https://${name}.example.com`,
        name,
        scopes: { [scope]: 'Do something' },
      });
    const answers = await Promise.all([put('one'), put('two'), put('three'), put('four')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  });

  it('of two last administrators, only one can be disabled', async () => {
    const others = await startServer();
    try {
      const ids = await Promise.all(
        ['one', 'two'].map((username) => others.createUser({ ...alice, username, administrator: true })),
      );
      const caller = await AdminCaller.register(others);
      const answers = await Promise.all(ids.map((id) => caller.post(`/users/${id}/disable`)));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    } finally {
      await others.stop();
    }
  });
});

describe('A change that depends on a state', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    await server.createUser({ ...alice, username: 'root', administrator: true });
    admin = await AdminCaller.register(server);
  });

  const resource = async (): Promise<string> => {
    const identifier = `https://${randomUUID()}.example.com`;
    await admin.put('/resources', { identifier, name: 'One', scopes: {} });
    return `/resources/${encodeURIComponent(identifier)}`;
  };
  const changes: [
    what: string,
    create: (server: TestServer) => Promise<string>,
    method: string,
    path: string,
    body: object | undefined,
  ][] = [
    ['PATCH of a user', user, 'PATCH', '', { name: 'Alice' }],
    ['disabling a user', user, 'POST', '/disable', undefined],
    ['enabling a user', user, 'POST', '/enable', undefined],
    ['a new password', user, 'PUT', '/password', { password: 'another horse battery' }],
    ['PATCH of a client', client, 'PATCH', '', { client_name: 'Writer' }],
    ['disabling a client', client, 'POST', '/disable', undefined],
    ['enabling a client', client, 'POST', '/enable', undefined],
    ['deleting a client', client, 'DELETE', '', undefined],
  ];

  it.each(changes)(
    '%s: is made if the state is still that, and else is 412',
    async (_what, create, method, suffix, body) => {
      const path = await create(server);
      const etag = (await admin.get(path)).headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      const send = (tag: string): Promise<Answer> =>
        admin.with({ 'if-match': tag }).call(method, `${path}${suffix}`, body);

      expect((await send('"another"')).status).toBe(412);
      expect((await send(`W/${etag}`)).status).toBe(412);
      expect((await admin.get(path)).headers.get('etag')).toBe(etag);
      expect([200, 204]).toContain((await send(`"another", ${etag}`)).status);
      expect((await send(etag)).status).toBe(method === 'DELETE' ? 404 : 412);
    },
  );

  it('PUT of a resource: is made if the state is still that, and else is 412', async () => {
    const path = await resource();
    const read = await admin.get(path);
    const etag = read.headers.get('etag') ?? '';
    const send = (identifier: unknown): Promise<Answer> =>
      admin.with({ 'if-match': etag }).put('/resources', { identifier, name: 'Two', scopes: {} });

    const { identifier } = read.body as unknown as { identifier: string };
    expect((await send('https://missing.example.com')).status).toBe(412);
    const changed = await send(identifier);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect((await send(identifier)).status).toBe(412);
  });

  it('that names no state, or any, is made', async () => {
    const path = await user(server);
    expect((await admin.patch(path, { name: 'A' })).status).toBe(200);
    expect((await admin.with({ 'if-match': '*' }).patch(path, { name: 'B' })).status).toBe(200);
  });
});

describe('A client that administers', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it.each([
    ['disable itself', (path: string) => admin.post(`${path}/disable`)],
    ['delete itself', (path: string) => admin.delete(path)],
    ['take its scopes from itself', (path: string) => admin.patch(path, { scope: 'eyrie.admin.read' })],
  ])('cannot %s', async (_action, act) => {
    const path = `/clients/${admin.clientId}`;
    expect((await act(path)).status).toBe(409);
    expect((await admin.get(path)).body).toMatchObject({ disabled_at: null, scope: 'eyrie.admin' });
  });
});
