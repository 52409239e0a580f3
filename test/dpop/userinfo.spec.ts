import { alice, useServer } from '../support/server.js';
import { type Answer, expectRefusal, post, RelyingParty, request } from '../support/relying-party.js';
import { proof, type ProofKey, proofKey, userinfoProof } from '../support/dpop-proofs.js';
import { redeem, send } from '../support/dpop-client.js';

describe('G3 userinfo with DPoP', () => {
  const server = useServer();
  let subject: string;
  let key: ProofKey;
  let other: ProofKey;

  beforeAll(async () => {
    subject = await server.createUser(alice);
    key = await proofKey();
    other = await proofKey();
  });

  const userinfo = async (token: string, headers: Record<string, string>): Promise<Answer> =>
    request(server, '/userinfo', { headers: { authorization: `DPoP ${token}`, ...headers } });

  let token: string;
  let bearer: string;
  let writer: RelyingParty;
  beforeAll(async () => {
    writer = await RelyingParty.register(server);
    token = (await redeem(writer, {}, await proof(server, key))).body.access_token;
    bearer = (await redeem(writer)).body.access_token;
  });

  it('a bound token with its proof is answered, by GET and POST', async () => {
    const answer = await userinfo(token, { dpop: await userinfoProof(server, key, token) });
    expect(answer.body).toMatchObject({ sub: subject, name: 'Alice' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const dpop = await userinfoProof(server, key, token, { claims: { htm: 'POST' } });
    const headers = { authorization: `dpop ${token}`, dpop };
    expect((await request(server, '/userinfo', { method: 'POST', headers })).body.sub).toBe(subject);
  });

  it.each([
    ['as a bearer token', async () => ({ authorization: `Bearer ${token}` })],
    [
      'as a bearer token with a proof beside it',
      async () => ({ authorization: `Bearer ${token}`, dpop: await userinfoProof(server, key, token) }),
    ],
  ])('a bound token %s is 401 invalid_token', async (_title, headers) => {
    const answer = await request(server, '/userinfo', { headers: await headers() });
    expectRefusal(answer, 401, 'invalid_token');
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  const refusals: [string, string, () => Promise<[string, string | undefined]>][] = [
    ['without a proof', 'invalid_dpop_proof', async () => [token, undefined]],
    [
      'with a proof of another key',
      'invalid_token',
      async () => [token, await userinfoProof(server, other, token)],
    ],
    [
      'with a proof for another token',
      'invalid_dpop_proof',
      async () => [token, await userinfoProof(server, key, bearer)],
    ],
    [
      'with a proof without ath',
      'invalid_dpop_proof',
      async () => [token, await userinfoProof(server, key, token, { claims: { ath: undefined } })],
    ],
    [
      'with a proof for POST',
      'invalid_dpop_proof',
      async () => [token, await userinfoProof(server, key, token, { claims: { htm: 'POST' } })],
    ],
    [
      'with a proof for the token endpoint',
      'invalid_dpop_proof',
      async () => [
        token,
        await userinfoProof(server, key, token, { claims: { htu: `${server.issuer}/token` } }),
      ],
    ],
    [
      'that is a bearer token',
      'invalid_token',
      async () => [bearer, await userinfoProof(server, key, bearer)],
    ],
    [
      'that is unknown',
      'invalid_token',
      async () => ['unknown', await userinfoProof(server, key, 'unknown')],
    ],
  ];
  it.each(refusals)('a token %s is 401 %s with a challenge', async (_title, code, make) => {
    const [sent, dpop] = await make();
    const answer = await userinfo(sent, dpop === undefined ? {} : { dpop });
    expectRefusal(answer, 401, code);
    expect(answer.headers.get('www-authenticate')).toMatch(
      new RegExp(
        `^DPoP realm="eyrie", error="${code}", error_description="[^"]+", algs="ES256 RS256 PS256 EdDSA Ed25519"$`,
      ),
    );
  });

  it('a proof is accepted once at userinfo', async () => {
    const dpop = await userinfoProof(server, key, token);
    expect((await userinfo(token, { dpop })).status).toBe(200);
    expectRefusal(await userinfo(token, { dpop }), 401, 'invalid_dpop_proof');
  });

  it('a token without the scope openid is 403 insufficient_scope', async () => {
    const narrow = (
      await send(
        await RelyingParty.register(server, {
          grant_types: ['client_credentials'],
          scope: 'eyrie.admin.read',
        }),
        { grant_type: 'client_credentials' },
        await proof(server, key),
      )
    ).body.access_token;
    const answer = await userinfo(narrow, { dpop: await userinfoProof(server, key, narrow) });
    expectRefusal(answer, 403, 'insufficient_scope');
    expect(answer.headers.get('www-authenticate')).toContain('scope="openid"');
  });

  it('a bearer token without the scope openid is 403 insufficient_scope with challenges of both schemes', async () => {
    const robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      scope: 'eyrie.admin.read',
    });
    const narrow = (await send(robot, { grant_type: 'client_credentials' })).body.access_token;
    const answer = await robot.userinfo(narrow);
    expectRefusal(answer, 403, 'insufficient_scope');
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="eyrie", error="insufficient_scope", .*scope="openid", DPoP realm="eyrie", algs="/,
    );
  });

  it('a token in the form as well, or a malformed header, is 400 invalid_request', async () => {
    const dpop = await userinfoProof(server, key, token, { claims: { htm: 'POST' } });
    const authorization = `DPoP ${token}`;
    expectRefusal(
      await post(server, '/userinfo', { access_token: token }, { authorization, dpop }),
      400,
      'invalid_request',
    );
    expectRefusal(await userinfo('', {}), 400, 'invalid_request');
    expectRefusal(await userinfo('two words', {}), 400, 'invalid_request');
  });

  it('a revoked token is 401, however good the proof', async () => {
    const revoked = (await redeem(writer, {}, await proof(server, key))).body.access_token;
    await writer.revoke(revoked);
    const dpop = await userinfoProof(server, key, revoked);
    expectRefusal(await userinfo(revoked, { dpop }), 401, 'invalid_token');
  });
});
