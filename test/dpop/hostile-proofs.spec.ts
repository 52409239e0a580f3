import { randomUUID } from 'node:crypto';
import { generateKeyPairSync, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import { Database } from '../../src/persistence/database.js';
import { alice, useServer } from '../support/server.js';
import { type Answer, basic, expectRefusal, form, post, RelyingParty } from '../support/relying-party.js';
import { handMade, proof, type ProofKey, proofKey } from '../support/dpop-proofs.js';

describe('G3 hostile DPoP proofs', () => {
  const server = useServer({}, { users: [alice] });
  beforeAll(() => server.clock.hold());
  let robot: RelyingParty;
  let writer: RelyingParty;
  let key: ProofKey;
  let other: ProofKey;

  beforeAll(async () => {
    robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'contacts.read',
      access_token_format: 'opaque',
    });
    writer = await RelyingParty.register(server);
    key = await proofKey();
    other = await proofKey();
  });

  const send = async (dpop: string, fields = {}): Promise<Answer> =>
    post(
      server,
      '/token',
      { grant_type: 'client_credentials', ...fields },
      { authorization: basic(robot.clientId, robot.secret), dpop },
    );
  const rows = async (): Promise<unknown> =>
    server.app
      .get(Database)
      .query(
        'SELECT (SELECT COUNT(*) FROM used_jtis) AS jtis, (SELECT COUNT(*) FROM access_tokens) AS tokens',
        [],
      );
  const claims = (): Record<string, unknown> => ({
    jti: randomUUID(),
    htm: 'POST',
    htu: `${server.issuer}/token`,
    iat: server.clock.now(),
  });
  const header = (): Record<string, unknown> => ({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk });
  const withHeader = async (changes: Record<string, unknown>): Promise<string> =>
    proof(server, key, { header: changes });
  const withClaims = async (changes: Record<string, unknown>): Promise<string> =>
    proof(server, key, { claims: changes });

  const hostile: [string, () => string | Promise<string>][] = [
    ['an empty one', () => ''],
    ['one that is no JWT', () => 'proof'],
    ['one of two parts', () => 'e30.e30'],
    ['one of four parts', async () => `${await proof(server, key)}.e30`],
    ['one whose header is no JSON', () => 'bm90LWpzb24.e30.c2ln'],
    ['one whose header is a list', () => handMade([], claims())],
    ['two in one header', async () => `${await proof(server, key)}, ${await proof(server, key)}`],
    ['one of 9,000 characters', async () => withClaims({ padding: 'x'.repeat(9_000) })],
    ['one without typ', async () => withHeader({ typ: undefined })],
    ['one with typ JWT', async () => withHeader({ typ: 'JWT' })],
    ['one with the typ of an access token', async () => withHeader({ typ: 'at+jwt' })],
    ['one with alg none', () => handMade({ ...header(), alg: 'none' }, claims(), 'AA')],
    ['one without alg', () => handMade({ ...header(), alg: undefined }, claims())],
    [
      'one with a keyed hash over the public key',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: key.publicJwk })
          .sign(Buffer.from(JSON.stringify(key.publicJwk))),
    ],
    ['one with an algorithm that is not listed', async () => proof(server, await proofKey('ES512'))],
    ['one without jwk', async () => withHeader({ jwk: undefined })],
    ['one whose jwk is text', async () => withHeader({ jwk: 'key' })],
    ['one whose jwk is empty', async () => withHeader({ jwk: {} })],
    ['one that shows its private key', async () => withHeader({ jwk: key.privateJwk })],
    ['one with a symmetric key', async () => withHeader({ jwk: { kty: 'oct', k: 'c2VjcmV0' } })],
    [
      'one with a key that is not on the curve',
      async () => withHeader({ jwk: { ...key.publicJwk, y: key.publicJwk.x } }),
    ],
    [
      'one with the key of another curve',
      async () => withHeader({ jwk: (await proofKey('ES384')).publicJwk }),
    ],
    ['one with an RSA key of 1024 bits', () => shortRsaProof(claims())],
    ['one with the key of somebody else', async () => withHeader({ jwk: other.publicJwk })],
    ['one with only a kid', async () => withHeader({ jwk: undefined, kid: key.thumbprint })],
    ['one with a critical extension', () => handMade({ ...header(), crit: ['exp'], exp: 1 }, claims())],
    ['one without signature', async () => (await proof(server, key)).replace(/[^.]+$/, '')],
    [
      'one whose signature is another’s',
      async () => swapSignature(await proof(server, key), await proof(server, key)),
    ],
    ['one without jti', async () => withClaims({ jti: undefined })],
    ['one with an empty jti', async () => withClaims({ jti: '' })],
    ['one whose jti is a number', async () => withClaims({ jti: 7 })],
    ['one without htm', async () => withClaims({ htm: undefined })],
    ['one for GET', async () => withClaims({ htm: 'GET' })],
    ['one for the method in small letters', async () => withClaims({ htm: 'post' })],
    ['one without htu', async () => withClaims({ htu: undefined })],
    ['one whose htu is a list', async () => withClaims({ htu: [`${server.issuer}/token`] })],
    ['one for a path only', async () => withClaims({ htu: '/token' })],
    ['one for another endpoint', async () => withClaims({ htu: `${server.issuer}/userinfo` })],
    ['one for the path with a slash more', async () => withClaims({ htu: `${server.issuer}/token/` })],
    ['one for the path in capitals', async () => withClaims({ htu: `${server.issuer}/TOKEN` })],
    ['one for another host', async () => withClaims({ htu: 'https://elsewhere.example.com/token' })],
    ['one for another port', async () => withClaims({ htu: 'http://127.0.0.1:1/token' })],
    [
      'one for another scheme',
      async () => withClaims({ htu: `${server.issuer}/token`.replace('http:', 'https:') }),
    ],
    [
      'one with a user in htu',
      async () => withClaims({ htu: `${server.issuer}/token`.replace('//', '//user@') }),
    ],
    ['one with a backslash in htu', async () => withClaims({ htu: `${server.issuer}\\token` })],
    ['one with a space in htu', async () => withClaims({ htu: ` ${server.issuer}/token` })],
    ['one without iat', async () => withClaims({ iat: undefined })],
    ['one whose iat is text', async () => withClaims({ iat: String(server.clock.now()) })],
    ['one that is 61 seconds old', async () => withClaims({ iat: server.clock.now() - 61 })],
    ['one from 61 seconds ahead', async () => withClaims({ iat: server.clock.now() + 61 })],
    ['one from the end of time', async () => withClaims({ iat: Number.MAX_SAFE_INTEGER })],
    ['one whose nonce is a number', async () => withClaims({ nonce: 7 })],
    ['one that has expired', async () => withClaims({ exp: server.clock.now() - 61 })],
  ];
  it.each(hostile)('%s is invalid_dpop_proof; nothing is issued, and nothing noted', async (_title, make) => {
    const before = await rows();
    const answer = await send(await make());
    expectRefusal(answer, 400, 'invalid_dpop_proof');
    expect(answer.headers.get('dpop-nonce')).toBeNull();
    expect(await rows()).toEqual(before);
  });

  it.each([
    ['with query and fragment', (url: string) => `${url}?a=b#c`],
    ['with scheme in capitals', (url: string) => url.replace('http', 'HTTP')],
    ['with a dot segment', (url: string) => url.replace('/token', '/./a/../token')],
    ['with letters escaped that need it not', (url: string) => url.replace('/token', '/%74oken')],
  ])('an htu %s is the same address', async (_title, write) => {
    const answer = await send(await withClaims({ htu: write(`${server.issuer}/token`) }));
    expect({ status: answer.status, type: answer.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
  });

  it.each([-60, 60])('a proof of %i seconds from now is taken', async (seconds) => {
    expect((await send(await withClaims({ iat: server.clock.now() + seconds }))).status).toBe(200);
  });

  it('the address is that of the issuer, whatever Host and X-Forwarded-Host say', async () => {
    const forged = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        ...forged,
        'content-type': form,
        authorization: basic(robot.clientId, robot.secret),
        dpop: await withClaims({ htu: 'http://evil.example.com/token' }),
      },
      payload: 'grant_type=client_credentials',
    });
    expect({ status: answer.statusCode, ...answer.json<object>() }).toMatchObject({
      status: 400,
      error: 'invalid_dpop_proof',
    });
    const good = await server.app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        ...forged,
        'content-type': form,
        authorization: basic(robot.clientId, robot.secret),
        dpop: await proof(server, key),
      },
      payload: 'grant_type=client_credentials',
    });
    expect(good.statusCode).toBe(200);
  });

  it('a proof is good once, also for requests side by side', async () => {
    const once = await proof(server, key);
    const answers = await Promise.all([send(once), send(once), send(once)]);
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200, 400, 400,
    ]);
    expectRefusal(await send(once), 400, 'invalid_dpop_proof');
  });

  it('the jti of one key is not that of another', async () => {
    const jti = randomUUID();
    expect((await send(await proof(server, key, { claims: { jti } }))).status).toBe(200);
    expect((await send(await proof(server, other, { claims: { jti } }))).status).toBe(200);
    expectRefusal(await send(await proof(server, other, { claims: { jti } })), 400, 'invalid_dpop_proof');
  });

  it('a jti is kept for as long as its proof would be taken', async () => {
    const early = await proof(server, key, { claims: { iat: server.clock.now() + 60 } });
    expect((await send(early)).status).toBe(200);
    server.clock.advance(119);
    expectRefusal(await send(early), 400, 'invalid_dpop_proof');
  });

  it('a client that does not authenticate gets invalid_client, and its proof stays unused', async () => {
    const dpop = await proof(server, key);
    const headers = { authorization: basic(robot.clientId, 'a guess'), dpop };
    expectRefusal(
      await post(server, '/token', { grant_type: 'client_credentials' }, headers),
      401,
      'invalid_client',
    );
    expect((await send(dpop)).status).toBe(200);
  });

  it('a code that came with a bad proof is still good with a better one', async () => {
    const { code, verifier } = await writer.authorize();
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: writer.redirectUri,
      code_verifier: verifier,
    };
    const redeem = async (dpop: string): Promise<Answer> =>
      post(server, '/token', fields, { authorization: basic(writer.clientId, writer.secret), dpop });
    expectRefusal(await redeem(await withClaims({ htm: 'GET' })), 400, 'invalid_dpop_proof');
    const answer = await redeem(await proof(server, key));
    expect({ status: answer.status, type: answer.body.token_type }).toEqual({ status: 200, type: 'DPoP' });
  });
});

function swapSignature(one: string, another: string): string {
  return one.replace(/[^.]+$/, another.split('.')[2] ?? '');
}

/** jose refuses to sign with so short a key. */
function shortRsaProof(claims: object): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const unsigned = handMade(
    { typ: 'dpop+jwt', alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) },
    claims,
    '',
  );
  const input = unsigned.slice(0, -1);
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
