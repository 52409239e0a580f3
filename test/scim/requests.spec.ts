import { Database } from '../../src/persistence/database.js';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { Schemas } from 'scimmy';
import { AdminCaller } from '../support/admin-caller.js';
import {
  expectScimError,
  groupSchema,
  ProvisioningClient,
  type Resource,
  userSchema,
} from '../support/provisioning-client.js';
import { request } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

describe('M1 SCIM', () => {
  const server = useServer();
  let client: ProvisioningClient;
  let user: Resource;

  beforeAll(async () => {
    client = await ProvisioningClient.withToken(server);
    user = await client.createUser({
      name: { givenName: 'Alice', familyName: 'Archer' },
      emails: [
        { value: 'a@example.com', type: 'work', primary: true },
        { value: 'b@example.com', type: 'home' },
      ],
    });
  });

  it('says what it supports, which another implementation of the schemas understands', async () => {
    const { body: config } = await client.get('/ServiceProviderConfig');
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 100 },
      etag: { supported: true },
      pagination: { cursor: true, index: true },
    });
    const { body: types } = await client.get('/ResourceTypes');
    expect((types.Resources as Resource[]).map(({ name }) => name)).toEqual(['User', 'Group']);
    const { body: schemas } = await client.get('/Schemas');
    for (const { id } of schemas.Resources as Resource[])
      expect((await client.get(`/Schemas/${id}`)).body).toMatchObject({ id });
    expect((await client.get('/ResourceTypes/User')).body.schema).toBe(userSchema);
    expectScimError(await client.get('/Schemas/urn:nothing'), 404);
    const { body } = await client.get(`/Users/${user.id}`);
    expect(new Schemas.User(body)).toMatchObject({ userName: body.userName, emails: body.emails });
  });

  it('takes access tokens with the scope eyrie.scim, and no others', async () => {
    const service = await AdminCaller.register(server, 'eyrie.scim');
    const other = new ProvisioningClient(server, service.token);
    expect((await other.get(`/Users/${user.id}`)).status).toBe(200);
    const users = await AdminCaller.register(server, 'eyrie.users');
    const answer = await new ProvisioningClient(server, users.token).get('/Users');
    expectScimError(answer, 403);
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    expect((await service.get('/users')).status).toBe(403);
  });

  it('refuses whoever has no token with 401 and a challenge', async () => {
    const without = await request(server, '/scim/v2/Users');
    expectScimError(without, 401);
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expectScimError(await new ProvisioningClient(server, `eyrie_scim_${'x'.repeat(43)}`).get('/Users'), 401);
  });

  it('has external ids for each provisioning client of its own', async () => {
    const other = await ProvisioningClient.withToken(server);
    await client.patch(`/Users/${user.id}`, [{ op: 'add', path: 'externalId', value: 'mine' }]);
    await other.patch(`/Users/${user.id}`, [{ op: 'add', path: 'externalId', value: 'theirs' }]);
    expect((await client.get(`/Users/${user.id}`)).body.externalId).toBe('mine');
    expect(await client.find('Users', 'externalId eq "theirs"')).toEqual([]);
    expect(await other.find('Users', 'externalId eq "theirs"')).toHaveLength(1);
  });

  it('returns the attributes that are asked for, and those that are always returned', async () => {
    const { body } = await client.get(`/Users/${user.id}?attributes=USERNAME,emails.value,name.givenName`);
    expect(body).toEqual({
      schemas: [userSchema],
      id: user.id,
      userName: user.userName,
      name: { givenName: 'Alice' },
      emails: [{ value: 'a@example.com' }, { value: 'b@example.com' }],
    });
    const without = await client.get(`/Users/${user.id}?excludedAttributes=emails,name.givenName,id`);
    expect(without.body).toMatchObject({ id: user.id, name: { familyName: 'Archer' } });
    expect(without.body).not.toHaveProperty('emails');
  });

  it('has entity tags: a change of another state is refused with 412, and a known state is not sent again', async () => {
    const { id, meta } = await client.createUser();
    const condition = { 'if-none-match': meta.version };
    const path = `/Users/${id}?excludedAttributes=groups`;
    const known = await client.call('GET', path, undefined, condition);
    expect([known.status, known.text]).toEqual([304, '']);
    // Its groups may be others by now.
    expect((await client.call('GET', `/Users/${id}`, undefined, condition)).status).toBe(200);
    const change = [{ op: 'replace', path: 'title', value: 'Editor' }];
    expect((await client.patch(`/Users/${id}`, change, { 'if-match': meta.version })).status).toBe(200);
    expectScimError(await client.patch(`/Users/${id}`, change, { 'if-match': meta.version }), 412);
    expectScimError(
      await client.call(
        'PUT',
        `/Users/${id}`,
        { schemas: [userSchema], userName: 'x' },
        { 'if-match': meta.version },
      ),
      412,
    );
    expectScimError(
      await client.call('DELETE', `/Users/${id}`, undefined, { 'if-match': meta.version }),
      412,
    );
    const group = await client.createGroup();
    expect(
      (await client.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]))
        .status,
    ).toBe(204);
    expectScimError(
      await client.call('DELETE', `/Groups/${group.id}`, undefined, { 'if-match': group.meta.version }),
      412,
    );
  });

  it('refuses operations that together make too many values, before they take long', async () => {
    const { id } = await client.createUser();
    const operations = Array.from({ length: 400 }, (_, index) => ({
      op: 'add',
      path: 'emails',
      value: Array.from({ length: 50 }, (__, item) => ({ value: `${index}-${item}@example.com` })),
    }));
    expectScimError(await client.patch(`/Users/${id}`, operations), 400, 'invalidValue');
  });

  it('ends the access of somebody whose stored name is older than a rule about names', async () => {
    const { id } = await client.createUser();
    const users = server.app.get(UsersStore);
    await server.app
      .get(Database)
      .write((tx) => users.update(tx, id, { name: 'Left\u202eright', updatedAt: 1 }));
    const path = `/Users/${id}`;
    expect((await client.patch(path, [{ op: 'replace', path: 'active', value: false }])).body.active).toBe(
      false,
    );
    expectScimError(
      await client.patch(path, [{ op: 'replace', path: 'displayName', value: 'Other\u202eone' }]),
      400,
      'invalidValue',
    );
  });

  it('changes nothing and records nothing where nothing differs', async () => {
    const { id, meta, userName } = await client.createUser({ title: 'Editor' });
    const answer = await client.call('PUT', `/Users/${id}`, {
      schemas: [userSchema],
      userName,
      title: 'Editor',
    });
    expect(answer.headers.get('etag')).toBe(meta.version);
  });

  it.each([
    ['a body that is not JSON', '{', 'invalidSyntax'],
    ['no body', undefined, 'invalidSyntax'],
    ['a list', [], 'invalidSyntax'],
    ['no schema', { userName: 'x' }, 'invalidSyntax'],
    ['no username', { schemas: [userSchema] }, 'invalidValue'],
    ['a username with invisible characters', { schemas: [userSchema], userName: 'a\u200Bb' }, 'invalidValue'],
    [
      'a number where a list of objects stands',
      { schemas: [userSchema], userName: 'x', emails: 7 },
      'invalidValue',
    ],
    [
      'an address that is none',
      { schemas: [userSchema], userName: 'x', emails: [{ value: 'nowhere' }] },
      'invalidValue',
    ],
    [
      'a text that is too long',
      { schemas: [userSchema], userName: 'x', title: 'x'.repeat(256) },
      'invalidValue',
    ],
    [
      'a character that no database takes',
      { schemas: [userSchema], userName: 'x', title: 'a\0b' },
      'invalidValue',
    ],
    [
      'too many values',
      {
        schemas: [userSchema],
        userName: 'x',
        emails: Array.from({ length: 51 }, () => ({ value: 'a@b.c' })),
      },
      'invalidValue',
    ],
  ])('refuses %s with 400', async (_, body, scimType) => {
    expectScimError(
      await client.call('POST', '/Users', body, { 'content-type': 'application/scim+json' }),
      400,
      scimType,
    );
  });

  it('refuses what is taken, not there, not supported or too large, in the form of its errors', async () => {
    const { userName } = user;
    expectScimError(
      await client.call('POST', '/Users', {
        schemas: [userSchema],
        userName: String(userName).toUpperCase(),
      }),
      409,
      'uniqueness',
    );
    const { displayName } = await client.createGroup();
    expectScimError(
      await client.call('POST', '/Groups', { schemas: [groupSchema], displayName }),
      409,
      'uniqueness',
    );
    expectScimError(await client.get('/Users/nobody'), 404);
    expectScimError(await client.get('/Users/%00'), 404);
    expectScimError(
      await client.patch('/Groups/0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00', [
        { op: 'add', path: 'members', value: [] },
      ]),
      404,
    );
    expectScimError(await client.get('/Me'), 501);
    expectScimError(await client.get('/Nothing'), 404);
    expectScimError(await client.call('PATCH', '/Users', {}), 405);
    expectScimError(await client.call('POST', '/Users', 'a=b', { 'content-type': 'application/xml' }), 415);
    expectScimError(await client.call('POST', '/Users', `"${'x'.repeat(1_100_000)}"`), 413);
  });

  it.each([
    [
      'a member that is nobody',
      [{ op: 'add', path: 'members', value: [{ value: 'nobody' }] }],
      'invalidValue',
    ],
    [
      'a group as a member',
      [{ op: 'add', path: 'members', value: [{ value: 'x', type: 'Group' }] }],
      'invalidValue',
    ],
    ['a member without an id', [{ op: 'add', path: 'members', value: [{ display: 'x' }] }], 'invalidValue'],
    [
      'a change of a member',
      [{ op: 'replace', path: 'members[value eq "x"].display', value: 'y' }],
      'mutability',
    ],
    ['a filter that names no members', [{ op: 'remove', path: 'members[display sw "x"]' }], 'invalidFilter'],
    ['no name', [{ op: 'remove', path: 'displayName' }], 'invalidValue'],
  ])('changes nothing of a group for a PATCH with %s', async (_, operations, scimType) => {
    const { id } = await client.createGroup({ members: [{ value: user.id }] });
    const first = { op: 'remove', path: `members[value eq "${user.id}"]` };
    expectScimError(await client.patch(`/Groups/${id}`, [first, ...operations]), 400, scimType);
    expect(await client.members(id)).toEqual([user.id]);
  });

  it('does several operations in one request, whose references to one another are resolved', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const Operations = [
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { schemas: [groupSchema], displayName: 'Bulk', members: [{ value: 'bulkId:u' }] },
      },
      { method: 'POST', path: '/Users', bulkId: 'u', data: { schemas: [userSchema], userName: 'bulk' } },
      {
        method: 'PATCH',
        path: '/Users/bulkId:u',
        data: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'add', path: 'title', value: 'T' }],
        },
      },
      { method: 'POST', path: '/Users', bulkId: 'v', data: { schemas: [userSchema], userName: 'bulk' } },
      { method: 'DELETE', path: `/Users/${user.id}`, version: '"another"' },
      { method: 'GET', path: '/Users' },
    ];
    const { body } = await client.call('POST', '/Bulk', { schemas, Operations });
    const outcomes = body.Operations as {
      bulkId?: string;
      status: string;
      location?: string;
      response?: object;
    }[];
    expect(outcomes.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['u', '201'],
      ['g', '201'],
      [undefined, '200'],
      ['v', '409'],
      [undefined, '412'],
      [undefined, '400'],
    ]);
    expect(outcomes[3]?.response).toMatchObject({ scimType: 'uniqueness', status: '409' });
    expect(outcomes[3]?.location).toBeUndefined();
    expect(outcomes[4]?.location).toBe(`${server.issuer}/scim/v2/Users/${user.id}`);
    const [group] = await client.find('Groups', 'displayName eq "Bulk"');
    expect(group?.members).toHaveLength(1);
    const stopped = await client.call('POST', '/Bulk', {
      schemas,
      failOnErrors: 1,
      Operations: [Operations[5], Operations[1]],
    });
    expect(stopped.body.Operations).toHaveLength(1);
    expectScimError(
      await client.call('POST', '/Bulk', {
        schemas,
        Operations: Array.from({ length: 101 }, () => Operations[1]),
      }),
      413,
    );
    expectScimError(await client.call('POST', '/Bulk', { schemas: [], Operations }), 400, 'invalidSyntax');
  });
});
