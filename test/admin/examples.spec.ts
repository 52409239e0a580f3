import { Database } from '../../src/persistence/database.js';
import { newId } from '../../src/persistence/id.js';
import { IdentitiesStore } from '../../src/persistence/stores/identities.store.js';
import { UpstreamsStore } from '../../src/persistence/stores/upstreams.store.js';
import { AdminCaller } from '../support/admin-caller.js';
import { type Operation, operationsOf } from '../support/api-document.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, contacts, messageWriter, useServer } from '../support/server.js';
import { registerUpstream } from '../support/upstream.js';

/** What each operation may do to which tables when its example is sent as it stands. Those that are not named do nothing. */
const promised: Readonly<Record<string, readonly string[]>> = {
  registerClient: ['audit_events added', 'client_secrets added', 'clients added'],
  disableClient: ['audit_events added', 'clients changed'],
  enableClient: ['audit_events added', 'clients changed'],
  rotateClientSecret: ['audit_events added', 'client_secrets added', 'client_secrets changed'],
  deleteClient: [
    'audit_events added',
    'client_secrets removed',
    'clients removed',
    'consents removed',
    'grants changed',
    'organization_consents removed',
  ],
  createRegistrationToken: ['audit_events added', 'initial_access_tokens added'],
  deleteRegistrationToken: ['audit_events added', 'initial_access_tokens removed'],
  createGroup: ['audit_events added', 'people_groups added'],
  deleteGroup: [
    'audit_events added',
    'group_members removed',
    'group_roles removed',
    'people_groups removed',
  ],
  removeGroupMember: ['audit_events added', 'group_members removed', 'people_groups changed'],
  createOrganization: ['audit_events added', 'organizations added'],
  putOrganizationConsent: ['audit_events added', 'organization_consents changed'],
  withdrawOrganizationConsent: ['audit_events added', 'organization_consents removed'],
  addOrganizationDomain: ['audit_events added', 'organization_domains added'],
  removeOrganizationDomain: ['audit_events added', 'organization_domains removed'],
  deleteOrganization: [
    'audit_events added',
    'organization_consents removed',
    'organization_domains removed',
    'organization_member_roles removed',
    'organization_members removed',
    'organizations removed',
  ],
  // The member of the example has no roles then.
  putOrganizationMember: ['audit_events added', 'organization_member_roles removed'],
  removeOrganizationMember: [
    'audit_events added',
    'organization_member_roles removed',
    'organization_members removed',
  ],
  createScimToken: ['audit_events added', 'scim_tokens added'],
  revokeScimToken: ['audit_events added', 'scim_tokens removed'],
  createRole: ['audit_events added', 'roles added'],
  deleteRole: ['audit_events added', 'group_roles removed', 'roles removed', 'user_roles removed'],
  takeRoleFromUser: ['audit_events added', 'user_roles removed'],
  takeRoleFromGroup: ['audit_events added', 'group_roles removed'],
  createClaimRule: ['audit_events added', 'claim_rules added'],
  deleteClaimRule: ['audit_events added', 'claim_rules removed'],
  createUser: ['audit_events added', 'credentials added', 'users added'],
  disableUser: ['audit_events added', 'grants changed', 'sessions changed', 'users changed'],
  enableUser: ['audit_events added', 'users changed'],
  setUserPassword: [
    'audit_events added',
    'credentials changed',
    'grants changed',
    'sessions changed',
    'users changed',
  ],
  endUserSession: ['audit_events added', 'grants changed', 'sessions changed'],
  deleteUser: [
    'audit_events added',
    // The values and browsers that they hold of the user are erased.
    'audit_events changed',
    'consents removed',
    'credentials removed',
    'grants changed',
    'identities removed',
    'group_members removed',
    'organization_member_roles removed',
    'organization_members removed',
    'sessions changed',
    'user_roles removed',
    'users removed',
  ],
  putAttribute: ['attribute_definitions added', 'audit_events added'],
  deleteAttribute: ['attribute_definitions removed', 'audit_events added'],
  exportUsers: ['audit_events added', 'deliveries added', 'jobs added'],
  putResource: ['audit_events added', 'resources added'],
  deleteResource: ['audit_events added', 'consents changed', 'grants changed', 'resources removed'],
  putAuthorizationDetailsType: ['audit_events added', 'authorization_details_types added'],
  deleteAuthorizationDetailsType: ['audit_events added', 'authorization_details_types removed'],
  putTrustedIssuer: ['audit_events added', 'trusted_issuers added'],
  deleteTrustedIssuer: ['audit_events added', 'trusted_issuers removed'],
  putAssertionPolicy: ['assertion_policies added', 'audit_events added'],
  deleteAssertionPolicy: ['assertion_policies removed', 'audit_events added'],
  putUpstream: ['audit_events added', 'upstreams added'],
  deleteUpstream: [
    'audit_events added',
    'grants changed',
    'identities removed',
    'sessions changed',
    'upstreams removed',
    'users changed',
  ],
  deleteUserIdentity: ['audit_events added', 'identities removed', 'users changed'],
  rotateKeys: ['audit_events added', 'signing_keys added', 'signing_keys changed'],
  withdrawKey: ['audit_events added', 'signing_keys added', 'signing_keys changed'],
  revokeGrant: ['audit_events added', 'grants changed'],
  revokeToken: ['access_tokens changed', 'audit_events added'],
};

