import { Sweeper } from '../../src/persistence/sweeper.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { TestBrowser } from '../support/browser.js';
import { basic, post, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

interface Event {
  readonly event: string;
  readonly actor: string;
  readonly address: string | null;
  readonly at: number;
  readonly detail: { readonly changes?: Record<string, object>; readonly [name: string]: unknown } | null;
}

const auditTtl = 1_000_000;

describe('The audit trail', () => {
  const server = useServer({ EYRIE_AUDIT_TTL: String(auditTtl), EYRIE_ANONYMOUS_REQUESTS: '3' });
  let admin: AdminCaller;
  let count = 0;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const events = async (query: string): Promise<Event[]> =>
    itemsOf(await admin.get(`/audit-events?${query}`)) as unknown as Event[];

  async function newUser(fields: object = {}): Promise<string> {
    const username = `audited-${++count}`;
    const answer = await admin.post('/users', { username, password: alice.password, ...fields });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  }

  it('says which members of a user an update changed, from what and to what, by whom and from where', async () => {
    const id = await newUser({ name: 'Alice', email: 'old@example.com', email_verified: true });
    await admin.patch(`/users/${id}`, { name: 'Alice', nickname: 'Al', email: 'new@example.com' });

    const [updated] = await events(`user_id=${id}&event=user.updated`);
    expect(updated).toMatchObject({ actor: `client:${admin.clientId}`, address: '127.0.0.1' });
    expect(updated?.detail?.changes).toEqual({
      nickname: { from: null, to: 'Al' },
      email: { from: 'old@example.com', to: 'new@example.com' },
      email_verified: { from: true, to: false },
    });
  });

  it('has no event for an update that changes nothing', async () => {
    const id = await newUser({ name: 'Alice' });
    for (const body of [{}, { name: 'Alice' }])
      expect((await admin.patch(`/users/${id}`, body)).status).toBe(200);
    expect(await events(`user_id=${id}&event=user.updated`)).toEqual([]);
  });

  it('has events of their own for who became an administrator, and who ceased to be one', async () => {
    const id = await newUser();
    await admin.patch(`/users/${id}`, { administrator: true });
    await admin.patch(`/users/${id}`, { administrator: true });
    await newUser({ administrator: true });
    await admin.patch(`/users/${id}`, { administrator: false });
    expect((await events(`user_id=${id}`)).map(({ event }) => event)).toEqual([
      'user.administrator_revoked',
      'user.updated',
      'user.administrator_granted',
      'user.updated',
      'user.created',
    ]);
    const created = await newUser({ administrator: true });
    expect((await events(`user_id=${created}`)).map(({ event }) => event).toSorted()).toEqual([
      'user.administrator_granted',
      'user.created',
    ]);
  });

  it('says what an update changed of a client and of a resource, and never a secret', async () => {
    const client_id = `audited-client-${++count}`;
    const secret = 'a secret that nobody may ever read again';
    const registered = { client_id, client_secret: secret, redirect_uris: ['https://a.example/cb'] };
    await admin.post('/clients', registered);
    await admin.patch(`/clients/${client_id}`, { redirect_uris: ['https://b.example/cb'], scope: 'openid' });
    const [client] = await events(`client_id=${client_id}&event=client.updated`);
    expect(client?.detail).toEqual({
      changes: {
        redirect_uris: { from: ['https://a.example/cb'], to: ['https://b.example/cb'] },
        scope: { from: '', to: 'openid' },
      },
    });

    const identifier = 'https://audited.example.com';
    const resource = { identifier, name: 'Audited', scopes: { 'audited.read': 'Read' } };
    await admin.put('/resources', resource);
    await admin.put('/resources', { ...resource, name: 'Renamed' });
    const [updated] = await events('event=resource.updated');
    expect(updated?.detail).toEqual({ identifier, changes: { name: { from: 'Audited', to: 'Renamed' } } });

    await admin.put(`/users/${await newUser()}/password`, { password: 'yet another password' });
    const all = JSON.stringify(await admin.everyItem('/audit-events', 200));
    for (const hidden of [secret, 'yet another password', alice.password]) expect(all).not.toContain(hidden);
  });

  it('keeps long values short', async () => {
    const client_id = `audited-client-${++count}`;
    await admin.post('/clients', { client_id, redirect_uris: ['https://a.example/cb'] });
    const many = Array.from({ length: 100 }, (_, index) => `https://a.example/${index}/${'x'.repeat(400)}`);
    expect((await admin.patch(`/clients/${client_id}`, { redirect_uris: many })).status).toBe(200);
    const [updated] = await events(`client_id=${client_id}&event=client.updated`);
    expect(JSON.stringify(updated?.detail).length).toBeLessThan(1_000);
    expect(JSON.stringify(updated?.detail)).toContain('https://a.example/0/');
  });

  it('says who called the admin API in vain, once in a while for each caller and error', async () => {
    const since = server.clock.now();
    const reader = await AdminCaller.register(server, 'eyrie.admin.read');
    const id = await newUser();
    for (let call = 0; call < 3; call++) {
      expect((await reader.delete(`/users/${id}`)).status).toBe(403);
      expect((await admin.withToken('made-up').get('/users')).status).toBe(401);
    }
    const found = await events(`event=admin.refused&since=${since}`);
    expect(found.map(({ actor, address, detail }) => ({ actor, address, detail }))).toEqual([
      {
        actor: 'unknown',
        address: '127.0.0.1',
        detail: { operation: 'GET /admin/users', error: 'invalid_token' },
      },
      {
        actor: `client:${reader.clientId}`,
        address: '127.0.0.1',
        detail: { operation: 'DELETE /admin/users/:user_id', error: 'insufficient_scope' },
      },
    ]);
  });

  it('says of each way of authentication that a client failed at it', async () => {
    const secretive = await RelyingParty.register(server);
    const signing = await RelyingParty.register(server, { token_endpoint_auth_method: 'private_key_jwt' });
    const code = { grant_type: 'authorization_code', code: 'none' };
    await post(server, '/token', code, { authorization: basic(secretive.clientId, 'wrong') });
    await post(server, '/token', {
      ...code,
      client_id: signing.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'a.b.c',
    });
    const named = await RelyingParty.register(server);
    await post(server, '/token', { ...code, client_id: named.clientId });
    for (const { clientId } of [secretive, named])
      expect(await events(`client_id=${clientId}&event=client.authentication_failed`)).toMatchObject([
        { actor: `client:${clientId}`, address: '127.0.0.1' },
      ]);
  });

  it('says that a network was throttled, once in a window', async () => {
    const device = await RelyingParty.register(server, {
      redirect_uris: [],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      token_endpoint_auth_method: 'none',
    });
    const statuses: number[] = [];
    for (let request = 0; request < 6; request++)
      statuses.push((await device.authenticated('/device_authorization', {})).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
    expect(await events('event=request.throttled')).toMatchObject([
      { address: '127.0.0.1', detail: { limit: 'device authorization' } },
    ]);
  });

  it('has the address of what people do on their own pages', async () => {
    const id = await newUser();
    const username = (await admin.get(`/users/${id}`)).body.username as string;
    const browser = new TestBrowser(server.issuer);
    await browser.submit(await browser.open('/login'), { username, password: alice.password });
    await browser.submit(await browser.open('/account'), { session_id: await sessionOf(id) });
    expect(await events(`user_id=${id}&event=session.ended`)).toMatchObject([
      { actor: `user:${id}`, address: '127.0.0.1' },
    ]);
  });

  const sessionOf = async (id: string): Promise<string> =>
    itemsOf(await admin.get(`/users/${id}/sessions`))[0]!.id as string;

  it('is listed by time, and kept as long as the setting says', async () => {
    const start = server.clock.now();
    const first = await newUser();
    server.clock.advance(100);
    admin = await AdminCaller.register(server);
    const second = await newUser();
    const ids = async (query: string): Promise<string[]> =>
      (await admin.everyItem(`/audit-events?event=user.created&${query}`, 200)).map(
        ({ user_id }) => user_id as string,
      );
    expect(await ids(`since=${start + 100}`)).toEqual([second]);
    expect(await ids(`since=${start}&until=${start + 100}`)).toContain(first);
    expect(await ids(`since=${start}&until=${start + 100}`)).not.toContain(second);

    // The first is from a moment after the start, the second from a hundred seconds later.
    await server.app.get(Sweeper).sweep(start + 50 + auditTtl);
    expect(await ids('')).toEqual([second]);
  });
});
