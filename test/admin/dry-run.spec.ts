import { lookupHash } from '../../src/crypto/opaque-token.js';
import { Database } from '../../src/persistence/database.js';
import { newId } from '../../src/persistence/id.js';
import { IdentitiesStore } from '../../src/persistence/stores/identities.store.js';
import { UpstreamsStore } from '../../src/persistence/stores/upstreams.store.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { type Operation, operationsOf } from '../support/api-document.js';
import { changesOfRows, everyRow, isHousekeeping } from '../support/database-rows.js';
import { type Answer, RelyingParty } from '../support/relying-party.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';

const bob = { username: 'bob', password: 'a plain word for bob' };

/** Whoever adds an operation that changes something says here whether grants, sessions or keys end by it. */
const endingOperations = [
  'deleteAuthorizationDetailsType',
  'deleteClient',
  'deleteOrganization',
  'deleteResource',
  'deleteTrustedIssuer',
  'deleteUpstream',
  'deleteUser',
  'deleteUserIdentity',
  'disableClient',
  'disableUser',
  'endUserSession',
  'putResource',
  'removeOrganizationMember',
  'resetUserFactors',
  'revokeGrant',
  'revokeGrants',
  'rotateKeys',
  'setUserPassword',
  'updateClient',
  'updateUser',
  'withdrawKey',
  'withdrawOrganizationConsent',
];
const otherOperations = [
  // What they create, add, enable or start ends nothing. An import has a dry_run of its own.
  'addClientManager',
  'addGroupMember',
  'addOrganizationDomain',
  'askToVerifyEmail',
  'createClaimRule',
  'createGroup',
  'createOrganization',
  'createRegistrationToken',
  'createRole',
  'createScimToken',
  'createUser',
  'enableClient',
  'enableUser',
  'exportUsers',
  'giveRoleToGroup',
  'giveRoleToUser',
  'importUsers',
  'inviteIntoOrganization',
  'inviteUser',
  'resendOrganizationInvitation',
  'withdrawOrganizationInvitation',
  'readMetadata',
  'registerClient',
  'repeatInvitation',
  'retryLogoutDelivery',
  'rotateClientSecret',
  // Claims become others, from the next token on.
  'deleteAttribute',
  'deleteClaimRule',
  'deleteGroup',
  'deleteRole',
  'putAttribute',
  'putOrganizationMember',
  'removeGroupMember',
  'takeRoleFromGroup',
  'takeRoleFromUser',
  'updateClaimRule',
  'updateGroup',
  'updateOrganization',
  'updateRole',
  'updateUserAttributes',
  // Members by a domain stay, and what is verified is used by sign-ins to come.
  'removeOrganizationDomain',
  'verifyOrganizationDomain',
  // What people may do next becomes another; what there is stays.
  'deleteAssertionPolicy',
  'putAssertionPolicy',
  'putAuthorizationDetailsType',
  'putOrganizationConsent',
  'putTrustedIssuer',
  'putUpstream',
  'removeClientManager',
  // The one thing that they name, on which nothing depends.
  'cancelJob',
  'deleteJob',
  'deleteRegistrationToken',
  'revokeScimToken',
  'revokeToken',
];

