import { createHash } from 'node:crypto';
import { proof, type ProofChanges, proofKey, type ProofKey } from '../support/dpop-proofs.js';
import { startServer, useServer } from '../support/server.js';
import { type Answer, basic, post, request } from '../support/relying-party.js';
import { AdminCaller } from '../support/admin-caller.js';

describe('G3 the admin API with a token that is bound to a key', () => {
  const server = useServer();
  beforeAll(() => server.clock.hold());
  let reader: AdminCaller;
  let key: ProofKey;
  let token: string;

  beforeAll(async () => {
    reader = await AdminCaller.register(server, 'eyrie.admin.read');
    key = await proofKey();
    token = await boundToken('eyrie.admin');
  });

  /** A service's own token, got with a proof of the key. */
  async function boundToken(scope: string): Promise<string> {
    const { clientId, secret } = await server.register({ grant_types: ['client_credentials'], scope });
    const { body } = await post(
      server,
      '/token',
      { grant_type: 'client_credentials' },
      { authorization: basic(clientId, secret), dpop: await proof(server, key) },
    );
    expect(body.token_type).toBe('DPoP');
    return body.access_token;
  }

  /** A proof for that request with that token, good unless it is changed. */
  async function proofFor(
    method: string,
    path: string,
    { header, claims = {} }: ProofChanges = {},
    signer = key,
    sent = token,
  ): Promise<string> {
    const ath = createHash('sha256').update(sent).digest('base64url');
    return proof(server, signer, { header, claims: { htm: method, ath, ...claims } }, `/admin${path}`);
  }

  const call = async (method: string, path: string, dpop?: string, sent = token): Promise<Answer> =>
    request(server, `/admin${path}`, {
      method,
      headers: {
        authorization: `DPoP ${sent}`,
        ...(dpop === undefined ? {} : { dpop }),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: JSON.stringify({ username: 'carol', password: 'long enough' }) } : {}),
    });
  const usernames = async (): Promise<unknown> => (await reader.get('/users?username=carol')).body.items;

  it('answers reading, with a query that the proof leaves out', async () => {
    const answer = await call('GET', '/clients?limit=1', await proofFor('GET', '/clients'));
    expect({ status: answer.status, items: (answer.body.items as unknown[]).length }).toEqual({
      status: 200,
      items: 1,
    });
    expect(answer.headers.get('dpop-nonce')).toBeNull();
  });

  it('changes what it is asked to', async () => {
    expect((await call('POST', '/users', await proofFor('POST', '/users'))).status).toBe(201);
    expect(await usernames()).toHaveLength(1);
  });

  it('takes a proof once, wherever its address is the same', async () => {
    const dpop = await proofFor('GET', '/users');
    const answers = await Promise.all([call('GET', '/users', dpop), call('GET', '/users?limit=1', dpop)]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401]);
    expect((await call('GET', '/users', dpop)).body.error).toBe('invalid_dpop_proof');
  });

  it.each([
    ['as a bearer token', async () => ({ authorization: `Bearer ${token}` })],
    [
      'as a bearer token with a proof beside it',
      async () => ({ authorization: `Bearer ${token}`, dpop: await proofFor('GET', '/clients') }),
    ],
  ])('refuses it %s, with challenges of both schemes', async (_title, headers) => {
    const answer = await request(server, '/admin/clients', { headers: await headers() });
    expect({ status: answer.status, error: answer.body.error }).toEqual({
      status: 401,
      error: 'invalid_token',
    });
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="eyrie", error="invalid_token", .*, DPoP realm="eyrie", algs="ES256 /,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  const hostile: [string, string, () => Promise<string | undefined>][] = [
    ['no proof', 'invalid_dpop_proof', async () => undefined],
    ['a proof for another method', 'invalid_dpop_proof', async () => proofFor('GET', '/users')],
    ['a proof for another path', 'invalid_dpop_proof', async () => proofFor('POST', '/clients')],
    [
      'a proof for the host that the request names',
      'invalid_dpop_proof',
      async () => proofFor('POST', '/users', { claims: { htu: 'http://evil.example.com/admin/users' } }),
    ],
    [
      'a proof for another token',
      'invalid_dpop_proof',
      async () => proofFor('POST', '/users', {}, key, reader.token),
    ],
    [
      'a proof that is 61 seconds old',
      'invalid_dpop_proof',
      async () => proofFor('POST', '/users', { claims: { iat: server.clock.now() - 61 } }),
    ],
    ['a proof of another key', 'invalid_token', async () => proofFor('POST', '/users', {}, await proofKey())],
  ];
  it.each(hostile)('with %s is 401 %s, and changes nothing', async (_title, error, make) => {
    const before = await usernames();
    const dpop = await make();
    const { statusCode, headers, json } = await server.app.inject({
      method: 'POST',
      url: '/admin/users',
      headers: {
        host: 'evil.example.com',
        'x-forwarded-host': 'evil.example.com',
        authorization: `DPoP ${token}`,
        ...(dpop === undefined ? {} : { dpop }),
      },
      payload: { username: 'mallory', password: 'long enough' },
    });
    expect({ statusCode, error: json<{ error: string }>().error }).toEqual({ statusCode: 401, error });
    expect(headers['www-authenticate']).toMatch(new RegExp(`^DPoP realm="eyrie", error="${error}", `));
    expect((await reader.get('/users?username=mallory')).body.items).toEqual([]);
    expect(await usernames()).toEqual(before);
  });

  it('a bearer token by the DPoP scheme is 401 invalid_token', async () => {
    const dpop = await proofFor('GET', '/clients', {}, key, reader.token);
    expect(await call('GET', '/clients', dpop, reader.token)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
  });

  it('the reading scope with its proof reads, and changes nothing', async () => {
    const reading = await boundToken('eyrie.admin.read');
    const get = await proofFor('GET', '/clients', {}, key, reading);
    expect((await call('GET', '/clients', get, reading)).status).toBe(200);
    const refused = await call('POST', '/users', await proofFor('POST', '/users', {}, key, reading), reading);
    expect({ status: refused.status, error: refused.body.error }).toEqual({
      status: 403,
      error: 'insufficient_scope',
    });
    expect(refused.headers.get('www-authenticate')).toMatch(
      /^DPoP realm="eyrie", error="insufficient_scope", .*scope="eyrie\.users", algs="/,
    );
  });

  it('a refusal can be looked up by its reference, and its explanation holds no token', async () => {
    const dpop = await proofFor('GET', '/users');
    const refused = await call('GET', '/clients', dpop);
    const reference = refused.headers.get('eyrie-reference') ?? '';
    const { status, body } = await reader.get(`/explain/${reference}`);
    expect({ status, ...body }).toMatchObject({
      status: 200,
      code: 'invalid_dpop_proof',
      detail: expect.stringContaining('DPoP proof htu: expected'),
    });
    expect(JSON.stringify(body)).not.toContain(token);
    expect(JSON.stringify(body)).not.toContain(dpop);
  });
});

