import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import { AdminCaller } from '../support/admin-caller.js';
import { changesOfRows, everyRow } from '../support/database-rows.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { type Answer, expectRefusal, type Fields, payloadOf, post } from '../support/relying-party.js';
import { freePort, startServer, useServer } from '../support/server.js';
import { AssertionIssuer } from '../support/trusted-issuer.js';

const worker = 'system:serviceaccount:shop:worker';
const cluster = await AssertionIssuer.make('https://kubernetes.example.com');
const forge = await AssertionIssuer.make('https://forge.example.com');

/** The claims of a projected service account token, as the kubelet mounts it: it has a jti, and is used until it expires. */
const projected = {
  sub: worker,
  'kubernetes.io': {
    namespace: 'shop',
    pod: { name: 'worker-5d9c', uid: '3b0d0c2e-7e5c-4b39-9f2c-0d4d4d7e1a11' },
    serviceaccount: { name: 'worker', uid: 'c1f3b5f0-2f0f-4a0e-8b7f-9f6f4f3a2b22' },
  },
};

describe('G1 a client that a trusted issuer vouches for', () => {
  let keyHost: KeyHost;
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  let admin: AdminCaller;
  let registered: object;

  beforeAll(async () => {
    keyHost = await startKeyHost();
    keyHost.documents.set('/openid/v1/jwks', { keys: [cluster.keys.publicJwk] });
    admin = await AdminCaller.register(server);
    const issuer = await admin.put('/trusted-issuers', {
      name: 'cluster',
      preset: 'kubernetes',
      issuer: cluster.issuer,
      jwks_uri: keyHost.url('/openid/v1/jwks'),
      clients: ['worker', 'keyed'],
      claims: { sub: ['system:serviceaccount:shop:*'] },
    });
    if (issuer.status !== 200) throw new Error(issuer.text);
    await forge.register(server, { name: 'forge', clients: ['worker'], claims: { sub: [worker] } });
    const client = await admin.post('/clients', {
      client_id: 'worker',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      eyrie_federated_issuer: cluster.issuer,
      eyrie_federated_subject: worker,
      scope: 'contacts.read',
    });
    if (client.status !== 201) throw new Error(client.text);
    registered = client.body;
  });
  afterAll(() => keyHost.stop());

  const ask = (assertion: string, fields: Fields = {}, at = server): Promise<Answer> =>
    post(at, '/token', {
      grant_type: 'client_credentials',
      client_id: 'worker',
      client_assertion_type: jwtBearerAssertion,
      client_assertion: assertion,
      ...fields,
    });

  it('gets tokens with its projected token, as often as it asks, and has no secret here', async () => {
    expect(registered).not.toHaveProperty('client_secret');
    const token = await cluster.sign(server, projected);
    for (const answer of [await ask(token), await ask(token)]) {
      expect(answer.status).toBe(200);
      expect(payloadOf(answer.body.access_token)).toMatchObject({ sub: 'worker', client_id: 'worker' });
    }
    expect(keyHost.requests).toBe(1);
  });

  it('an assertion with a jti is accepted once, whichever replica it comes to first', async () => {
    await admin.post('/clients', {
      client_id: 'once',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      eyrie_federated_issuer: forge.issuer,
      eyrie_federated_subject: worker,
      scope: 'contacts.read',
    });
    await forge.register(server, { name: 'forge-once', clients: ['once'], claims: { sub: [worker] } });
    const port = await freePort();
    const replica = await startServer({
      DATABASE_URL: server.databaseUrl,
      EYRIE_ISSUER: server.issuer,
      PORT: String(port),
    });
    try {
      replica.clock.advance(server.clock.now() - replica.clock.now());
      const there = { ...server, issuer: `http://127.0.0.1:${port}` };
      const token = await forge.sign(server, projected);
      expect((await ask(token, { client_id: 'once' }, there)).status).toBe(200);
      expectRefusal(await ask(token, { client_id: 'once' }), 401, 'invalid_client');
    } finally {
      await replica.app.close();
    }
  });

  it.each<[string, Record<string, unknown>, Fields, string, AssertionIssuer?]>([
    ['another audience', { aud: 'https://kubernetes.default.svc' }, {}, 'invalid_client'],
    ['another service account', { sub: 'system:serviceaccount:shop:other' }, {}, 'invalid_client'],
    ['another namespace', { sub: 'system:serviceaccount:bank:worker' }, {}, 'invalid_client'],
    ['an expiry in the past', { iat: 1, exp: 2 }, {}, 'invalid_client'],
    ['no expiry', { exp: undefined }, {}, 'invalid_client'],
    ['an issuer that is trusted, but not the one of this client', {}, {}, 'invalid_request', forge],
    ['no client_id beside it', {}, { client_id: undefined }, 'invalid_client'],
    ['the client_id of nobody', {}, { client_id: 'nobody' }, 'invalid_request'],
    ['the client_id as issuer', { iss: 'worker' }, {}, 'invalid_client'],
    ['another type of assertion', {}, { client_assertion_type: 'saml' }, 'invalid_client'],
    ['a key that it is bound to', { cnf: { jkt: 'x'.repeat(43) } }, {}, 'invalid_client'],
  ])('is refused with %s', async (_title, changes, fields, error, by = cluster) => {
    const token = await by.sign(server, { ...projected, ...changes });
    const before = await everyRow(server);
    const answer = await ask(token, fields);
    expectRefusal(answer, error === 'invalid_client' ? 401 : 400, error);
    const written = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
    expect(written.filter((table) => !['refusals', 'audit_events', 'audit_seals'].includes(table))).toEqual(
      [],
    );
  });

  it('is refused once the issuer is deleted', async () => {
    const token = await cluster.sign(server, projected);
    expect((await admin.delete('/trusted-issuers/cluster')).status).toBe(204);
    expectRefusal(await ask(token), 401, 'invalid_client');
  });

  it.each([
    ['no subject', { eyrie_federated_subject: undefined }],
    ['no issuer', { eyrie_federated_issuer: undefined }],
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
  ])('is not registered with %s', async (_title, changes) => {
    const { status } = await admin.post('/clients', {
      client_id: 'incomplete',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      eyrie_federated_issuer: cluster.issuer,
      eyrie_federated_subject: worker,
      ...changes,
    });
    expect(status).toBe(400);
    expect((await admin.get('/clients/incomplete')).status).toBe(404);
  });

  it.each([
    ['no keys', { jwks_uri: undefined }],
    ['keys at a private address', { jwks_uri: 'https://10.0.0.1/jwks' }],
    ['no claims', { claims: undefined }],
    ['claims that any token has', { claims: { sub: ['*'] } }],
    ['a subject of another platform', { claims: { sub: ['repo:acme/shop'] } }],
    ['claims that any namespace has', { claims: { sub: ['system:serviceaccount:*'] } }],
    ['claims that any owner has', { preset: 'github_actions', claims: { repository: ['acme*'] } }],
    [
      'the claims of an owner and of any',
      { preset: 'github_actions', claims: { repository: ['acme/*', 'b*'] } },
    ],
    [
      'a subject that any repository can choose',
      { preset: 'github_actions', claims: { sub: ['environment:prod'] } },
    ],
    ['subjects that any repository has', { preset: 'github_actions', claims: { sub: ['repo:acme*'] } }],
    ['owners by a prefix', { preset: 'github_actions', claims: { repository_owner_id: ['12*'] } }],
    ['projects of any group', { preset: 'gitlab', claims: { project_path: ['acme*'] } }],
    ['groups by a prefix', { preset: 'gitlab', claims: { namespace_path: ['acme*'] } }],
    ['any trust domain', { preset: 'spiffe', claims: { sub: ['spiffe://acme*'] } }],
    ['this server as issuer', { issuer: () => server.issuer }],
    ['no clients', { clients: [] }],
    ['a keyed hash', { algorithms: ['HS256'] }],
    ['no signature', { algorithms: ['none'] }],
    ['a lifetime of a month', { max_lifetime: 2_592_000 }],
    ['a scope of the admin API', { scope: 'eyrie.admin' }],
    ['users, and no way to find them', { subject: 'user' }],
    ['a member that is unknown', { secret: 'x' }],
    ['identity assertions that last an hour', { kind: 'id-jag', subject: 'user', max_lifetime: 3_600 }],
  ])('an issuer is not registered with %s', async (_title, changes) => {
    const { status } = await admin.put('/trusted-issuers', {
      name: 'wrong',
      preset: 'kubernetes',
      issuer: cluster.issuer,
      jwks_uri: 'https://kubernetes.example.com/openid/v1/jwks',
      clients: ['worker'],
      claims: { sub: [worker] },
      ...changes,
      ...('issuer' in changes && { issuer: changes.issuer() }),
    });
    expect(status).toBe(400);
    expect((await admin.get('/trusted-issuers/wrong')).status).toBe(404);
  });

  it.each([
    ['github_actions', { repository: ['acme/*'], ref: ['refs/heads/*'] }],
    ['github_actions', { sub: ['repo:acme/shop:environment:*'] }],
    ['github_actions', { repository_owner_id: ['1234'] }],
    ['gitlab', { project_path: ['acme/shop'] }],
    ['gitlab', { namespace_path: ['acme/*'] }],
    ['spiffe', { sub: ['spiffe://acme.example/ns/shop/*'] }],
  ])(
    'an issuer is registered with claims that say whose workloads of %s they are: %j',
    async (preset, claims) => {
      const members = {
        name: 'narrow',
        preset,
        issuer: 'https://forge.acme.example',
        jwks: { keys: [forge.keys.publicJwk] },
        clients: ['plain'],
        claims,
      };
      expect((await admin.put('/trusted-issuers', members)).status).toBe(200);
      // What is read can be written back.
      const {
        created_at: _made,
        updated_at: _changed,
        ...read
      } = (await admin.get('/trusted-issuers/narrow')).body as Record<string, unknown>;
      expect((await admin.put('/trusted-issuers', read)).status).toBe(200);
      expect((await admin.delete('/trusted-issuers/narrow')).status).toBe(204);
    },
  );

  it.each([
    ['authenticated by an issuer', 'worker', 403],
    ['that administers', 'operator', 403],
    ['that does not exist yet', 'later', 403],
    ['of another kind', 'plain', 200],
  ])(
    'whoever may only change issuers registers one for a client %s: %s, %i',
    async (_title, clientId, status) => {
      const client = { grant_types: ['client_credentials'] };
      await admin.post('/clients', { ...client, client_id: 'operator', scope: 'eyrie.users' });
      await admin.post('/clients', { ...client, client_id: 'plain', scope: 'contacts.read' });
      const changer = await AdminCaller.register(server, 'eyrie.issuers');
      const put = await changer.put('/trusted-issuers', {
        name: `planted-${clientId}`,
        issuer: cluster.issuer,
        jwks: { keys: [forge.keys.publicJwk] },
        clients: [clientId],
        claims: { sub: [worker] },
      });
      expect([put.status, put.text]).toEqual([status, expect.any(String)]);
      expect((await admin.get(`/trusted-issuers/planted-${clientId}`)).status).toBe(
        status === 200 ? 200 : 404,
      );
    },
  );

  it('whoever may only change issuers does not change what an administrator has registered for such a client', async () => {
    const changer = await AdminCaller.register(server, 'eyrie.issuers');
    const { status } = await changer.put('/trusted-issuers', {
      name: 'forge',
      issuer: forge.issuer,
      jwks: { keys: [forge.keys.publicJwk] },
      clients: ['plain'],
      claims: { sub: [worker] },
    });
    expect(status).toBe(403);
  });

  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    ['an alg that is an object', part({ alg: { toString: 1, valueOf: 1 } }), part({ iss: 'worker' })],
    ['an alg that is a list', part({ alg: ['RS256'] }), part({ iss: 'worker' })],
    ['an iss that is an object', part({ alg: 'RS256' }), part({ iss: { a: 1 } })],
    ['an iss that is a list', part({ alg: 'RS256' }), part({ iss: ['worker'] })],
    ['an iss that is a number', part({ alg: 'RS256' }), part({ iss: 1 })],
  ])('an assertion with %s is refused as what it is', async (_title, header, payload) => {
    for (const fields of [{}, { client_id: undefined }]) {
      const { status, body } = await ask(`${header}.${payload}.c2ln`, fields);
      expect([status, body.error]).toEqual([401, 'invalid_client']);
    }
  });

  it('issuers are for those who may change them', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.issuers.read');
    expect((await reader.get('/trusted-issuers')).status).toBe(200);
    expect((await reader.delete('/trusted-issuers/forge')).status).toBe(403);
    const others = await AdminCaller.register(server, 'eyrie.clients');
    expect((await others.get('/trusted-issuers')).status).toBe(403);
  });
});