/** Whoever sends the untouched form is told that it must say whose grants. */
const refused: Readonly<Record<string, number>> = {
  revokeGrants: 400,
  // The person of the example is no client manager.
  addClientManager: 400,
  previewClaims: 400,
  inviteUser: 409,
  inviteIntoOrganization: 409,
  readOrganizationInvitation: 404,
  resendOrganizationInvitation: 404,
  withdrawOrganizationInvitation: 404,
  verifyOrganizationDomain: 409,
  repeatInvitation: 409,
  askToVerifyEmail: 409,
  readMetadata: 409,
  retryLogoutDelivery: 404,
  // Its body is a file.
  importUsers: 415,
  readJob: 404,
  downloadJobErrors: 404,
  downloadJobResult: 404,
  cancelJob: 404,
  deleteJob: 404,
  explainRefusal: 404,
};

/** What a session, a lease or a client's last use says of the time is no change. */
const housekeeping = new Set(['audit_seals', 'leases', 'refusals', 'throttles', 'used_jtis']);

describe('The examples of the admin API', () => {
  // Nobody answers for DNS.
  const server = useServer({ EYRIE_DNS_SERVERS: '127.0.0.1:9' });
  let admin: AdminCaller;
  let operations: Operation[];

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    operations = await operationsOf(server);
  });

  let count = 0;

  /** The values of path parameters: a person with a session who allowed a client access, and all that comes of it. */
  async function world(): Promise<Record<string, string>> {
    const username = `person-${++count}`;
    const userId = await server.createUser({ ...alice, username, email: `${username}@example.com` });
    const party = await RelyingParty.register(server, {
      access_token_format: 'opaque',
      scope: `${messageWriter.scope} organization`,
    });
    const { access_token } = (
      await party.redeem(await party.authorize({ scope: messageWriter.scope }, { ...alice, username }))
    ).body;
    const { jti, grant_id } = await facts(party, access_token, userId);
    const token = await admin.post('/registration-tokens', { note: 'The build server' });
    const scimToken = await admin.post('/scim-tokens', { name: 'directory' });
    const [alias, identityId] = [`upstream-${count}`, await identityOf(userId, `upstream-${count}`)];
    const issuerName = `issuer-${count}`;
    await admin.put('/trusted-issuers', {
      name: issuerName,
      preset: 'github_actions',
      clients: ['deployer'],
      claims: { repository: ['acme/shop'] },
    });
    const policyName = `policy-${count}`;
    await admin.put('/assertion-policies', {
      name: policyName,
      client_id: 'assistant',
      audience: 'https://chat.example.com',
      everyone: true,
      scope: 'chat.read',
    });
    const attributeName = `attribute-${count}`;
    // There are a hundred at most.
    await admin.delete(`/attributes/attribute-${count - 1}`);
    await admin.put('/attributes', { name: attributeName, type: 'text', label: 'An attribute' });
    const type = `payment_${count}`;
    await admin.put('/authorization-details-types', { type, title: 'A payment', schema: {} });
    const name = `holder-${count}`;
    const groupId = (await admin.post('/groups', { name })).body.id as string;
    const organization = await admin.post('/organizations', { name, roles: ['member'] });
    const organizationId = organization.body.id as string;
    await admin.put(`/organizations/${organizationId}/members/${userId}`, { roles: ['member'] });
    await admin.put(`/organizations/${organizationId}/consents/${party.clientId}`, { scope: 'openid' });
    const domain = await admin.post(`/organizations/${organizationId}/domains`, { domain: 'example.com' });
    const roleId = (await admin.post('/roles', { name })).body.id as string;
    const rule = { name, claim: [name], source: 'groups', in: ['id_token'] };
    const ruleId = (await admin.post('/claims/rules', rule)).body.id as string;
    await admin.put(`/groups/${groupId}/members/${userId}`);
    await admin.put(`/roles/${roleId}/users/${userId}`);
    await admin.put(`/roles/${roleId}/groups/${groupId}`);
    const sessions = (await admin.get(`/users/${userId}/sessions`)).body.items as { id: string }[];
    return {
      user_id: userId,
      client_id: party.clientId,
      group_id: groupId,
      organization_id: organizationId,
      role_id: roleId,
      rule_id: ruleId,
      grant_id,
      session_id: sessions[0]!.id,
      identifier: contacts.identifier,
      alias,
      identity_id: identityId,
      issuer_name: issuerName,
      policy_name: policyName,
      attribute_name: attributeName,
      job_id: 'none',
      type,
      kid: await activeKey(),
      'tokens/{token_id}': jti,
      'registration-tokens/{token_id}': token.body.id as string,
      'scim-tokens/{token_id}': scimToken.body.id as string,
      reference: 'none',
      delivery_id: 'none',
      invitation_id: 'none',
      domain_id: domain.body.id as string,
    };
  }

  /** An account at a new upstream that is linked to a person. */
  async function identityOf(userId: string, alias: string): Promise<string> {
    await registerUpstream(server, { issuer: 'https://login.example.com' }, { alias });
    const upstream = await server.app.get(UpstreamsStore).find(alias);
    const id = newId();
    const identity = { id, userId, upstreamId: upstream?.id ?? '', subjectHash: id, subject: id, label: id };
    await server.app
      .get(Database)
      .write((tx) =>
        server.app
          .get(IdentitiesStore)
          .insert(tx, { ...identity, members: '', createdAt: 1, lastUsedAt: null }),
      );
    return id;
  }

  async function activeKey(): Promise<string> {
    const keys = (await admin.get('/keys')).body.items as { kid: string; alg: string; state: string }[];
    return keys.find(({ alg, state }) => alg === 'RS256' && state === 'active')!.kid;
  }

  async function facts(
    party: RelyingParty,
    accessToken: string,
    userId: string,
  ): Promise<{ jti: string; grant_id: string }> {
    const { jti } = (await party.introspect(accessToken)).body as unknown as { jti: string };
    const tokens = (await admin.get(`/tokens?user_id=${userId}`)).body.items as { grant_id: string }[];
    return { jti, grant_id: tokens[0]!.grant_id };
  }

  const pathOf = ({ path }: Operation, values: Record<string, string>): string =>
    path
      .replace(
        /((?:registration-|scim-)?tokens)\/\{token_id\}/,
        (whole, list: string) => `${list}/${values[whole]}`,
      )
      .replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(values[name] ?? ''));

  it('change no more than the name of their operation says, sent as they stand', async () => {
    const found: object[] = [];
    // What deletes the one resource comes last, and then what goes on once it is answered.
    const late = ['deleteResource', 'exportUsers'];
    const inOrder = operations.toSorted((a, b) => late.indexOf(a.id) - late.indexOf(b.id));
    for (const operation of inOrder) {
      const { id, method, examples } = operation;
      const values = await world();
      const before = await everyRow(server);
      const { status } = await admin.call(method, pathOf(operation, values), examples[0]);
      const changes = changesOfRows(before, await everyRow(server))
        // Events of the audit trail are sealed meanwhile.
        .filter(
          ({ table, kind }) => !housekeeping.has(table) && !(table === 'audit_events' && kind === 'changed'),
        )
        .map(({ table, kind }) => `${table} ${kind}`);
      const expected = promised[id] ?? [];
      const surprises = [...new Set(changes)].filter((change) => !expected.includes(change));
      const isAsExpected = refused[id] === undefined ? status < 300 : status === refused[id];
      if (surprises.length > 0 || !isAsExpected) found.push({ id, status, surprises });
      if (promised[id] && changes.length === 0) found.push({ id, status, surprises: 'nothing changed' });
    }
    expect(found).toEqual([]);
  });

  it('make nobody an administrator, and rename nobody and nothing', async () => {
    const values = await world();
    const read = async (path: string): Promise<unknown> => (await admin.get(path)).body;
    const paths = [`/users/${values.user_id}`, `/clients/${values.client_id}`];
    const before = await Promise.all(paths.map(read));
    for (const id of ['updateUser', 'updateClient']) {
      const operation = operations.find((candidate) => candidate.id === id)!;
      expect((await admin.call('PATCH', pathOf(operation, values), operation.examples[0])).status).toBe(200);
    }
    expect(await Promise.all(paths.map(read))).toEqual(before);
  });

  it('can be sent again, and every other example is accepted too', async () => {
    const failures: object[] = [];
    for (const operation of operations.filter(({ examples }) => examples.length > 0)) {
      for (const example of operation.examples) {
        const values = await world();
        const { status, text } = await admin.call(operation.method, pathOf(operation, values), example);
        // There is one user of a name, and one of a verified address.
        if (status >= 300 && status !== 409) failures.push({ id: operation.id, example, status, text });
      }
    }
    expect(failures).toEqual([]);
  });

  it('set no password that stays', () => {
    const withPassword = operations.flatMap(({ examples }) =>
      examples.filter((example) => 'password' in example),
    );
    expect(withPassword).toHaveLength(2);
    for (const example of withPassword) expect(example).toMatchObject({ password_change_required: true });
  });

  it('of errors are those that the operation answers', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.admin.read');
    const missing = {
      user_id: '0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00',
      client_id: 'message-writer',
      identifier: 'https://contacts.example.org',
      alias: 'acme',
      issuer_name: 'github-deployments',
      policy_name: 'assistant-at-chat',
      attribute_name: 'department',
      type: 'payment_initiation',
    };
    const differences: object[] = [];
    const compare = (id: string, body: unknown, example: unknown): void => {
      const plain = JSON.stringify(body).replaceAll('contacts.example.org', 'contacts.example.com');
      if (plain !== JSON.stringify(inOrderOf(JSON.parse(plain) as object, example)))
        differences.push({ id, body, example });
    };
    for (const { id, method, path, parameters, responses, examples } of operations) {
      const required = parameters
        .filter((parameter) => parameter.in === 'query' && parameter.required)
        .map(({ name }) => `&${name}=x`);
      const exampleOf = (status: number): unknown => responses[status]?.example;
      const unknown = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
        encodeURIComponent(missing[name as keyof typeof missing] ?? missing.user_id),
      );
      const unknownQuery = await admin.call(method, `${unknown}?color=red${required.join('')}`, examples[0]);
      compare(id, unknownQuery.body, exampleOf(400));
      const withoutToken = await admin.withToken('none').call(method, unknown, examples[0]);
      compare(id, withoutToken.body, exampleOf(401));
      if (method !== 'GET')
        compare(id, (await reader.call(method, unknown, examples[0])).body, exampleOf(403));
      if (path.includes('{'))
        compare(id, (await admin.call(method, unknown, examples[0])).body, exampleOf(404));
      for (const status of [409, 412]) {
        const { statusCode = status } = (exampleOf(status) ?? {}) as { statusCode?: number };
        if (statusCode !== status) differences.push({ id, status });
      }
    }
    expect(differences).toEqual([]);
  });

  it('of a changed state is what If-Match with another tag is answered', async () => {
    const values = await world();
    const conditional = operations.filter(({ responses }) => responses[412]);
    expect(conditional.length).toBeGreaterThan(6);
    for (const operation of conditional) {
      const example =
        operation.id === 'putResource'
          ? { identifier: contacts.identifier, name: contacts.name, scopes: contacts.scopes }
          : operation.examples[0];
      await admin.put('/resources', { ...contacts });
      const stale = admin.with({ 'if-match': '"another"' });
      const { body } = await stale.call(operation.method, pathOf(operation, values), example);
      expect({ id: operation.id, body }).toEqual({
        id: operation.id,
        body: operation.responses[412]?.example,
      });
    }
  });
});

/** The members of the example in the order of the body: the order says nothing. */
function inOrderOf(body: object, example: unknown): unknown {
  const members = (example ?? {}) as Record<string, unknown>;
  const names = [...Object.keys(body), ...Object.keys(members).filter((name) => !(name in body))];
  return Object.fromEntries(names.map((name) => [name, members[name]]));
}
