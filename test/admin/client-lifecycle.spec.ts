import { useServer } from '../support/server.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { askToken, clientPath, registerRobot } from '../support/robots.js';

describe('Disabling and deleting clients, and rotating their secrets, by the admin API', () => {
  const server = useServer();
  beforeAll(() => server.clock.hold());
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it('disabling a client revokes its tokens at once and refuses new ones, until the client is enabled again', async () => {
    const { id, secret } = await registerRobot(admin, {
      scope: 'eyrie.admin.read',
      access_token_format: 'opaque',
    });
    const own = admin.withToken((await askToken(server, id, secret)).body.access_token);
    expect((await own.get('/clients')).status).toBe(200);

    const disabled = await admin.post(clientPath(id, '/disable'));
    expect(disabled.status).toBe(200);
    expect(disabled.body.disabled_at).toEqual(expect.any(Number));
    expect((await own.get('/clients')).status).toBe(401);
    expect((await askToken(server, id, secret)).body.error).toBe('invalid_client');

    expect((await admin.post(clientPath(id, '/enable'))).body.disabled_at).toBeNull();
    expect((await askToken(server, id, secret)).status).toBe(200);
  });

  it('deleting a client revokes its tokens at once, and the client is not found any more', async () => {
    const { id, secret } = await registerRobot(admin, { scope: 'eyrie.admin.read' });
    const own = admin.withToken((await askToken(server, id, secret)).body.access_token);

    const answer = await admin.delete(clientPath(id));
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    expect((await own.get('/clients')).status).toBe(401);
    expect((await askToken(server, id, secret)).body.error).toBe('invalid_client');
    expect((await admin.get(clientPath(id))).status).toBe(404);
  });

  it('a rotated secret works on for the overlap and not longer, the new one at once', async () => {
    const { id, secret } = await registerRobot(admin);
    const rotated = await admin.post(clientPath(id, '/secrets'), { overlap: 60 });
    expect(rotated.status).toBe(201);
    const next = rotated.body.client_secret as string;

    expect(rotated.body.previous_secrets_end_at).toBe(server.clock.now() + 60);
    expect((await askToken(server, id, secret)).status).toBe(200);
    expect((await askToken(server, id, next)).status).toBe(200);

    server.clock.advance(60);
    expect((await askToken(server, id, secret)).body.error).toBe('invalid_client');
    expect((await askToken(server, id, next)).status).toBe(200);
  });

  it('a secret that is rotated without an overlap expires at once', async () => {
    const { id, secret } = await registerRobot(admin);
    await admin.post(clientPath(id, '/secrets'), { overlap: 0 });
    expect((await askToken(server, id, secret)).body.error).toBe('invalid_client');
  });

  it.each([{}, { overlap: -1 }, { overlap: 1.5 }, { overlap: '60' }, { overlap: 2_592_001 }])(
    'a rotation with the overlap %j is refused by name',
    async (body) => {
      const { id } = await registerRobot(admin);
      expectRefusedField(await admin.post(clientPath(id, '/secrets'), body), 'overlap');
    },
  );
});
