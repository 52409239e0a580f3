import { Apply } from '../../../src/provisioning/apply.js';
import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { ConfigurationFiles } from '../../support/configuration.js';
import { changesOfRows, everyRow, isHousekeeping } from '../../support/database-rows.js';
import { useServer } from '../../support/server.js';

const path = '/assertion-policies';
const policy = {
  name: 'assistant-at-chat',
  client_id: 'assistant',
  audience: 'https://chat.example.com',
  audience_client_id: 'f53f191f9311af35',
  groups: ['engineering'],
  scope: 'chat.read',
};

describe('Assertion policies', () => {
  const server = useServer();
  let admin: AdminCaller;
  beforeAll(async () => {
    admin = await AdminCaller.register(server, 'eyrie.issuers eyrie.audit.read');
  });

  it('are registered, read with their defaults, replaced, listed and deleted, each change in the audit trail', async () => {
    const put = await admin.put(path, policy);
    expect(put.status).toBe(200);
    expect(put.headers.get('etag')).toMatch(/^"/);
    expect((await admin.get(`${path}/${policy.name}`)).body).toEqual({
      ...policy,
      enabled: true,
      everyone: false,
      resources: [],
      acr_values: [],
      include_email: false,
      lifetime: 300,
      signing_alg: 'RS256',
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const narrowed = { ...policy, audience_client_id: undefined, lifetime: 60 };
    expect((await admin.put(path, narrowed)).body).toMatchObject({
      audience_client_id: 'assistant',
      lifetime: 60,
    });
    expect(itemsOf(await admin.get(path))).toHaveLength(1);
    expect((await admin.delete(`${path}/${policy.name}`)).status).toBe(204);
    expect((await admin.get(`${path}/${policy.name}`)).status).toBe(404);
    expect((await admin.delete(`${path}/${policy.name}`)).status).toBe(404);
    const events = itemsOf(await admin.get('/audit-events?limit=3'));
    expect(events.map(({ event }) => String(event)).toSorted()).toEqual([
      'assertion_policy.created',
      'assertion_policy.deleted',
      'assertion_policy.updated',
    ]);
    expect(events.find(({ event }) => event === 'assertion_policy.updated')).toMatchObject({
      detail: {
        name: policy.name,
        changes: {
          audience_client_id: { from: 'f53f191f9311af35', to: null },
          lifetime: { from: null, to: 60 },
        },
      },
    });
  });

  it('keep their client from those who may not change policies, before it exists and after', async () => {
    const changer = await AdminCaller.register(server, 'eyrie.clients');
    const client = { client_id: 'vouched', redirect_uris: ['https://vouched.example.com/cb'] };
    expect((await admin.put(path, { ...policy, name: 'of-vouched', client_id: 'vouched' })).status).toBe(200);
    expect((await changer.post('/clients', client)).status).toBe(403);
    const both = await AdminCaller.register(server, 'eyrie.clients eyrie.issuers');
    expect((await both.post('/clients', client)).status).toBe(201);
    const elsewhere = { redirect_uris: ['https://elsewhere.example.com/cb'] };
    expect((await changer.patch('/clients/vouched', elsewhere)).status).toBe(403);
    expect((await changer.post('/clients/vouched/secrets', {})).status).toBe(403);
    expect((await changer.delete('/clients/vouched')).status).toBe(403);
    expect((await admin.get(`${path}/of-vouched`)).status).toBe(200);
    expect((await both.patch('/clients/vouched', elsewhere)).status).toBe(200);
    expect((await admin.delete(`${path}/of-vouched`)).status).toBe(204);
    expect((await changer.patch('/clients/vouched', elsewhere)).status).toBe(200);
  });

  it('go with their client, so that nobody of the same name inherits them', async () => {
    const all = await AdminCaller.register(server);
    await all.post('/clients', { client_id: 'leaver', redirect_uris: ['https://leaver.example.com/cb'] });
    expect((await admin.put(path, { ...policy, name: 'of-leaver', client_id: 'leaver' })).status).toBe(200);
    expect((await all.delete('/clients/leaver')).status).toBe(204);
    expect((await admin.get(`${path}/of-leaver`)).status).toBe(404);
  });

  it('a change with the tag of an earlier state is refused', async () => {
    const tag = (await admin.put(path, { ...policy, name: 'tagged' })).headers.get('etag') ?? '';
    expect((await admin.put(path, { ...policy, name: 'tagged', lifetime: 60 })).status).toBe(200);
    const late = admin.with({ 'if-match': tag });
    expect((await late.put(path, { ...policy, name: 'tagged', lifetime: 90 })).status).toBe(412);
    expect((await late.delete(`${path}/tagged`)).status).toBe(412);
    expect((await late.put(path, { ...policy, name: 'absent' })).status).toBe(412);
    expect((await admin.get(`${path}/tagged`)).body).toMatchObject({ lifetime: 60 });
  });

  it.each<[string, object, string]>([
    ['neither groups nor everyone', { groups: undefined }, 'groups'],
    ['an empty list of groups', { groups: [] }, 'groups'],
    ['groups beside everyone', { everyone: true }, 'groups'],
    ['no audience', { audience: undefined }, 'audience'],
    ['an audience that is no URL', { audience: 'chat' }, 'audience'],
    ['an audience with a query', { audience: 'https://chat.example.com?tenant=a' }, 'audience'],
    ['no client', { client_id: undefined }, 'client_id'],
    ['no scope', { scope: '' }, 'scope'],
    ['a scope that is malformed', { scope: 'a"b' }, 'scope'],
    ['a relative resource', { resources: ['/api'] }, 'resources'],
    ['a lifetime of an hour', { lifetime: 3_600 }, 'lifetime'],
    ['a keyed hash as signature', { signing_alg: 'HS256' }, 'signing_alg'],
    ['a negative age', { max_age: -1 }, 'max_age'],
    ['a name with a space', { name: 'a b' }, 'name'],
    ['a member that is unknown', { client: 'assistant' }, 'client'],
  ])('a policy with %s is refused, and nothing is written', async (_title, changes, member) => {
    const before = await everyRow(server);
    const answer = await admin.put(path, { ...policy, name: 'wrong', ...changes });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(member);
    const written = changesOfRows(before, await everyRow(server));
    expect(written.filter((change) => !isHousekeeping(change))).toEqual([]);
  });

  it('a policy for this server itself is refused', async () => {
    const answer = await admin.put(path, { ...policy, name: 'own', audience: `${server.issuer}/` });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('cannot be this server');
  });

  it('need the right for issuers', async () => {
    for (const scope of ['eyrie.clients', 'eyrie.grants', 'eyrie.issuers.read']) {
      const other = await AdminCaller.register(server, scope);
      expect((await other.put(path, { ...policy, name: 'planted' })).status).toBe(403);
      expect((await other.delete(`${path}/${policy.name}`)).status).toBe(403);
      expect((await other.get(path)).status).toBe(scope === 'eyrie.issuers.read' ? 200 : 403);
    }
    expect((await admin.get(`${path}/planted`)).status).toBe(404);
  });

  it('are applied from a file, once, exported as they were given, and pruned', async () => {
    const files = await ConfigurationFiles.create();
    const apply = server.app.get(Apply);
    const [file, none, wrong] = await Promise.all([
      files.write(JSON.stringify({ assertion_policies: [policy] }), 'policies.yaml'),
      files.write(JSON.stringify({ assertion_policies: [] }), 'none.yaml'),
      files.write(JSON.stringify({ assertion_policies: [{ ...policy, groups: [] }] }), 'wrong.yaml'),
    ]);
    const outcomes = async (): Promise<string[]> =>
      (await apply.plan([file]))
        .filter(({ kind }) => kind === 'assertion policy')
        .map(({ outcome }) => outcome);
    expect(await outcomes()).toEqual(['created']);
    await apply.apply([file]);
    expect(await outcomes()).toEqual(['unchanged']);
    await expect(apply.apply([wrong])).rejects.toThrow('groups are required, or everyone: true');
    const pruned = await apply.plan([none], { prune: ['assertion_policies'] });
    expect(pruned).toContainEqual(expect.objectContaining({ name: policy.name, outcome: 'deleted' }));
    await files.remove();
  });
});
