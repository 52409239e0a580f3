import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/settings.js';
import { Database } from '../../src/persistence/database.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { RepeatableRequests } from '../../src/resource/repeatable-requests.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { operationsOf } from '../support/api-document.js';
import type { Answer } from '../support/relying-party.js';
import { alice, testSecret, useServer } from '../support/server.js';

describe('A request of the admin API with an Idempotency-Key', () => {
  const server = useServer();
  let admin: AdminCaller;
  let key: string;
  let name: string;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  beforeEach(() => {
    key = `"${randomUUID()}"`;
    name = `group-${randomUUID()}`;
  });

  const keyed = (): AdminCaller => admin.with({ 'idempotency-key': key });
  const groupsOf = async (): Promise<unknown[]> =>
    itemsOf(await admin.get(`/groups?search=${encodeURIComponent(name)}`));
  const shown = ({ status, text, headers }: Answer): unknown => [status, text, headers.get('etag')];

  it('that is repeated has the same response, with its secret and its ETag, and creates nothing more', async () => {
    const registration = { client_name: name, grant_types: ['client_credentials'] };
    const first = await keyed().post('/clients', registration);
    expect(first.status).toBe(201);
    expect(first.body['client_secret']).toEqual(expect.any(String));

    const unquoted = admin.with({ 'idempotency-key': key.slice(1, -1) });
    expect(shown(await unquoted.post('/clients', registration))).toEqual(shown(first));

    const another = await admin.post('/clients', registration);
    expect(another.body['client_id']).not.toBe(first.body['client_id']);
  });

  it('keeps neither the secret of the response nor the body of the request readable', async () => {
    const password = `correct horse ${randomUUID()}`;
    const created = await keyed().post('/users', { ...alice, username: name, password });
    expect(created.status).toBe(201);
    const rows = await server.app.get(Database).query('SELECT * FROM idempotency_keys', []);
    expect(JSON.stringify(rows)).not.toContain(name);
    expect(JSON.stringify(rows)).not.toContain(password);
    expect(JSON.stringify(rows)).not.toContain(key.slice(1, -1));
  });

  it.each([
    ['another body', '/groups', () => ({ name: `${name}-2` })],
    ['another operation', '/roles', () => ({ name })],
  ])('is refused for %s', async (_title, path, body) => {
    expect((await keyed().post('/groups', { name })).status).toBe(201);
    const refused = await keyed().post(path, body());
    expect([refused.status, refused.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
  });

  it('of another caller is a request of its own', async () => {
    expect((await keyed().post('/groups', { name })).status).toBe(201);
    const other = (await AdminCaller.register(server)).with({ 'idempotency-key': key });
    const conflict = await other.post('/groups', { name });
    expect(conflict.status).toBe(409);
    expect((await other.post('/groups', { name: `${name}-2` })).status).toBe(201);
  });

  it('is tried again after an error, as nothing was created', async () => {
    const { body: former } = await admin.post('/groups', { name });
    expect((await keyed().post('/groups', { name })).status).toBe(409);
    await admin.delete(`/groups/${former['id'] as string}`);
    expect((await keyed().post('/groups', { name })).status).toBe(201);
  });

  it('is refused while it is under way, and not tried again when nobody knows how it ended', async () => {
    const request = {
      caller: `client:${admin.clientId}`,
      key: key.slice(1, -1),
      method: 'POST',
      url: '/admin/groups',
      body: { name },
    };
    const { body } = await admin.post('/groups', { name: `${name}-late` });
    let finish = (): void => undefined;
    let first: Promise<unknown> = Promise.resolve();
    await new Promise<void>((hasBegun) => {
      first = server.app.get(RepeatableRequests).answerOnce(
        request,
        () =>
          new Promise((resolve) => {
            finish = () => resolve({ body, headers: {} });
            hasBegun();
          }),
      );
    });
    expect((await keyed().post('/groups', { name })).status).toBe(409);
    expect((await keyed().post('/groups', { name: `${name}-2` })).status).toBe(422);

    server.clock.advance(121);
    const unknown = await keyed().post('/groups', { name });
    expect([unknown.status, unknown.text]).toEqual([409, expect.stringContaining('not known how')]);
    finish();
    await first;
    expect((await keyed().post('/groups', { name })).status).toBe(201);
  });

  it('is a new request after a day, and swept', async () => {
    const { body } = await keyed().post('/groups', { name });
    await admin.delete(`/groups/${body['id'] as string}`);
    server.clock.advance(86_401);
    admin = await AdminCaller.register(server);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await server.app.get(Database).query('SELECT * FROM idempotency_keys', [])).toEqual([]);
    expect((await keyed().post('/groups', { name })).status).toBe(201);
  });

  it('without a key in the header is invalid', async () => {
    const { status, body } = await admin.with({ 'idempotency-key': '"open' }).post('/groups', { name });
    expect([status, body['errors']]).toEqual([
      400,
      [{ detail: expect.stringContaining('structured fields'), header: 'Idempotency-Key' }],
    ]);
  });

  it('creates one thing when it reaches two replicas at once', async () => {
    const replica = await createApplication(
      readSettings({
        DATABASE_URL: server.databaseUrl,
        EYRIE_ISSUER: server.issuer,
        EYRIE_SECRET: testSecret,
        EYRIE_LOG_LEVEL: 'silent',
        NODE_ENV: 'test',
      }),
      server.clock,
    );
    await replica.listen(0, '127.0.0.1');
    try {
      const { port } = replica.getHttpServer().address() as AddressInfo;
      const elsewhere = (): Promise<{ status: number; text: string }> =>
        fetch(`http://127.0.0.1:${port}/admin/registration-tokens`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${admin.token}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body: JSON.stringify({ note: name }),
        }).then(async (response) => ({ status: response.status, text: await response.text() }));
      const here = (): Promise<Answer> => keyed().post('/registration-tokens', { note: name });
      for (let round = 0; round < 5; round++) {
        [key, name] = [`"${randomUUID()}"`, `note-${round}-${randomUUID()}`];
        const answers = await Promise.all([here(), elsewhere(), here(), elsewhere()]);
        const created = answers.filter(({ status }) => status === 201);
        expect(created.length).toBeGreaterThan(0);
        expect(new Set(created.map(({ text }) => text)).size).toBe(1);
        expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
        const tokens = itemsOf(await admin.get('/registration-tokens?limit=100'));
        expect(tokens.filter(({ note }) => note === name)).toHaveLength(1);
        expect((await elsewhere()).text).toBe(created[0]?.text);
      }
    } finally {
      await replica.close();
    }
  });

  it('is heeded, and described, by every operation that creates something', async () => {
    const creating = (await operationsOf(server)).filter(({ responses }) => '201' in responses);
    expect(creating.map(({ id }) => id).toSorted()).toContain('createUser');
    for (const { id, method, parameters, responses } of creating) {
      expect([id, method]).toEqual([id, 'POST']);
      expect(parameters.filter(({ in: place }) => place === 'header').map((header) => header.name)).toContain(
        'Idempotency-Key',
      );
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['409', '422']));
    }
    const others = (await operationsOf(server)).filter(({ responses }) => !('201' in responses));
    expect(others.filter(({ responses }) => '422' in responses)).toEqual([]);
  });

  it('is of no use to who may not create', async () => {
    expect((await keyed().post('/groups', { name })).status).toBe(201);
    const reader = await AdminCaller.register(server, 'eyrie.admin.read');
    expect(
      (await admin.withToken(reader.token).with({ 'idempotency-key': key }).post('/groups', { name })).status,
    ).toBe(403);
    expect(await groupsOf()).toHaveLength(1);
  });
});
