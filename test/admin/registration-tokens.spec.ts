import { alice, useServer } from '../support/server.js';
import { type Answer, request } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';

describe('The admin API for registration tokens', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'token' }, { users: [alice] });
  let admin: AdminCaller;
  let reader: AdminCaller;

  beforeEach(async () => {
    admin = await AdminCaller.register(server);
    reader = await AdminCaller.register(server, 'eyrie.admin.read');
  });

  const create = async (body: object = {}): Promise<Answer['body'] & { id: string; token: string }> => {
    const answer = await admin.post('/registration-tokens', body);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return answer.body as Answer['body'] & { id: string; token: string };
  };

  const register = async (token: string): Promise<number> =>
    (
      await request(server, '/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ redirect_uris: ['https://rp.example.com/callback'] }),
      })
    ).status;

  it('F1 a token that is created is shown once, registers clients as often as it says, and is listed without itself', async () => {
    const created = await create({ note: 'The build server', uses: 2, lifetime: 3_600 });
    const now = server.clock.now();
    expect(created).toEqual({
      id: expect.any(String),
      note: 'The build server',
      uses_left: 2,
      created_at: expect.any(Number),
      expires_at: Number(created.created_at) + 3_600,
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(Math.abs(Number(created.created_at) - now)).toBeLessThan(10);

    expect(await register(created.token)).toBe(201);
    const listed = await reader.get('/registration-tokens');
    const { token, ...shown } = created;
    expect(itemsOf(listed)).toContainEqual({ ...shown, uses_left: 1 });
    expect(listed.text).not.toContain(token);
    expect([await register(token), await register(token)]).toEqual([201, 401]);
  });

  it('F1 one without limits has none, and lists come in pages', async () => {
    const ids = [(await create()).id, (await create()).id, (await create()).id];
    const items = await reader.everyItem('/registration-tokens', 2);
    expect(items.filter(({ id }) => ids.includes(String(id)))).toEqual(
      ids.map((id) => expect.objectContaining({ id, note: null, uses_left: null, expires_at: null })),
    );
  });

  it('F1 one that is taken back registers nobody any more, and its end is in the audit trail', async () => {
    const { id, token } = await create();
    expect(await register(token)).toBe(201);
    expect((await admin.delete(`/registration-tokens/${id}`)).status).toBe(204);
    expect(await register(token)).toBe(401);
    expect((await admin.delete(`/registration-tokens/${id}`)).status).toBe(404);
    for (const event of ['registration_token.created', 'registration_token.deleted']) {
      const [last] = itemsOf(await admin.get(`/audit-events?event=${event}`));
      expect(last).toMatchObject({ actor: `client:${admin.clientId}`, detail: { id } });
    }
    const trail = await admin.get('/audit-events');
    expect(trail.text).not.toContain(token);
  });

  it('F1 one dies with its time', async () => {
    const { token } = await create({ lifetime: 60 });
    server.clock.advance(61);
    expect(await register(token)).toBe(401);
  });

  it.each([
    ['uses', 0],
    ['uses', 1.5],
    ['uses', '2'],
    ['uses', null],
    ['lifetime', 0],
    ['lifetime', 1e12],
    ['note', ''],
    ['note', 'x'.repeat(256)],
    ['token', 'of my choice'],
  ])('F1 a %s of %j is refused by name', async (field, value) => {
    expectRefusedField(await admin.post('/registration-tokens', { [field]: value }), field);
  });
});