it('G3 with EYRIE_DPOP_NONCE=on the admin API asks for the nonce of the token endpoint', async () => {
  const server = await startServer({ EYRIE_DPOP_NONCE: 'on' });
  try {
    const key = await proofKey();
    const { clientId, secret } = await server.register({
      grant_types: ['client_credentials'],
      scope: 'eyrie.admin.read',
    });
    const send = async (nonce?: string): Promise<Answer> =>
      post(
        server,
        '/token',
        { grant_type: 'client_credentials' },
        { authorization: basic(clientId, secret), dpop: await proof(server, key, { claims: { nonce } }) },
      );
    // At the beginning of the time in which a nonce is current.
    server.clock.advance(300 - (server.clock.now() % 300));
    const nonce = (await send()).headers.get('dpop-nonce') ?? '';
    const token = (await send(nonce)).body.access_token;
    const read = async (used?: string): Promise<Answer> => {
      const ath = createHash('sha256').update(token).digest('base64url');
      const claims = { htm: 'GET', ath, nonce: used };
      const dpop = await proof(server, key, { claims }, '/admin/clients');
      return request(server, '/admin/clients', { headers: { authorization: `DPoP ${token}`, dpop } });
    };

    const refused = await read();
    expect({ status: refused.status, error: refused.body.error }).toEqual({
      status: 401,
      error: 'use_dpop_nonce',
    });
    expect(refused.headers.get('dpop-nonce')).toBe(nonce);
    expect((await read(nonce)).status).toBe(200);

    server.clock.advance(300);
    const ageing = await read(nonce);
    expect(ageing.status).toBe(200);
    expect(ageing.headers.get('dpop-nonce')).toMatch(/^[\w-]{43}$/);
    expect(ageing.headers.get('dpop-nonce')).not.toBe(nonce);
  } finally {
    await server.stop();
  }
});
