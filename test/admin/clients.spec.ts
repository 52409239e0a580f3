import { randomBytes } from 'node:crypto';
import { useServer } from '../support/server.js';
import { AdminCaller, expectRefusedField } from '../support/admin-caller.js';
import { askToken, clientPath, registerRobot, robot } from '../support/robots.js';

describe('The admin API for clients', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const newId = (): string => `robot-${randomBytes(6).toString('hex')}`;
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
    expect((await askToken(server, id!, secret!)).status).toBe(200);

    const read = await admin.get(clientPath(id!));
    expect(read.status).toBe(200);
    expect(read.text).not.toMatch(/secret_?hash|"client_secret"/i);
    expect(read.text).not.toContain(secret);
  });

  it('a client may be registered with a chosen id and secret', async () => {
    const id = newId();
    await registerRobot(admin, { client_id: id, client_secret: 'a secret of old, 32 characters long' });
    expect((await askToken(server, id, 'a secret of old, 32 characters long')).status).toBe(200);
  });

  it('a public client gets no secret', async () => {
    const answer = await admin.post('/clients', {
      token_endpoint_auth_method: 'none',
      redirect_uris: ['https://app.example.com/callback'],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('client_secret');
    const rotated = await admin.post(clientPath(answer.body.client_id as string, '/secrets'), { overlap: 0 });
    expect(rotated.status).toBe(400);
  });

  it('a client id that is taken is a conflict', async () => {
    const { id } = await registerRobot(admin);
    expect((await admin.post('/clients', { ...robot, client_id: id })).status).toBe(409);
  });

  it.each([
    ['client_id', { client_id: 'has a space' }],
    ['client_id', { client_id: 'x'.repeat(256) }],
    ['client_id', { client_id: '' }],
    ['client_secret', { client_secret: 'only 31 characters, one too few' }],
    ['client_name', { client_name: 7 }],
    ['client_name', { client_name: null }],
    ['client_name', { client_name: 'Message\u202eWriter' }],
    ['contacts', { contacts: ['a@example.com\n'] }],
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
  ])('a client with a wrong %s is refused by name', async (field, wrong) => {
    expectRefusedField(await admin.post('/clients', { ...robot, ...wrong }), field);
  });

  it.each([
    ['a list', []],
    ['a text', 'client'],
    ['null', null],
  ])('%s in place of a client is refused', async (_what, body) => {
    expect((await admin.post('/clients', body)).status).toBe(400);
  });

  it('lists of clients come in pages, oldest first, each client once', async () => {
    const ids = [await registerRobot(admin), await registerRobot(admin), await registerRobot(admin)].map(
      ({ id }) => id,
    );
    const listed = (await admin.everyItem('/clients', 2)).map(({ client_id }) => client_id);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.slice(-3)).toEqual(ids);
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=201'],
    ['limit', 'limit=ten'],
    ['limit', 'limit=1&limit=2'],
    ['after', `after=${'x'.repeat(50)}`],
    ['page', 'page=2'],
  ])('a list of clients with a wrong %s is refused by name (%s)', async (field, query) => {
    expectRefusedField(await admin.get(`/clients?${query}`), field);
  });

  it('a change of a client replaces what is given and leaves the rest', async () => {
    const { id, secret } = await registerRobot(admin, { client_uri: 'https://robot.example.com' });
    const answer = await admin.patch(clientPath(id), { client_name: 'Robot the Second' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...robot,
      client_name: 'Robot the Second',
      client_uri: 'https://robot.example.com',
    });
    expect((await admin.patch(clientPath(id), { client_uri: null })).body.client_uri).toBeNull();
    expect((await askToken(server, id, secret)).status).toBe(200);
  });

  it('the former name of a member of a client is accepted, and answered under the current one', async () => {
    const introspection_resources = ['https://contacts.example.com'];
    const created = await admin.post('/clients', { ...robot, introspects: introspection_resources });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ introspection_resources });
    expect(created.body).not.toHaveProperty('introspects');
    const changed = await admin.patch(clientPath(created.body.client_id as string), { introspects: [] });
    expect(changed.body).toMatchObject({ introspection_resources: [] });
  });

  it('grant types that change bring the response types that fit them', async () => {
    const { id } = await registerRobot(admin);
    const answer = await admin.patch(clientPath(id), {
      grant_types: ['authorization_code'],
      redirect_uris: ['https://robot.example.com/callback'],
    });
    expect(answer.status).toBe(200);
    expect(answer.body.response_types).toEqual(['code']);
  });

  it('a change that would break the client is refused by name and changes nothing', async () => {
    const { id } = await registerRobot(admin);
    expectRefusedField(
      await admin.patch(clientPath(id), { token_endpoint_auth_method: 'none' }),
      'grant_types',
    );
    expectRefusedField(await admin.patch(clientPath(id), { client_id: 'another' }), 'client_id');
    expect((await admin.get(clientPath(id))).body.token_endpoint_auth_method).toBe('client_secret_basic');
  });

  it.each([
    ['a slash', 'a/b'],
    ['a percent sign', '100%/25%2F'],
    ['dots and a question mark', '../x?y#z'],
    ['255 characters', '"'.repeat(255)],
  ])(
    'a client id with %s is read, changed and deleted by its percent-encoded form',
    async (_what, client_id) => {
      await registerRobot(admin, { client_id });
      expect((await admin.get(clientPath(client_id))).body.client_id).toBe(client_id);
      expect((await admin.post(clientPath(client_id, '/disable'))).status).toBe(200);
      expect((await admin.delete(clientPath(client_id))).status).toBe(204);
    },
  );

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['DELETE', '', undefined],
    ['POST', '/disable', undefined],
    ['POST', '/enable', undefined],
    ['POST', '/secrets', { overlap: 0 }],
  ])('%s of a client%s that does not exist is answered with 404', async (method, rest, body) => {
    const answer = await admin.call(method, clientPath('naïve/ünknown 💥', rest), body);
    expect(answer.status).toBe(404);
    expect(answer.body.message).toBe('there is no client naïve/ünknown 💥');
  });

  it('a client id that is not well encoded is refused', async () => {
    expect((await admin.get('/clients/%FF')).status).toBe(400);
  });
});
