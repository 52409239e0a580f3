import { useServer } from '../support/server.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

describe('The audit trail in the admin API', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it('tells newest first what was done to whom, and by which client', async () => {
    const { id } = (await admin.post('/users', { username: 'bob', password: 'long enough' })).body;
    await admin.post(`/users/${id as string}/disable`);

    const events = itemsOf(await admin.get(`/audit-events?user_id=${id as string}`));
    expect(events).toEqual([
      expect.objectContaining({ event: 'user.disabled', actor: `client:${admin.clientId}`, user_id: id }),
      expect.objectContaining({ event: 'user.created', actor: `client:${admin.clientId}`, user_id: id }),
    ]);
    expect(events[0]).toEqual({
      id: expect.any(String),
      at: expect.any(Number),
      event: 'user.disabled',
      actor: `client:${admin.clientId}`,
      user_id: id,
      client_id: null,
      grant_id: null,
      address: '127.0.0.1',
      detail: null,
    });
  });

  it('is listed by client and by event, page by page', async () => {
    await admin.post('/clients', { client_id: 'robot', grant_types: ['client_credentials'] });
    await admin.post('/clients/robot/secrets', { overlap: 5 });
    await admin.delete('/clients/robot');

    const events = await admin.everyItem('/audit-events?client_id=robot', 1);
    expect(events.map(({ event }) => event)).toEqual([
      'client.deleted',
      'client.secret_rotated',
      'client.registered',
    ]);
    const rotations = await admin.get('/audit-events?client_id=robot&event=client.secret_rotated');
    expect(itemsOf(rotations)).toEqual([expect.objectContaining({ detail: { overlap: 5 } })]);
  });

  it('is listed by actor, and by network address', async () => {
    await admin.post('/clients', { client_id: 'seen', grant_types: ['client_credentials'] });
    const byActor = itemsOf(
      await admin.get(`/audit-events?actor=client:${admin.clientId}&event=client.registered`),
    );
    const elsewhere = itemsOf(await admin.get('/audit-events?address=203.0.113.1'));

    expect(byActor.map(({ client_id }) => client_id)).toContain('seen');
    expect(new Set(byActor.map(({ actor }) => actor))).toEqual(new Set([`client:${admin.clientId}`]));
    expect(elsewhere).toEqual([]);
    expect(itemsOf(await admin.get('/audit-events?address=127.0.0.1&client_id=seen'))).toHaveLength(1);
  });

  it('takes what a client with the longest id does', async () => {
    const client_id = 'x'.repeat(255);
    const grant_types = ['client_credentials'];
    const { secret } = await server.register({ client_id, grant_types, scope: 'eyrie.admin' });
    const tokens = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client_id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await tokens.json()) as { access_token: string };
    const own = admin.withToken(access_token);
    expect((await own.post('/users', { username: 'carol', password: 'long enough' })).status).toBe(201);
  });

  it('a wrong field is refused by name', async () => {
    expectRefusedField(await admin.get(`/audit-events?event=${'x'.repeat(65)}`), 'event');
    expectRefusedField(await admin.get('/audit-events?colour=red'), 'colour');
  });
});
