import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { AdminCaller, expectRefusedField, itemsOf } from '../support/admin-caller.js';
import { type Answer, RelyingParty } from '../support/relying-party.js';
import { alice, contacts, useServer } from '../support/server.js';

const scope = 'openid profile groups roles contacts.read offline_access';

describe('Claims about people', () => {
  const server = useServer();
  let admin: AdminCaller;
  let aliceId: string;
  let party: RelyingParty;
  let editors: string;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    aliceId = await server.createUser(alice);
    party = await RelyingParty.register(server, { scope });
    const staff = (await admin.post('/groups', { name: 'staff' })).body.id as string;
    editors = (await admin.post('/groups', { name: 'editors', parent_id: staff })).body.id as string;
    await admin.put(`/groups/${editors}/members/${aliceId}`);
    const other = await RelyingParty.register(server, {});
    for (const [name, owner] of [
      ['of service', {}],
      ['of client', { client_id: party.clientId }],
      ['of resource', { resource: contacts.identifier }],
      ['of another client', { client_id: other.clientId }],
    ] as const) {
      const role = (await admin.post('/roles', { name, ...owner })).body.id as string;
      await admin.put(`/roles/${role}/groups/${staff}`);
    }
  });

  interface Issued {
    readonly idToken: Record<string, unknown>;
    readonly accessToken: Record<string, unknown>;
    readonly userinfo: Record<string, unknown>;
    readonly introspection: Record<string, unknown>;
    readonly refreshToken: string;
  }

  const open = async ({ body }: Answer, from: RelyingParty): Promise<Issued> => ({
    idToken: decodeJwt(body.id_token),
    accessToken: body.access_token.includes('.') ? decodeJwt(body.access_token) : {},
    userinfo: (await from.userinfo(body.access_token)).body,
    introspection: (await from.introspect(body.access_token)).body,
    refreshToken: body.refresh_token,
  });
  const issue = async (requested: string, from = party): Promise<Issued> =>
    open(await from.redeem(await from.authorize({ scope: requested })), from);
  /** Sets rules up for one test. */
  const withRules = async (rules: readonly object[], work: () => Promise<void>): Promise<void> => {
    const ids: string[] = [];
    for (const rule of rules) {
      const made = await admin.post('/claims/rules', { name: randomUUID(), ...rule });
      expect({ rule, status: made.status }).toEqual({ rule, status: 201 });
      ids.push(made.body.id as string);
    }
    try {
      await work();
    } finally {
      for (const id of ids) await admin.delete(`/claims/rules/${id}`);
    }
  };

  it('without the scopes, tokens say nothing of groups and roles', async () => {
    const { idToken, accessToken, userinfo, introspection } = await issue('openid profile contacts.read');
    for (const claims of [idToken, accessToken, userinfo, introspection]) {
      expect(claims).not.toHaveProperty('groups');
      expect(claims).not.toHaveProperty('roles');
    }
  });

  it('the scope groups gives the names of all groups to the client, at both places', async () => {
    const { idToken, accessToken, userinfo } = await issue('openid groups');
    expect([idToken['groups'], userinfo['groups']]).toEqual([
      ['editors', 'staff'],
      ['editors', 'staff'],
    ]);
    expect(accessToken).not.toHaveProperty('groups');
  });

  it('the scope roles gives the roles of the service and of the client, and to a resource its own', async () => {
    const { idToken, accessToken, userinfo, introspection } = await issue('openid roles contacts.read');
    expect([idToken['roles'], userinfo['roles']]).toEqual([
      ['of client', 'of service'],
      ['of client', 'of service'],
    ]);
    const all = ['of client', 'of resource', 'of service'];
    expect([accessToken['roles'], introspection['roles']]).toEqual([all, all]);
  });

  it('what has ended is gone from what is issued next, and from userinfo and introspection at once', async () => {
    const opaque = await RelyingParty.register(server, { scope, access_token_format: 'opaque' });
    const first = await opaque.redeem(await opaque.authorize({ scope }));
    await admin.delete(`/groups/${editors}/members/${aliceId}`);
    try {
      const { userinfo, introspection } = await open(first, opaque);
      expect([userinfo['groups'], introspection['roles']]).toEqual([[], []]);
      const refreshed = await opaque.refresh(first.body.refresh_token);
      expect(decodeJwt(refreshed.body.id_token)).toMatchObject({ groups: [], roles: [] });
    } finally {
      await admin.put(`/groups/${editors}/members/${aliceId}`);
    }
  });

  it('a rule puts a claim where it says: by place, nested, under names with dots', async () => {
    await withRules(
      [
        { claim: ['realm_access', 'roles'], source: 'roles', in: ['access_token'] },
        { claim: ['https://app.example/groups'], source: 'groups', in: ['id_token'] },
        { claim: ['login'], source: 'profile', member: 'username', in: ['introspection', 'access_token'] },
        { claim: ['tenant'], source: 'constant', constant: 'acme', in: ['userinfo'] },
        { claim: ['realm_access', 'beta'], source: 'constant', constant: true, in: ['access_token'] },
      ],
      async () => {
        const { idToken, accessToken, userinfo, introspection } = await issue('openid contacts.read');
        expect(accessToken).toMatchObject({
          realm_access: { roles: ['of client', 'of resource', 'of service'], beta: true },
          login: 'alice',
        });
        expect(idToken['https://app.example/groups']).toEqual(['editors', 'staff']);
        expect([userinfo['tenant'], introspection['login']]).toEqual(['acme', 'alice']);
        for (const claims of [idToken, accessToken, introspection])
          expect(claims).not.toHaveProperty('tenant');
      },
    );
    expect((await issue('openid')).userinfo).not.toHaveProperty('tenant');
  });

  it('a rule holds for its client, its scope and its resource alone', async () => {
    const other = await RelyingParty.register(server, { scope });
    const constant = { source: 'constant', constant: 'yes' };
    await withRules(
      [
        { ...constant, claim: ['c'], in: ['id_token'], client_id: party.clientId },
        { ...constant, claim: ['s'], in: ['id_token'], scope: 'profile' },
        { ...constant, claim: ['r'], in: ['access_token'], resource: contacts.identifier },
      ],
      async () => {
        const own = await issue('openid contacts.read');
        expect(own.idToken).toMatchObject({ c: 'yes' });
        expect(own.idToken).not.toHaveProperty('s');
        expect(own.accessToken).toMatchObject({ r: 'yes' });
        const others = await issue('openid profile', other);
        expect(others.idToken).not.toHaveProperty('c');
        expect(others.idToken).toMatchObject({ s: 'yes' });
        expect(others.accessToken).not.toHaveProperty('r');
      },
    );
  });

  it.each([
    ['claim', { claim: ['sub'] }],
    ['claim', { claim: ['aud', 'x'] }],
    ['claim', { claim: [] }],
    ['claim', { claim: ['__proto__'] }],
    ['source', { source: 'fortune' }],
    ['member', { source: 'profile', member: 'password' }],
    ['constant', { source: 'constant' }],
    ['constant', { constant: { a: 1 } }],
    ['in', { in: [] }],
    ['in', { in: ['cookie'] }],
    ['scope', { scope: 'two scopes' }],
    ['client_id', { client_id: 'nobody' }],
    ['resource', { resource: contacts.identifier }],
    ['resource', { in: ['access_token'], resource: 'https://nowhere.example.com' }],
  ])('a rule with a bad %s is refused: %j', async (field, fields) => {
    const rule = { name: randomUUID(), claim: ['x'], source: 'groups', in: ['id_token'] };
    expectRefusedField(await admin.post('/claims/rules', { ...rule, ...fields }), field);
  });

  it('a rule is changed as a whole: what does not fit afterwards is refused', async () => {
    const rule = { name: 'changed', claim: ['x'], source: 'groups', in: ['id_token'] };
    const { id } = (await admin.post('/claims/rules', rule)).body as unknown as { id: string };
    expect((await admin.post('/claims/rules', rule)).status).toBe(409);
    expectRefusedField(await admin.patch(`/claims/rules/${id}`, { source: 'profile' }), 'member');
    const changed = await admin.patch(`/claims/rules/${id}`, { source: 'profile', member: 'email' });
    expect(changed.body).toMatchObject({ name: 'changed', source: 'profile', member: 'email' });
    const events = itemsOf(await admin.get('/audit-events?limit=200&event=claim_rule.updated'));
    expect(events.map(({ detail }) => detail)).toEqual([
      {
        rule: id,
        name: 'changed',
        changes: {
          source: { from: 'groups', to: 'profile' },
          member: { from: null, to: 'email' },
        },
      },
    ]);
    expect((await admin.delete(`/claims/rules/${id}`)).status).toBe(204);
    expect((await admin.get(`/claims/rules/${id}`)).status).toBe(404);
  });

  it('the rules of a client go with it', async () => {
    const { clientId } = await server.register({ client_id: 'short-lived', grant_types: [] });
    const rule = { claim: ['x'], source: 'groups', in: ['id_token'], client_id: clientId };
    await admin.post('/claims/rules', { name: 'short-lived', ...rule });
    await admin.delete(`/clients/${clientId}`);
    expect(itemsOf(await admin.get('/claims/rules')).map(({ name }) => name)).not.toContain('short-lived');
  });

  it('presets can be sent as they are listed', async () => {
    const presets = itemsOf(await admin.get('/claims/presets')) as unknown as {
      preset: string;
      rules: object[];
    }[];
    expect(presets.map(({ preset }) => preset)).toEqual(
      expect.arrayContaining([
        'argo-cd',
        'grafana',
        'guard',
        'kubernetes',
        'oauth2-proxy',
        'spring',
        'vault',
      ]),
    );
    await withRules(
      presets.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, client_id: party.clientId }))),
      async () => {
        const { idToken, accessToken } = await issue('openid contacts.read');
        expect(idToken).toMatchObject({ groups: ['editors', 'staff'], preferred_username: 'alice' });
        expect(accessToken['realm_access']).toEqual({ roles: accessToken['roles'] });
      },
    );
  });

  describe('The preview', () => {
    const preview = (query: Record<string, string>): Promise<Answer> =>
      admin.get(`/claims/preview?${new URLSearchParams(query).toString()}`);

    it('shows what is issued then', async () => {
      const asked = 'openid profile groups roles contacts.read';
      const { body, status } = await preview({ user: 'alice', client: party.clientId, scope: asked });
      expect(status).toBe(200);
      const shown = body as unknown as Record<string, Record<string, unknown>>;
      const issued = await issue(asked);
      const timeless = ({ iat: _i, exp: _e, jti: _j, auth_time: _a, ...claims }: Record<string, unknown>) =>
        claims;
      const ofGrant = ['acr', 'amr', 'grant_id', 'at_hash', 'nonce', 'sid'];
      const without = (claims: Record<string, unknown>): object =>
        Object.fromEntries(Object.entries(timeless(claims)).filter(([name]) => !ofGrant.includes(name)));
      expect(without(shown['id_token'] ?? {})).toEqual(without(issued.idToken));
      expect(without(shown['access_token'] ?? {})).toEqual(without(issued.accessToken));
      expect(shown['userinfo']).toEqual(issued.userinfo);
      expect(issued.introspection).toMatchObject(shown['introspection'] ?? {});
    });

    it('shows no more than the client may have', async () => {
      const { body } = await preview({ user: aliceId, client: party.clientId, scope: 'groups email' });
      expect(body).toMatchObject({ scope: 'groups', id_token: null, userinfo: null });
    });

    it('refuses what is not there', async () => {
      expect((await preview({ user: 'nobody', client: party.clientId })).status).toBe(404);
      expect((await preview({ user: 'alice', client: 'nobody' })).status).toBe(404);
      expectRefusedField(await preview({ user: 'alice' }), 'client');
    });

    it('needs the right to read users', async () => {
      const other = await AdminCaller.register(server, 'eyrie.claims');
      expect((await other.get(`/claims/preview?user=alice&client=${party.clientId}`)).status).toBe(403);
    });
  });

  it('the metadata of the server names the scopes and the claims', async () => {
    const metadata = (await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()) as {
      scopes_supported: string[];
      claims_supported: string[];
    };
    expect(metadata.scopes_supported).toEqual(expect.arrayContaining(['groups', 'roles']));
    expect(metadata.claims_supported).toEqual(expect.arrayContaining(['groups', 'roles']));
  });
});
