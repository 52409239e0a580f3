import { AttributesStore } from '../../src/persistence/stores/attributes.store.js';
import { AdminCaller } from '../support/admin-caller.js';
import { operationsOf } from '../support/api-document.js';
import { useServer } from '../support/server.js';

/** What is registered under a name of its own, each with the member that names it. */
const named: readonly (readonly [operation: string, member: string])[] = [
  ['putAttribute', 'name'],
  ['putAuthorizationDetailsType', 'type'],
  ['putTrustedIssuer', 'name'],
  ['putAssertionPolicy', 'name'],
  ['putUpstream', 'alias'],
  ['putResource', 'identifier'],
  ['createGroup', 'name'],
  ['createOrganization', 'name'],
  ['createRole', 'name'],
  ['createClaimRule', 'name'],
  ['createUser', 'username'],
  ['registerClient', 'client_id'],
];

describe('What many requests create at once', () => {
  const server = useServer();
  let admin: AdminCaller;
  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  it.each(named)('%s makes one, and answers the others with what happened', async (id, member) => {
    const operation = (await operationsOf(server)).find((one) => one.id === id);
    const example = operation?.examples[0] ?? {};
    const name = member === 'identifier' ? 'https://at-once.example.com' : 'at-once';
    const scopes = id === 'putResource' ? { scopes: { 'at-once.read': 'Read' } } : {};
    const body = { ...example, ...scopes, [member]: name };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => admin.call(operation?.method ?? '', operation?.path ?? '', body)),
    );
    const others = answers.filter(({ status }) => status !== 200 && status !== 201);
    expect(others.map(({ status }) => status).filter((status) => status !== 409)).toEqual([]);
    expect(others.length).toBeLessThan(answers.length);
  });

  it('is a 409 for the slower of two that both found nothing', async () => {
    const attribute = { name: 'slower', type: 'text', label: 'Slower' };
    expect((await admin.put('/attributes', attribute)).status).toBe(200);
    const store = server.app.get(AttributesStore);
    store.hold = () => Promise.resolve(null);
    const { status, body } = await admin.put('/attributes', attribute);
    expect([status, body['detail']]).toEqual([409, expect.stringContaining('send it again')]);
  });
});
