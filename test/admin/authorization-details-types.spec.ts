import { AuditStore } from '../../src/persistence/stores/audit.store.js';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { contactList, payment } from '../support/authorization-details.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { request } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

const path = '/authorization-details-types';
const nested = (levels: number): object => (levels === 0 ? {} : { not: nested(levels - 1) });

describe('The admin API for types of authorization details', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const written = async (work: () => Promise<void>): Promise<string[]> => {
    const before = await everyRow(server);
    await work();
    const tables = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
    return [...new Set(tables)].filter((table) => !['refusals', 'used_jtis', 'leases'].includes(table));
  };
  const supported = async (): Promise<unknown> =>
    (await request(server, '/.well-known/oauth-authorization-server')).body[
      'authorization_details_types_supported'
    ];

  it('a type is registered, listed, read, in the metadata, replaced and deleted, and the audit trail tells it', async () => {
    expect(await supported()).toBeUndefined();
    const created = await admin.put(path, payment);
    expect(created.status).toBe(200);
    expect(created.body).toEqual({
      ...payment,
      client_credentials: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    await admin.put(path, contactList);
    expect(itemsOf(await admin.get(path)).map(({ type }) => type)).toEqual([payment.type, contactList.type]);
    expect(await supported()).toEqual([payment.type, contactList.type]);
    expect((await admin.get(`${path}/${payment.type}`)).body).toEqual(created.body);

    const renamed = await admin.put(path, { ...payment, title: 'One payment', sentence: undefined });
    expect(renamed.body).toMatchObject({ title: 'One payment' });
    expect(renamed.body).not.toHaveProperty('sentence');
    expect((await admin.delete(`${path}/${payment.type}`)).status).toBe(204);
    expect((await admin.get(`${path}/${payment.type}`)).status).toBe(404);
    expect(await supported()).toEqual([contactList.type]);

    const events = await server.app.get(AuditStore).list({}, { limit: 100 });
    const told = events.items.filter(({ event }) => event.startsWith('authorization_details_type.'));
    expect(told.map(({ event }) => event.split('.')[1] ?? '').toSorted()).toEqual([
      'created',
      'created',
      'deleted',
      'updated',
    ]);
    await admin.delete(`${path}/${contactList.type}`);
  });

  it('putting the same again changes nothing', async () => {
    await admin.put(path, payment);
    expect(await written(async () => void (await admin.put(path, payment)))).toEqual([]);
  });

  it('a type whose name is a URL is read and deleted by it', async () => {
    const type = 'https://scheme.example.org/files';
    await admin.put(path, { ...contactList, type });
    const at = `${path}/${encodeURIComponent(type)}`;
    expect((await admin.get(at)).body).toMatchObject({ type });
    expect((await admin.delete(at)).status).toBe(204);
  });

  it('a change or deletion from an earlier state is refused with 412, and so is one of what is gone', async () => {
    const first = (await admin.put(path, payment)).headers.get('etag') ?? '';
    expect(first).toMatch(/^".+"$/);
    const second = await admin.with({ 'if-match': first }).put(path, { ...payment, title: 'Changed' });
    expect(second.status).toBe(200);
    for (const stale of [
      () => admin.with({ 'if-match': first }).put(path, payment),
      () => admin.with({ 'if-match': first }).delete(`${path}/${payment.type}`),
      () => admin.with({ 'if-match': first }).put(path, { ...payment, type: 'none' }),
    ])
      expect((await stale()).status).toBe(412);
    expect((await admin.get(`${path}/${payment.type}`)).headers.get('etag')).toBe(second.headers.get('etag'));
  });

  it('dry_run says what a deletion would take, and deletes nothing', async () => {
    await admin.put(path, payment);
    const foreseen = await admin.delete(`${path}/${payment.type}?dry_run=true`);
    expect(foreseen.body).toEqual({
      grants: 0,
      narrowed_grants: 0,
      unrenewable_grants: 0,
      people: 0,
      clients: 0,
      sessions: 0,
      first: [],
    });
    expect((await admin.get(`${path}/${payment.type}`)).status).toBe(200);
    expect((await admin.delete(`${path}/none?dry_run=true`)).status).toBe(404);
  });

  it('what is not there is 404', async () => {
    expect((await admin.get(`${path}/none`)).status).toBe(404);
    expect((await admin.delete(`${path}/none`)).status).toBe(404);
  });

  it('needs the rights for resources', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.resources.read');
    expect((await reader.get(path)).status).toBe(200);
    expect((await reader.put(path, payment)).status).toBe(403);
    expect((await reader.delete(`${path}/${payment.type}`)).status).toBe(403);
    const other = await AdminCaller.register(server, 'eyrie.clients');
    expect((await other.get(path)).status).toBe(403);
    expect((await admin.withToken('').get(path)).status).toBe(401);
    const writer = await AdminCaller.register(server, 'eyrie.resources');
    expect((await writer.put(path, payment)).status).toBe(200);
  });

  it.each<[field: string, condition: string, changes: object]>([
    ['type', 'a space', { type: 'a payment' }],
    ['type', 'nothing', { type: '' }],
    ['type', '256 characters', { type: 'x'.repeat(256) }],
    ['title', 'nothing', { title: '' }],
    ['title', '101 characters', { title: 'x'.repeat(101) }],
    ['title', 'bidirectional formatting', { title: 'A \u202Etnemyap' }],
    ['sentence', 'a brace without its other half', { sentence: 'Transfer {amount to' }],
    ['sentence', 'an empty placeholder', { sentence: 'Transfer {}' }],
    ['sentence', 'a placeholder that is no path', { sentence: 'Transfer {amount + 1}' }],
    ['sentence', 'a placeholder in a placeholder', { sentence: 'Transfer {{amount}}' }],
    ['sentence', 'eleven placeholders', { sentence: '{a}'.repeat(11) }],
    ['sentence', '301 characters', { sentence: 'x'.repeat(301) }],
    ['sentence', 'a line break', { sentence: 'one\ntwo' }],
    ['resource', 'a relative URI', { resource: 'bank' }],
    ['resource', 'a fragment', { resource: 'https://bank.example.com/#here' }],
    ['client_credentials', 'a text', { client_credentials: 'yes' }],
    ['schema', 'a text', { schema: 'object' }],
    ['schema', 'a list', { schema: [] }],
    ['schema', 'no object', { schema: { type: 'array' } }],
    ['schema', 'a type that is unknown', { schema: { properties: { a: { type: 'money' } } } }],
    ['schema', 'properties that are no schema', { schema: { properties: { a: 'text' } } }],
    ['schema', 'a keyword that is unknown', { schema: { properties: { a: { typ: 'string' } } } }],
    ['schema', 'a pattern', { schema: { properties: { a: { type: 'string', pattern: '^(a+)+$' } } } }],
    ['schema', 'patternProperties', { schema: { patternProperties: { '^(a+)+$': {} } } }],
    ['schema', 'a format', { schema: { properties: { a: { type: 'string', format: 'uri' } } } }],
    [
      'schema',
      'a remote reference',
      { schema: { properties: { a: { $ref: 'https://example.com/s.json' } } } },
    ],
    ['schema', 'a reference to itself', { schema: { properties: { a: { $ref: '#' } } } }],
    ['schema', 'a reference in a list', { schema: { allOf: [{ $dynamicRef: '#a' }] } }],
    ['schema', 'an identifier', { schema: { $id: 'https://example.com/s.json' } }],
    ['schema', '$async', { schema: { $async: true } }],
    ['schema', 'another dialect', { schema: { $schema: 'https://example.com/dialect' } }],
    ['schema', 'too many bytes', { schema: { description: 'x'.repeat(16_384) } }],
    ['schema', 'too many levels', { schema: nested(17) }],
    ['schema', 'no number for a bound', { schema: { minProperties: 'one' } }],
  ])('%s with %s is refused, and nothing is written', async (field, _condition, changes) => {
    const work = async (): Promise<void> =>
      expectRefusedField(await admin.put(path, { ...payment, ...changes }), field);
    expect(await written(work)).toEqual([]);
  });

  it('unknown members of a body are refused', async () => {
    expect((await admin.put(path, { ...payment, words: 'x' })).status).toBe(400);
  });

  it('clients are given types and lose them', async () => {
    const { body } = await admin.post('/clients', {
      client_name: 'Payer',
      redirect_uris: ['https://payer.example.com/callback'],
      authorization_details_types: [payment.type],
    });
    expect(body['authorization_details_types']).toEqual([payment.type]);
    const changed = await admin.patch(`/clients/${String(body['client_id'])}`, {
      authorization_details_types: [],
    });
    expect(changed.body['authorization_details_types']).toEqual([]);
  });
});
