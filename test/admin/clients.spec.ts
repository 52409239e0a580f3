import { randomBytes } from 'node:crypto';
import { startServer, type TestServer } from '../support/server.js';
import { type Answer, basic, post } from '../support/relying-party.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';

const robot = { client_name: 'Robot', grant_types: ['client_credentials'], scope: 'contacts.read' };

describe('The admin API for clients', () => {
  let server: TestServer;
  let admin: AdminCaller;

  beforeAll(async () => {
    server = await startServer();
    admin = await AdminCaller.register(server);
  });
  afterAll(() => server.stop());

  const newId = (): string => `robot-${randomBytes(6).toString('hex')}`;
  const path = (clientId: string, rest = ''): string => `/clients/${encodeURIComponent(clientId)}${rest}`;

  async function register(fields: object = {}): Promise<{ id: string; secret: string }> {
    const answer = await admin.post('/clients', { ...robot, ...fields });
    expect(answer.status).toBe(201);
    return { id: answer.body.client_id as string, secret: answer.body.client_secret as string };
  }

  const askToken = (id: string, secret: string): Promise<Answer> =>
    post(server, '/token', { grant_type: 'client_credentials' }, { authorization: basic(id, secret) });

  it('a client that is registered gets an id and a secret, which work and are shown this once', async () => {
    const answer = await admin.post('/clients', robot);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      ...robot,
      application_type: 'web',
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
      require_pkce: true,
      disabled_at: null,
    });
    const { client_id: id, client_secret: secret } = answer.body as unknown as Record<string, string>;
    expect((await askToken(id!, secret!)).status).toBe(200);

    const read = await admin.get(path(id!));
    expect(read.status).toBe(200);
    expect(read.text).not.toMatch(/secret_?hash|"client_secret"/i);
    expect(read.text).not.toContain(secret);
  });

  it('an id and a secret may be chosen', async () => {
    const id = newId();
    await register({ client_id: id, client_secret: 'a secret of old, 32 characters long' });
    expect((await askToken(id, 'a secret of old, 32 characters long')).status).toBe(200);
  });

  it('a public client gets no secret', async () => {
    const answer = await admin.post('/clients', {
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://app.example.com/callback'],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('client_secret');
    const rotated = await admin.post(path(answer.body.client_id as string, '/secrets'), { overlap: 0 });
    expect(rotated.status).toBe(400);
  });

  it('an id that is taken is a conflict', async () => {
    const { id } = await register();
    expect((await admin.post('/clients', { ...robot, client_id: id })).status).toBe(409);
  });

  it.each([
    ['client_id', { client_id: 'has a space' }],
    ['client_id', { client_id: 'x'.repeat(256) }],
    ['client_id', { client_id: '' }],
    ['client_secret', { client_secret: 'only 31 characters, one too few' }],
    ['client_name', { client_name: 7 }],
    ['client_name', { client_name: null }],
    ['application_type', { application_type: 'toaster' }],
    ['redirect_uris', { redirect_uris: 'https://app.example.com' }],
    ['redirect_uris', { redirect_uris: [{}] }],
    [
      'redirect_uris\\[1\\]',
      { ...robot, redirect_uris: ['https://a.example.com', 'https://a.example.com/*'] },
    ],
    ['redirect_uris', { grant_types: ['authorization_code'] }],
    ['grant_types', { grant_types: ['password'] }],
    ['response_types', { response_types: ['token'] }],
    ['token_endpoint_auth_method', { token_endpoint_auth_method: 'tls' }],
    ['scope', { scope: 'contacts.read "quoted"' }],
    ['scope', { scope: 'two  spaces' }],
    ['id_token_signed_response_alg', { id_token_signed_response_alg: 'none' }],
    ['default_max_age', { default_max_age: -1 }],
    ['require_auth_time', { require_auth_time: 'yes' }],
    ['client_uri', { client_uri: 'javascript:alert(1)' }],
    ['logo_uri', { logo_uri: 'data:image/png;base64,AA' }],
    ['access_token_format', { access_token_format: 'saml' }],
    ['require_pkce', { require_pkce: null }],
    ['introspection_resources', { introspection_resources: [1] }],
    ['introspection_resources', { introspects: [1] }],
    ['favourite_colour', { favourite_colour: 'green' }],
  ])('a wrong %s is refused by name', async (field, wrong) => {
    expectRefusedField(await admin.post('/clients', { ...robot, ...wrong }), field);
  });

  it.each([
    ['a list', []],
    ['a text', 'client'],
    ['null', null],
  ])('%s in place of an object is refused', async (_what, body) => {
    expect((await admin.post('/clients', body)).status).toBe(400);
  });

  it('lists come in pages, oldest first, each client once', async () => {
    const ids = [await register(), await register(), await register()].map(({ id }) => id);
    const listed = (await admin.everyItem('/clients', 2)).map(({ client_id }) => client_id);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.slice(-3)).toEqual(ids);
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=201'],
    ['limit', 'limit=ten'],
    ['limit', 'limit=1&limit=2'],
    ['after', `after=${'x'.repeat(37)}`],
    ['page', 'page=2'],
  ])('a wrong %s is refused by name (%s)', async (field, query) => {
    expectRefusedField(await admin.get(`/clients?${query}`), field);
  });

  it('a change replaces what is given and leaves the rest', async () => {
    const { id, secret } = await register({ client_uri: 'https://robot.example.com' });
    const answer = await admin.patch(path(id), { client_name: 'Robot the Second' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...robot,
      client_name: 'Robot the Second',
      client_uri: 'https://robot.example.com',
    });
    expect((await admin.patch(path(id), { client_uri: null })).body.client_uri).toBeNull();
    expect((await askToken(id, secret)).status).toBe(200);
  });

  it('the former name of a member is accepted, and answered under the current one', async () => {
    const introspection_resources = ['https://contacts.example.com'];
    const created = await admin.post('/clients', { ...robot, introspects: introspection_resources });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ introspection_resources });
    expect(created.body).not.toHaveProperty('introspects');
    const changed = await admin.patch(path(created.body.client_id as string), { introspects: [] });
    expect(changed.body).toMatchObject({ introspection_resources: [] });
  });

  it('grant types that change bring the response types that fit them', async () => {
    const { id } = await register();
    const answer = await admin.patch(path(id), {
      grant_types: ['authorization_code'],
      redirect_uris: ['https://robot.example.com/callback'],
    });
    expect(answer.status).toBe(200);
    expect(answer.body.response_types).toEqual(['code']);
  });

  it('a change that would break the client is refused by name and changes nothing', async () => {
    const { id } = await register();
    expectRefusedField(await admin.patch(path(id), { token_endpoint_auth_method: 'none' }), 'grant_types');
    expectRefusedField(await admin.patch(path(id), { client_id: 'another' }), 'client_id');
    expect((await admin.get(path(id))).body.token_endpoint_auth_method).toBe('client_secret_basic');
  });

  it('disabling kills the tokens at once and refuses new ones, until the client is enabled again', async () => {
    const { id, secret } = await register({ scope: 'eyrie.admin.read', access_token_format: 'opaque' });
    const own = admin.withToken((await askToken(id, secret)).body.access_token);
    expect((await own.get('/clients')).status).toBe(200);

    const disabled = await admin.post(path(id, '/disable'));
    expect(disabled.status).toBe(200);
    expect(disabled.body.disabled_at).toEqual(expect.any(Number));
    expect((await own.get('/clients')).status).toBe(401);
    expect((await askToken(id, secret)).body.error).toBe('invalid_client');

    expect((await admin.post(path(id, '/enable'))).body.disabled_at).toBeNull();
    expect((await askToken(id, secret)).status).toBe(200);
  });

  it('deleting kills the tokens at once, and the client is gone', async () => {
    const { id, secret } = await register({ scope: 'eyrie.admin.read' });
    const own = admin.withToken((await askToken(id, secret)).body.access_token);

    const answer = await admin.delete(path(id));
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    expect((await own.get('/clients')).status).toBe(401);
    expect((await askToken(id, secret)).body.error).toBe('invalid_client');
    expect((await admin.get(path(id))).status).toBe(404);
  });

  it('a rotated secret works on for the overlap and not longer, the new one at once', async () => {
    const { id, secret } = await register();
    const rotated = await admin.post(path(id, '/secrets'), { overlap: 60 });
    expect(rotated.status).toBe(201);
    const next = rotated.body.client_secret as string;

    expect(rotated.body.previous_secrets_end_at).toBe(server.clock.now() + 60);
    expect((await askToken(id, secret)).status).toBe(200);
    expect((await askToken(id, next)).status).toBe(200);

    server.clock.advance(60);
    expect((await askToken(id, secret)).body.error).toBe('invalid_client');
    expect((await askToken(id, next)).status).toBe(200);
  });

  it('without an overlap the old secret ends at once', async () => {
    const { id, secret } = await register();
    await admin.post(path(id, '/secrets'), { overlap: 0 });
    expect((await askToken(id, secret)).body.error).toBe('invalid_client');
  });

  it.each([{}, { overlap: -1 }, { overlap: 1.5 }, { overlap: '60' }, { overlap: 2_592_001 }])(
    'the overlap %j is refused by name',
    async (body) => {
      const { id } = await register();
      expectRefusedField(await admin.post(path(id, '/secrets'), body), 'overlap');
    },
  );

  it.each([
    ['a slash', 'a/b'],
    ['a percent sign', '100%/25%2F'],
    ['dots and a question mark', '../x?y#z'],
    ['255 characters', '"'.repeat(255)],
  ])('an id with %s is read, changed and deleted by its percent-encoded form', async (_what, client_id) => {
    await register({ client_id });
    expect((await admin.get(path(client_id))).body.client_id).toBe(client_id);
    expect((await admin.post(path(client_id, '/disable'))).status).toBe(200);
    expect((await admin.delete(path(client_id))).status).toBe(204);
  });

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['DELETE', '', undefined],
    ['POST', '/disable', undefined],
    ['POST', '/enable', undefined],
    ['POST', '/secrets', { overlap: 0 }],
  ])('%s of a client%s that does not exist is answered with 404', async (method, rest, body) => {
    const answer = await admin.call(method, path('naïve/ünknown 💥', rest), body);
    expect(answer.status).toBe(404);
    expect(answer.body.message).toBe('there is no client naïve/ünknown 💥');
  });

  it('an id that is not well encoded is refused', async () => {
    expect((await admin.get('/clients/%FF')).status).toBe(400);
  });
});
