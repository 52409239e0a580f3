import { Database } from '../../src/persistence/database.js';
import { AttributesStore } from '../../src/persistence/stores/attributes.store.js';
import { Schemas } from 'scimmy';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { changesOfRows, everyRow, isHousekeeping, type RowChange } from '../support/database-rows.js';
import {
  attributesSchema,
  enterpriseSchema,
  expectScimError,
  ProvisioningClient,
  type Resource,
  userSchema,
} from '../support/provisioning-client.js';
import type { Answer } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

const definitions = [
  { name: 'department', type: 'text', label: 'Department', values: ['Sales', 'Law'] },
  { name: 'cost_center', type: 'integer', label: 'Cost center', description: 'Who pays' },
  { name: 'remote', type: 'boolean', label: 'Works remotely' },
  { name: 'hired', type: 'date', label: 'Hired' },
  { name: 'skills', type: 'texts', label: 'Skills' },
  { name: 'badge', type: 'text', label: 'Badge' },
] as const;

const everyValue = {
  department: 'Sales',
  cost_center: 42,
  remote: true,
  hired: '2026-11-28',
  skills: ['law', 'go'],
};

/** A path, as Entra ID writes it. */
const pathOf = (name: string): string => `${attributesSchema}:${name}`;

describe('M1 SCIM with attributes that administrators define', () => {
  const server = useServer();
  let admin: AdminCaller;
  let client: ProvisioningClient;
  let beforehand: { readonly schemas: Answer; readonly type: Answer; readonly user: Resource };

  const create = (values: object, members: object = {}): Promise<Resource> =>
    client.createUser({ [attributesSchema]: values, ...members });
  const read = async (id: string): Promise<Resource> =>
    (await client.get(`/Users/${id}`)).body as unknown as Resource;
  const valuesOf = async (id: string): Promise<unknown> => (await read(id))[attributesSchema];
  const replace = ({ id, userName }: Resource, members: object): Promise<Answer> =>
    client.call('PUT', `/Users/${id}`, { schemas: [userSchema, attributesSchema], userName, ...members });

  /** What the work does to the database, beside noting that the token was used. */
  const changesBy = async (work: () => Promise<unknown>): Promise<RowChange[]> => {
    const before = await everyRow(server);
    await work();
    return changesOfRows(before, await everyRow(server)).filter(
      (change) => change.table !== 'scim_tokens' && !isHousekeeping(change),
    );
  };

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    client = await ProvisioningClient.withToken(server, { name: 'directory' });
    beforehand = {
      schemas: await client.get('/Schemas'),
      type: await client.get('/ResourceTypes/User'),
      user: await create({ department: 'Sales' }),
    };
    for (const definition of definitions) await admin.put('/attributes', definition);
  });

  it('has no extension for them until there is one, and ignores what comes for it', () => {
    const { schemas, type, user } = beforehand;
    expect((schemas.body.Resources as Resource[]).map(({ id }) => id)).not.toContain(attributesSchema);
    expect(type.body.schemaExtensions).toEqual([{ schema: enterpriseSchema, required: false }]);
    expect([user.schemas, user[attributesSchema]]).toEqual([[userSchema], undefined]);
  });

  it('describes them as an extension of users', async () => {
    const { body } = await client.get(`/Schemas/${attributesSchema.toUpperCase()}`);
    const written = { mutability: 'readWrite', returned: 'default', uniqueness: 'none', required: false };
    const text = { type: 'string', multiValued: false, caseExact: true, ...written };
    expect(body).toMatchObject({ id: attributesSchema, meta: { resourceType: 'Schema' } });
    expect(body.attributes).toEqual([
      { ...text, name: 'department', description: 'Department', canonicalValues: ['Sales', 'Law'] },
      {
        ...written,
        type: 'integer',
        multiValued: false,
        name: 'cost_center',
        description: 'Cost center: Who pays',
      },
      { ...written, type: 'boolean', multiValued: false, name: 'remote', description: 'Works remotely' },
      { ...text, name: 'hired', description: 'Hired' },
      { ...text, multiValued: true, name: 'skills', description: 'Skills' },
      { ...text, name: 'badge', description: 'Badge' },
    ]);
    const { body: schemas } = await client.get('/Schemas');
    expect(schemas.Resources).toContainEqual(body);
    const { body: types } = await client.get('/ResourceTypes');
    expect((types.Resources as Resource[]).map(({ schemaExtensions }) => schemaExtensions)).toEqual([
      [
        { schema: enterpriseSchema, required: false },
        { schema: attributesSchema, required: false },
      ],
      [],
    ]);
  });

  it('creates users with values, and shows them to whoever reads, lists or searches', async () => {
    const created = await create(everyValue);
    const shown = { schemas: [userSchema, attributesSchema], [attributesSchema]: everyValue };
    expect(created).toMatchObject(shown);
    expect(await read(created.id)).toMatchObject(shown);
    expect(await client.find('Users', `id eq "${created.id}"`)).toMatchObject([shown]);
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const filter = `id eq "${created.id}" and ${pathOf('remote')} eq true`;
    const found = await client.call('POST', '/.search', { schemas, filter });
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [shown] });
    expect((await admin.get(`/users/${created.id}/attributes`)).body['attributes']).toEqual(everyValue);
    expect(new Schemas.User(await read(created.id))).toMatchObject({ userName: created.userName });
  });

  it('takes names in any case, and values as directories write them', async () => {
    const { id } = await client.createUser({
      [attributesSchema.toUpperCase()]: {
        DEPARTMENT: 'Law',
        Cost_Center: '0042',
        remote: 'False',
        hired: '2026-11-28T00:00:00Z',
        skills: [{ value: 'law' }, 'go', 'law'],
        badge: 7,
        unknown: 'ignored',
      },
    });
    expect(await valuesOf(id)).toEqual({
      ...everyValue,
      department: 'Law',
      remote: false,
      badge: '7',
    });
  });

  it('replaces all of them: what is omitted has no value any more', async () => {
    const user = await create(everyValue);
    const answer = await replace(user, { [attributesSchema]: { cost_center: 7, skills: null } });
    expect([answer.status, answer.body[attributesSchema]]).toEqual([200, { cost_center: 7 }]);
    const without = await replace(user, {});
    expect(without.body).toMatchObject({ schemas: [userSchema] });
    expect(without.body).not.toHaveProperty([attributesSchema]);
  });

  it('stay as they are in a replacement by a client that does not know the extension', async () => {
    const user = await create(everyValue);
    const { userName } = user;
    const answer = await client.call('PUT', `/Users/${user.id}`, {
      schemas: [userSchema],
      userName,
      title: 'x',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ title: 'x', [attributesSchema]: user[attributesSchema] as object });
    for (const known of [{ schemas: [userSchema, attributesSchema] }, { [attributesSchema]: {} }]) {
      const { id } = await create(everyValue);
      const members = { schemas: [userSchema], userName: `${id}@example.com`, ...known };
      const emptied = await client.call('PUT', `/Users/${id}`, members);
      expect(emptied.body).not.toHaveProperty([attributesSchema]);
    }
  });

  it('writes nothing where nothing differs', async () => {
    const user = await create(everyValue);
    const changes = await changesBy(async () => {
      for (const answer of [
        await replace(user, { [attributesSchema]: { ...everyValue, cost_center: '42' } }),
        await client.patch(`/Users/${user.id}`, [{ op: 'add', path: pathOf('skills'), value: 'go' }]),
      ])
        expect(answer.headers.get('etag')).toBe(user.meta.version);
    });
    expect(changes).toEqual([]);
  });

  it.each<[string, object[], object]>([
    [
      'paths',
      [
        { op: 'Replace', path: pathOf('department'), value: 'Law' },
        { op: 'Add', path: pathOf('cost_center'), value: '7' },
        { op: 'Add', path: pathOf('remote'), value: 'False' },
        { op: 'Replace', path: pathOf('hired'), value: '2027-01-01T00:00:00.000Z' },
      ],
      { department: 'Law', cost_center: 7, remote: false, hired: '2027-01-01' },
    ],
    [
      'a value whose names are paths',
      [
        {
          op: 'Add',
          value: { [pathOf('department')]: 'Law', [pathOf('badge')]: 'B1', displayName: 'Alice' },
        },
      ],
      { department: 'Law', badge: 'B1' },
    ],
    [
      'an object below the extension',
      [{ op: 'replace', value: { [attributesSchema]: { badge: 'B1', remote: null } } }],
      { badge: 'B1', remote: undefined },
    ],
    [
      'texts that come and go by their value',
      [
        { op: 'Add', path: pathOf('skills'), value: [{ value: 'rust' }] },
        { op: 'Remove', path: pathOf('skills'), value: [{ value: 'law' }] },
        { op: 'remove', path: `${pathOf('skills')}[value eq "go"]` },
      ],
      { skills: ['rust'] },
    ],
    ['a value that is removed', [{ op: 'remove', path: pathOf('hired') }], { hired: undefined }],
    ['an extension that is removed', [{ op: 'remove', path: attributesSchema }], {}],
  ])('changes users by a PATCH with %s', async (what, operations, expected) => {
    const { id } = await create(everyValue);
    const answer = await client.patch(`/Users/${id}`, operations);
    const values = { ...(what.startsWith('an extension') ? {} : everyValue), ...expected };
    expect([answer.status, answer.body[attributesSchema] ?? {}]).toEqual([200, values]);
    expect((await valuesOf(id)) ?? {}).toEqual(values);
  });

  it.each([
    ['department', 'Other'],
    ['department', { a: 1 }],
    ['department', '  '],
    ['cost_center', 'many'],
    ['cost_center', 1.5],
    ['remote', 'perhaps'],
    ['hired', '2026-02-30'],
    ['hired', '28.11.2026'],
    ['skills', ['  ']],
    ['skills', Array.from({ length: 51 }, (_, index) => String(index))],
    ['badge', 'a\0b'],
    ['badge', 'x'.repeat(1_025)],
  ])('refuses a wrong %s by its path, and all that comes with it: %j', async (name, value) => {
    const user = await create({ badge: 'B1' });
    const wrong = { title: 'Editor', [attributesSchema]: { [name]: value } };
    const changes = await changesBy(async () => {
      for (const answer of [
        await replace(user, wrong),
        await client.patch(`/Users/${user.id}`, [
          { op: 'replace', path: 'title', value: 'Editor' },
          { op: 'replace', path: pathOf(name), value },
        ]),
        await client.call('POST', '/Users', { schemas: [userSchema], userName: 'nobody', ...wrong }),
      ]) {
        expectScimError(answer, 400, 'invalidValue');
        expect(answer.body.detail).toMatch(new RegExp(`^${pathOf(name)} (?:must|can) `));
      }
    });
    expect(changes).toEqual([]);
  });

  it('refuses what is not defined by a path, and ignores it by its name, as with all attributes', async () => {
    const { id, meta } = await create(everyValue);
    for (const path of [
      pathOf('shoe_size'),
      `${pathOf('department')}.value`,
      `${pathOf('badge')}[value eq "x"]`,
    ])
      expectScimError(
        await client.patch(`/Users/${id}`, [{ op: 'add', path, value: 'x' }]),
        400,
        'invalidPath',
      );
    const ignored = { [pathOf('shoe_size')]: 42, [attributesSchema]: { shoe_size: 42 } };
    const answer = await client.patch(`/Users/${id}`, [{ op: 'add', value: ignored }]);
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, meta.version]);
  });

  it('leaves stored values alone that are older than a rule', async () => {
    const { id } = await create({ badge: 'B1' });
    const rule = { name: 'badge', type: 'text', label: 'Badge' };
    await admin.put('/attributes', { ...rule, values: ['B2'] });
    const change = (operations: object[]) => client.patch(`/Users/${id}`, operations);
    expect((await change([{ op: 'replace', path: 'title', value: 'Editor' }])).status).toBe(200);
    expect((await change([{ op: 'replace', path: pathOf('cost_center'), value: 1 }])).status).toBe(200);
    expectScimError(
      await change([{ op: 'replace', path: pathOf('badge'), value: 'B3' }]),
      400,
      'invalidValue',
    );
    await admin.put('/attributes', rule);
  });

  it('shows the attributes that are asked for', async () => {
    const { id } = await create(everyValue, { title: 'Editor' });
    const shown = async (query: string): Promise<Resource[]> => [
      (await client.get(`/Users/${id}?${query}`)).body as unknown as Resource,
      ...(await client.find('Users', `id eq "${id}"`, `&${query}`)),
    ];
    for (const body of await shown(`attributes=${pathOf('DEPARTMENT')},${pathOf('skills.value')}`)) {
      expect(body[attributesSchema]).toEqual({ department: 'Sales', skills: ['law', 'go'] });
      expect(body).not.toHaveProperty('title');
    }
    for (const body of await shown(`attributes=${attributesSchema}`))
      expect(body[attributesSchema]).toEqual(everyValue);
    for (const body of await shown(`excludedAttributes=${pathOf('hired')},${pathOf('remote')}`))
      expect(body[attributesSchema]).toEqual({ department: 'Sales', cost_center: 42, skills: ['law', 'go'] });
    for (const query of ['attributes=title', `excludedAttributes=${attributesSchema}`])
      for (const body of await shown(query)) {
        expect(body).not.toHaveProperty([attributesSchema]);
        expect(body.title).toBe('Editor');
      }
  });

  it('has another entity tag with every value, which changes can depend on', async () => {
    const { id, meta } = await create({ badge: 'B1' });
    const operations = [{ op: 'replace', path: pathOf('badge'), value: 'B2' }];
    const condition = { 'if-match': meta.version };
    const changed = await client.patch(`/Users/${id}`, operations, condition);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(meta.version);
    expectScimError(await client.patch(`/Users/${id}`, operations, condition), 412);
    await admin.patch(`/users/${id}/attributes`, { attributes: { badge: 'B3' } });
    const late = { 'if-match': changed.headers.get('etag') ?? '' };
    expectScimError(await client.patch(`/Users/${id}`, operations, late), 412);
    expect(await valuesOf(id)).toEqual({ badge: 'B3' });
  });

  it('names them in the audit trail', async () => {
    const { id } = await create({ badge: 'B1' });
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: pathOf('badge'), value: 'B2' },
      { op: 'replace', path: 'title', value: 'Editor' },
    ]);
    const events = itemsOf(await admin.get(`/audit-events?user_id=${id}&event=user.updated`));
    const changes = events.map(({ actor, detail }) => [actor, (detail as { changes: object }).changes]);
    expect(changes).toHaveLength(3);
    for (const change of [
      { 'attributes.badge': { from: null, to: 'B1' } },
      { 'attributes.badge': { from: 'B1', to: 'B2' } },
      { title: { from: null, to: 'Editor' } },
    ])
      expect(changes).toContainEqual(['scim:directory', change]);
  });

  it('changes nothing of whoever administers Eyrie', async () => {
    const id = await server.createUser({ username: 'boss', password: alice.password, administrator: true });
    await admin.patch(`/users/${id}/attributes`, { attributes: { badge: 'B1' } });
    expect(await valuesOf(id)).toEqual({ badge: 'B1' });
    expectScimError(
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: pathOf('badge'), value: 'B2' }]),
      403,
    );
    expectScimError(await replace(await read(id), { [attributesSchema]: { badge: 'B2' } }), 403);
  });

  it('takes them in bulk requests', async () => {
    const user = await create({ badge: 'B1' });
    const data = (members: object): object => ({ schemas: [userSchema], ...members });
    const { body } = await client.call('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'POST',
          path: '/Users',
          bulkId: 'u',
          data: data({ userName: 'in-bulk', [attributesSchema]: { skills: ['law'] } }),
        },
        {
          method: 'PATCH',
          path: '/Users/bulkId:u',
          data: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'add', path: pathOf('skills'), value: 'go' }],
          },
        },
        {
          method: 'PUT',
          path: `/Users/${user.id}`,
          data: data({ userName: user.userName, [attributesSchema]: { badge: 'B2' } }),
        },
        {
          method: 'PUT',
          path: `/Users/${user.id}`,
          data: data({ userName: user.userName, [attributesSchema]: { hired: 'soon' } }),
        },
      ],
    });
    const outcomes = body.Operations as { status: string; response?: { detail: string } }[];
    expect(outcomes.map(({ status }) => status)).toEqual(['201', '200', '200', '400']);
    expect(outcomes[3]?.response?.detail).toContain(pathOf('hired'));
    expect(await valuesOf(user.id)).toEqual({ badge: 'B2' });
    const [made] = await client.find('Users', 'userName eq "in-bulk"');
    expect(made?.[attributesSchema]).toEqual({ skills: ['law', 'go'] });
  });

  it('reads a page with the same number of queries, however many are on it', async () => {
    for (let index = 0; index < 5; index += 1) await create({ badge: `page-${index}` });
    const database = server.app.get(Database);
    const [query, rows] = [database.query.bind(database), database.rows.bind(database)];
    let queries = 0;
    Object.assign(database, {
      query: (...given: Parameters<typeof query>) => ((queries += 1), query(...given)),
      rows: (...given: Parameters<typeof rows>) => ((queries += 1), rows(...given)),
    });
    const queriesFor = async (count: number): Promise<number> => {
      queries = 0;
      const { body } = await client.get(`/Users?count=${count}&sortBy=id&sortOrder=descending`);
      expect((body.Resources as Resource[]).map((user) => user[attributesSchema])).toEqual(
        Array.from({ length: count }, (_, index) => ({ badge: `page-${4 - index}` })),
      );
      return queries;
    };
    expect(await queriesFor(5)).toBe(await queriesFor(1));
    Object.assign(database, { query, rows });
  });

  it('loses none of several changes at the same time', async () => {
    const { id } = await create({});
    const values = { badge: 'B1', cost_center: 1, remote: false, hired: '2026-01-01', skills: ['a'] };
    const answers = await Promise.all(
      Object.entries(values).map(([name, value]) =>
        client.patch(`/Users/${id}`, [{ op: 'replace', path: pathOf(name), value }]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(await valuesOf(id)).toEqual(values);
  });

  describe('in filters', () => {
    const people = {
      full: everyValue,
      lawyer: { department: 'Law', skills: ['law school', 'LAW', 'é"\\'] },
      zero: { cost_center: 0, remote: false, hired: '2026-11-29', badge: 'a "b" \\ , [c]' },
      comma: { skills: ['a,', 'b'], badge: 'law' },
      half: { skills: [',', 'go"lang', '\u{1F600}'], badge: '42' },
      none: {},
    };
    const inFilter = encodeURIComponent;

    beforeAll(async () => {
      for (const [name, values] of Object.entries(people))
        await create(values, { userName: `filtered-${name}`, nickName: 'filtered' });
    });

    const found = async (filter: string): Promise<string[]> =>
      (await client.find('Users', `nickName eq "filtered" and (${filter})`, '&sortBy=userName')).map(
        ({ userName }) => String(userName).slice('filtered-'.length),
      );

    it.each([
      ['department eq "Sales"', ['full']],
      ['DEPARTMENT eq "Sales"', ['full']],
      ['department eq "sales"', []],
      ['department ne "Sales"', ['comma', 'half', 'lawyer', 'none', 'zero']],
      ['department pr', ['full', 'lawyer']],
      ['department eq null', ['comma', 'half', 'none', 'zero']],
      ['cost_center eq 42', ['full']],
      ['cost_center eq "42"', ['full']],
      ['cost_center eq 0', ['zero']],
      ['cost_center ne 0', ['comma', 'full', 'half', 'lawyer', 'none']],
      ['remote eq true', ['full']],
      ['remote eq "False"', ['zero']],
      ['remote pr', ['full', 'zero']],
      ['hired eq "2026-11-28"', ['full']],
      ['hired eq "2026-11-29T10:00:00Z"', ['zero']],
      ['badge eq "a \\"b\\" \\\\ , [c]"', ['zero']],
      ['badge eq 42', ['half']],
      ['badge eq ""', []],
      ['skills eq "law"', ['full']],
      ['skills.value eq "law"', ['full']],
      ['skills[value eq "law"]', ['full']],
      ['skills[value eq "law" or value eq ","]', ['full', 'half']],
      ['skills eq "LAW"', ['lawyer']],
      ['skills eq "go"', ['full']],
      ['skills eq "lang"', []],
      ['skills eq "é\\"\\\\"', ['lawyer']],
      ['skills eq ","', ['half']],
      ['skills eq "\u{1F600}"', ['half']],
      ['skills ne "law"', ['comma', 'half', 'lawyer', 'none', 'zero']],
      ['skills pr', ['comma', 'full', 'half', 'lawyer']],
    ])('%s finds who meets it', async (condition, expected) => {
      expect(await found(`${attributesSchema}:${condition}`)).toEqual(expected);
    });

    it('stand with others, and within and, or and not', async () => {
      const [sales, law, zero] = [
        `${pathOf('department')} eq "Sales"`,
        `${pathOf('department')} eq "Law"`,
        `${pathOf('cost_center')} eq 0`,
      ];
      expect(await found(`${sales} or ${law} or ${zero}`)).toEqual(['full', 'lawyer', 'zero']);
      expect(await found(`not (${sales} or ${zero}) and ${pathOf('skills')} pr`)).toEqual([
        'comma',
        'half',
        'lawyer',
      ]);
      expect(await found(`${law} and userName eq "filtered-full"`)).toEqual([]);
    });

    it.each([
      'department co "Sal"',
      'cost_center gt 1',
      'cost_center eq "many"',
      'remote eq "perhaps"',
      'hired ge "2026-11-28"',
      'skills sw "l"',
      'skills[type eq "law"]',
      'shoe_size eq 42',
      'shoe_size pr',
    ])('%s is refused as not supported', async (condition) => {
      const filter = inFilter(`${attributesSchema}:${condition}`);
      expectScimError(await client.get(`/Users?filter=${filter}`), 400, 'invalidFilter');
    });

    it('are none of groups, and lists are not sorted by them', async () => {
      const filter = inFilter(`${pathOf('badge')} pr`);
      expectScimError(await client.get(`/Groups?filter=${filter}`), 400, 'invalidFilter');
      expectScimError(await client.get(`/Users?sortBy=${pathOf('badge')}`), 400, 'invalidPath');
    });

    it('find others beside values that are no text of Unicode', async () => {
      const { id } = await create({}, { userName: 'filtered-odd', nickName: 'odd' });
      const odd = { attributes: { skills: ['\ud800', 'odd'] } };
      expect((await admin.patch(`/users/${id}/attributes`, odd)).status).toBe(200);
      expect(await found(`${pathOf('skills')} eq "law"`)).toEqual(['full']);
      expect((await client.get(`/Users/${id}`)).status).toBe(200);
    });
  });

  it('knows the older one of two that differ in case alone', async () => {
    const { app } = server;
    const store = app.get(AttributesStore);
    const older = (await store.all()).find(({ name }) => name === 'badge');
    if (!older) throw new Error('there is no badge');
    const twin = { id: older.id.replace(/^./, 'f'), name: 'Badge', type: 'integer' as const };
    await app.get(Database).write((tx) => store.insert(tx, Object.assign(older, twin)));
    const { body } = await client.get(`/Schemas/${attributesSchema}`);
    const badges = (body.attributes as { name: string; type: string }[]).filter(({ name }) =>
      /badge/i.test(name),
    );
    expect(badges).toMatchObject([{ name: 'badge', type: 'string' }]);
    const user = await create({ BADGE: 'B1' });
    await admin.patch(`/users/${user.id}/attributes`, { attributes: { Badge: 7 } });
    expect(await valuesOf(user.id)).toEqual({ badge: 'B1' });
    expect((await replace(user, {})).body).not.toHaveProperty([attributesSchema]);
    expect((await admin.get(`/users/${user.id}/attributes`)).body['attributes']).toEqual({ Badge: 7 });
    expect((await admin.delete('/attributes/Badge')).status).toBe(204);
  });

  it('forgets an attribute that is deleted, which is another state of its users', async () => {
    const { id, meta } = await create({ badge: 'B1', remote: true });
    const readUnless = async (tag: string): Promise<number> => {
      const path = `/Users/${id}?excludedAttributes=groups`;
      return (await client.call('GET', path, undefined, { 'if-none-match': tag })).status;
    };
    expect(await readUnless(meta.version)).toBe(304);
    expect((await admin.delete('/attributes/badge')).status).toBe(204);
    expect(await readUnless(meta.version)).toBe(200);
    expect(await valuesOf(id)).toEqual({ remote: true });
    const filter = encodeURIComponent(`${pathOf('badge')} pr`);
    expectScimError(await client.get(`/Users?filter=${filter}`), 400, 'invalidFilter');
  });
});