describe('A call with dry_run', () => {
  const server = useServer();
  let admin: AdminCaller;
  let operations: Operation[];
  let first: RelyingParty;
  let second: RelyingParty;
  let aliceId: string;

  const foreseen = async (method: string, path: string, body?: unknown): Promise<Answer['body']> => {
    const answer = await admin.call(method, `${path}${path.includes('?') ? '&' : '?'}dry_run=true`, body);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return answer.body;
  };

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    operations = await operationsOf(server);
    aliceId = await server.createUser(alice);
    await server.createUser(bob);
    await admin.put('/resources', contacts);
    first = await RelyingParty.register(server, { client_name: 'First' });
    second = await RelyingParty.register(server, { client_name: 'Second' });
    await first.tokens({ scope: 'openid contacts.read' });
    await first.tokens({ scope: 'openid offline_access contacts.read' });
    await second.redeem(await second.authorize({}, bob));
  });

  it('on a client: its grants, and who gave them', async () => {
    expect(await foreseen('DELETE', `/clients/${first.clientId}`)).toEqual({
      grants: 2,
      narrowed_grants: 0,
      unrenewable_grants: 0,
      people: 1,
      clients: 1,
      sessions: 0,
      first: [
        expect.objectContaining({ username: 'alice', client_name: 'First' }),
        expect.objectContaining({ client_id: first.clientId, scope: 'openid offline_access contacts.read' }),
      ],
    });
  });

  it('on a user: the grants to all clients, and the sessions', async () => {
    expect(await foreseen('POST', `/users/${aliceId}/disable`)).toMatchObject({
      grants: 2,
      people: 1,
      sessions: 1,
    });
  });

  it('on a password that is set: the grants, without those that are kept', async () => {
    const body = { password: 'a completely new one' };

    expect(await foreseen('PUT', `/users/${aliceId}/password`, body)).toMatchObject({ grants: 2 });
    expect(await foreseen('PUT', `/users/${aliceId}/password`, { ...body, keep_grants: true })).toMatchObject(
      { grants: 1, sessions: 1 },
    );
  });

  it('on a session: the grants that end with it', async () => {
    const [session] = itemsOf(await admin.get(`/users/${aliceId}/sessions`));

    expect(await foreseen('DELETE', `/users/${aliceId}/sessions/${String(session!['id'])}`)).toMatchObject({
      grants: 1,
      sessions: 1,
    });
  });

  it('on grants: as many as would be revoked', async () => {
    const path = `/grants?user_id=${aliceId}&client_id=${first.clientId}`;
    const before = await foreseen('DELETE', path);

    expect(before).toMatchObject({ grants: 2 });
    const [grant] = before['first'] as { grant_id: string }[];
    expect(await foreseen('DELETE', `/grants/${grant!.grant_id}`)).toMatchObject({ grants: 1 });
  });

  it('on a resource: the grants that end, and those that lose scopes', async () => {
    expect(await foreseen('DELETE', `/resources/${encodeURIComponent(contacts.identifier)}`)).toMatchObject({
      grants: 0,
      narrowed_grants: 3,
      people: 2,
      clients: 2,
    });
    expect(await foreseen('PUT', '/resources', contacts)).toMatchObject({ grants: 0, narrowed_grants: 0 });
    expect(
      await foreseen('PUT', '/resources', { ...contacts, scopes: { 'contacts.write': 'Write' } }),
    ).toMatchObject({ grants: 0, narrowed_grants: 3 });
  });

  it('on metadata of a client: the grants that lose scopes, and those that are renewed no more', async () => {
    const path = `/clients/${first.clientId}`;
    expect(await foreseen('PATCH', path, { client_name: 'Another' })).toMatchObject({
      grants: 0,
      narrowed_grants: 0,
      unrenewable_grants: 0,
      first: [],
    });
    expect(await foreseen('PATCH', path, { scope: 'openid offline_access' })).toMatchObject({
      grants: 0,
      narrowed_grants: 2,
      people: 1,
      clients: 1,
    });
    expect(await foreseen('PATCH', path, { grant_types: ['authorization_code'] })).toMatchObject({
      grants: 0,
      unrenewable_grants: 1,
      people: 1,
    });
    expect(
      await foreseen('PATCH', path, { grant_types: ['authorization_code'], scope: 'openid' }),
    ).toMatchObject({ narrowed_grants: 2, unrenewable_grants: 1 });
  });

  it('on another sector of a client: all of its grants', async () => {
    expect(await foreseen('PATCH', `/clients/${first.clientId}`, { subject_type: 'pairwise' })).toMatchObject(
      {
        grants: 2,
        narrowed_grants: 0,
        people: 1,
      },
    );
  });

  it('is refused as the call itself, and then, too, changes nothing', async () => {
    const before = await everyRow(server);
    const stale = admin.with({ 'if-match': '"another"' });
    const own = `/clients/${admin.clientId}`;
    const refused = await Promise.all([
      stale.delete(`/clients/${first.clientId}?dry_run=true`),
      stale.patch(`/clients/${first.clientId}?dry_run=true`, { client_name: 'Another' }),
      stale.put('/resources?dry_run=true', contacts),
      admin.delete(`${own}?dry_run=true`),
      admin.post(`${own}/disable?dry_run=true`),
      admin.put('/resources?dry_run=true', { ...contacts, identifier: 'https://other.example.com' }),
      admin.put('/resources?dry_run=true', { ...contacts, color: 'red' }),
      admin.patch(`/clients/${first.clientId}?dry_run=true`, { redirect_uris: ['https://a.example.com/#x'] }),
      admin.put(`/users/${aliceId}/password?dry_run=true`, { password: 'alice' }),
      admin.put(`/users/${aliceId}/password?dry_run=true`),
    ]);

    expect(refused.map(({ status }) => status)).toEqual([412, 412, 412, 409, 409, 409, 400, 400, 400, 400]);
    const changed = changesOfRows(before, await everyRow(server)).filter((row) => !isHousekeeping(row));
    expect(changed).toEqual([]);
  });

  it('on a resource that is not there yet: nothing', async () => {
    const body = { identifier: 'https://new.example.com', name: 'New', scopes: { 'new.read': 'Read' } };
    expect(await foreseen('PUT', '/resources', body)).toMatchObject({ grants: 0, narrowed_grants: 0 });
    expect((await admin.get(`/resources/${encodeURIComponent(body.identifier)}`)).status).toBe(404);
  });

  it('shows twenty grants at most, and counts them all', async () => {
    const busy = await RelyingParty.register(server, { client_name: 'Busy' });
    for (let i = 0; i < 22; i++) await busy.tokens();
    const { grants, first: shown } = await foreseen('DELETE', `/clients/${busy.clientId}`);

    expect(grants).toBe(22);
    expect(shown).toHaveLength(20);
  });

  it('changes nothing, at any operation that has it', async () => {
    // An import, which ends nothing, has one of its own.
    const ending = operations.filter(
      ({ path, parameters }) => path !== '/user-imports' && parameters.some(({ name }) => name === 'dry_run'),
    );
    const [session] = itemsOf(await admin.get(`/users/${aliceId}/sessions`));
    const values: Record<string, string> = {
      client_id: first.clientId,
      user_id: aliceId,
      session_id: String(session!['id']),
      grant_id: String(itemsOf(await admin.get(`/grants?user_id=${aliceId}`))[0]!['id']),
      identifier: contacts.identifier,
      kid: String(itemsOf(await admin.get('/keys'))[0]!['kid']),
    };
    const upstream = operations.find(({ method, path }) => method === 'PUT' && path === '/upstreams')!;
    await admin.put('/upstreams', upstream.examples[0]!);
    values['alias'] = String((upstream.examples[0] as { alias?: unknown }).alias);
    values['identity_id'] = newId();
    const known = await server.app.get(UpstreamsStore).find(values['alias']);
    const names = { subjectHash: lookupHash('alice'), subject: 'alice', label: 'alice', members: '' };
    const times = { createdAt: server.clock.now(), lastUsedAt: null };
    await server.app.get(Database).write((tx) =>
      server.app.get(IdentitiesStore).insert(tx, {
        id: values['identity_id']!,
        userId: aliceId,
        upstreamId: known!.id,
        ...names,
        ...times,
      }),
    );
    const issuer = operations.find(({ method, path }) => method === 'PUT' && path === '/trusted-issuers')!;
    await admin.put('/trusted-issuers', issuer.examples[0]!);
    values['issuer_name'] = String((issuer.examples[0] as { name?: unknown }).name);
    const detailType = operations.find(({ id }) => id === 'putAuthorizationDetailsType')!;
    await admin.put('/authorization-details-types', detailType.examples[0]!);
    values['type'] = String((detailType.examples[0] as { type?: unknown }).type);
    const organization = (await admin.post('/organizations', { name: 'acme', roles: [] })).body;
    values['organization_id'] = String(organization['id']);
    await admin.put(`/organizations/${values['organization_id']}/members/${aliceId}`, { roles: [] });
    await admin.patch(`/clients/${first.clientId}`, { scope: `${messageWriter.scope} organization` });
    await admin.put(`/organizations/${values['organization_id']}/consents/${first.clientId}`, {
      scope: 'openid',
    });
    const before = await everyRow(server);
    for (const { method, path, examples } of ending) {
      const concrete = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name]!));
      const query = path === '/grants' ? `user_id=${aliceId}&dry_run=true` : 'dry_run=true';
      const bodies: Record<string, unknown> = {
        '/resources': contacts,
        '/clients/{client_id}': { scope: 'openid' },
        '/users/{user_id}': { email: 'other@example.com' },
      };
      const body = method === 'DELETE' ? undefined : (bodies[path] ?? examples[0]);
      const { status } = await admin.call(method, `${concrete}?${query}`, body);
      expect({ method, path, status }).toEqual({ method, path, status: 200 });
    }

    expect(ending.length).toBeGreaterThanOrEqual(10);
    const changed = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
    expect(changed.filter((table) => table !== 'leases')).toEqual([]);
  });

  it.each([
    ['DELETE', '/clients/none', 404],
    ['DELETE', '/users/none', 404],
    ['DELETE', '/grants/none', 404],
    ['DELETE', '/users/none/sessions/none', 404],
    ['DELETE', '/resources/none', 404],
    ['DELETE', '/grants', 400],
    ['DELETE', '/grants?user_id=a&user_id=b', 400],
    ['PUT', '/resources', 400],
    ['PATCH', '/clients/none', 400],
  ])('%s %s: %i, as the call itself', async (method, path, status) => {
    const answer = await admin.call(method, `${path}${path.includes('?') ? '&' : '?'}dry_run=true`);
    expect(answer.status).toBe(status);
  });

  it.each(['maybe', '', '1'])('%j is refused as a value', async (value) => {
    expect((await admin.delete(`/clients/${first.clientId}?dry_run=${value}`)).status).toBe(400);
    expect((await admin.get(`/clients/${first.clientId}`)).status).toBe(200);
  });

  it('needs the right of the operation', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.admin.read');
    expect((await reader.delete(`/clients/${first.clientId}?dry_run=true`)).status).toBe(403);
  });

  it('is had by every operation that ends something', () => {
    const changing = operations.filter(({ method }) => method !== 'GET');
    const withDryRun = changing
      .filter(({ parameters }) => parameters.some(({ name }) => name === 'dry_run'))
      .map(({ id }) => id);

    expect(withDryRun.toSorted()).toEqual([...endingOperations, 'importUsers'].toSorted());
    expect(changing.map(({ id }) => id).toSorted()).toEqual(
      [...endingOperations, ...otherOperations].toSorted(),
    );
  });

  it('is refused at operations that end nothing', async () => {
    expect((await admin.post(`/clients/${first.clientId}/enable?dry_run=true`)).status).toBe(400);
  });

  it('with false does what the operation does', async () => {
    const gone = await RelyingParty.register(server, { client_name: 'Gone' });
    expect((await admin.delete(`/clients/${gone.clientId}?dry_run=false`)).status).toBe(204);
    expect((await admin.get(`/clients/${gone.clientId}`)).status).toBe(404);
  });
});
