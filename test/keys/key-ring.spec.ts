import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { JwtSigner } from '../../src/keys/jwt-signer.js';
import { JwtVerifier } from '../../src/keys/jwt-verifier.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { beside } from '../support/beside.js';
import { alice, startServer, testSecret, type TestServer, useServer } from '../support/server.js';
import { RelyingParty, request } from '../support/relying-party.js';

interface PublishedKey {
  readonly kid: string;
  readonly alg: string;
  readonly use: string;
}

async function published(server: TestServer): Promise<PublishedKey[]> {
  return ((await request(server, '/jwks')).body as unknown as { keys: PublishedKey[] }).keys;
}

const kidOf = (jwt: string): string => String(decodeProtectedHeader(jwt).kid);

describe('C5 the JWKS', () => {
  const server = useServer({}, { users: [alice] });

  it('is a JWK Set that any origin may read and caches may keep for a minute', async () => {
    const answer = await request(server, '/jwks', { headers: { origin: 'https://spa.example.com' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/(jwk-set\+)?json/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('every key has a unique kid, use and alg, and no private member', async () => {
    const keys = await published(server);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    expect(keys.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
    for (const key of keys) {
      expect(key.use).toBe('sig');
      expect(
        Object.keys(key).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].includes(member)),
      ).toEqual([]);
      expect(Object.keys(key)).toEqual(expect.arrayContaining(['kty', 'kid', 'alg', 'use']));
    }
  });

  it('RSA keys have 2048 bits', async () => {
    for (const key of await published(server)) {
      if (!['RS256', 'PS256'].includes(key.alg)) continue;
      expect(Buffer.from((key as unknown as { n: string }).n, 'base64url').length).toBe(256);
    }
  });

  it.each(['EdDSA', 'PS256'])(
    'has keys of %s from the moment when a client asks for it, also of several at once',
    async (alg) => {
      const others = (await published(server)).filter((key) => key.alg !== alg);
      const clients = await Promise.all(
        [1, 2, 3].map(() => RelyingParty.register(server, { id_token_signed_response_alg: alg })),
      );

      const keys = await published(server);
      expect(keys.filter((key) => key.alg === alg)).toHaveLength(2);
      expect(keys.filter((key) => key.alg !== alg)).toEqual(others);
      const { id_token: token } = await clients[0]!.tokens();
      expect(keys.map(({ kid }) => kid)).toContain(kidOf(token));
      await expect(
        jwtVerify(token, createRemoteJWKSet(new URL('/jwks', server.issuer))),
      ).resolves.toMatchObject({ protectedHeader: { alg } });
    },
  );

  it('a signature with an algorithm that nobody asked for yet makes its keys, once on two replicas', async () => {
    const fresh = await startServer();
    const other = await beside(fresh);
    const sign = (app: typeof other) => app.get(JwtSigner).sign('EdDSA', 'JWT', {});

    const kids = (await Promise.all([sign(fresh.app), sign(other), sign(fresh.app)])).map(kidOf);

    expect(new Set(kids).size).toBe(1);
    expect((await published(fresh)).filter(({ alg }) => alg === 'EdDSA')).toHaveLength(2);
    await other.close();
    await fresh.stop();
  });

  it('another method is 405 with Allow', async () => {
    const answer = await request(server, '/jwks', { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('C5 rotation', () => {
  const server = useServer({}, { users: [alice] });
  let client: RelyingParty;

  beforeAll(async () => {
    client = await RelyingParty.register(server);
  });

  const rotate = () =>
    server.app.get(KeyRing).rotate(server.app.get(KeyRing).algorithms, 'test', { force: true });

  it('a key was published before it signs, and a new next one is published', async () => {
    const before = (await published(server)).map(({ kid }) => kid);
    const activated = await rotate();
    expect(before).toEqual(expect.arrayContaining(activated));
    const tokens = await client.tokens();
    expect(activated).toEqual(expect.arrayContaining([kidOf(tokens.access_token), kidOf(tokens.id_token)]));
    const after = (await published(server)).map(({ kid }) => kid);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after).toHaveLength(before.length + server.app.get(KeyRing).algorithms.length);
  });

  it('tokens of a retired key verify, here and at a stranger, until they expire', async () => {
    const tokens = await client.tokens();
    await rotate();
    const jwks = createRemoteJWKSet(new URL('/jwks', server.issuer));
    await expect(jwtVerify(tokens.id_token, jwks)).resolves.toHaveProperty('payload');
    await expect(jwtVerify(tokens.access_token, jwks)).resolves.toHaveProperty('payload');
    expect((await client.userinfo(tokens.access_token)).status).toBe(200);
    expect((await client.introspect(tokens.access_token)).body).toMatchObject({ active: true });
    await rotate();
    expect((await client.userinfo(tokens.access_token)).status).toBe(200);
  });

  it('a retired key is published until its last token has expired, and goes then', async () => {
    const retired = kidOf((await client.tokens()).access_token);
    await rotate();
    const has = async (): Promise<boolean> => (await published(server)).some(({ kid }) => kid === retired);
    server.clock.advance(595);
    expect(await has()).toBe(true);
    server.clock.advance(600);
    expect(await has()).toBe(false);
  });

  it('an ID token of a key that left the JWKS is still recognised as a hint, its private key swept some day', async () => {
    const { id_token: hint } = await client.tokens();
    await rotate();
    server.clock.advance(30 * 86_400);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await server.app.get(JwtVerifier).verifyHint(hint)).toMatchObject({ aud: client.clientId });
    server.clock.advance(200 * 86_400);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await server.app.get(JwtVerifier).verifyHint(hint)).toBeUndefined();
  });

  it('of two rotations at once each activates a key of its own, and one key signs in the end', async () => {
    const rotations = await Promise.all([rotate(), rotate()]);
    expect(new Set(rotations.flat()).size).toBe(2 * server.app.get(KeyRing).algorithms.length);
    const { access_token } = await client.tokens();
    expect(rotations.flat()).toContain(kidOf(access_token));
  });

  it('tokens of before verify after a restart, whose keys are those of before', async () => {
    const { access_token } = await client.tokens();
    const kids = (await published(server)).map(({ kid }) => kid);
    const again = await beside(server);
    expect((await again.get(KeyRing).published()).map(({ kid }) => kid)).toEqual(kids);
    expect(await again.get(JwtVerifier).verifyAccessToken(access_token)).toBeDefined();
    await again.close();
  });

  it('another process that slept through two rotations neither signs with the old key nor refuses tokens of the new', async () => {
    const sleeper = await beside(server);
    await rotate();
    await rotate();
    server.clock.advance(7_200);
    const signed = await sleeper.get(JwtSigner).sign('ES256', 'at+jwt', {});
    const active = (await server.app.get(KeyRing).active('ES256')).kid;
    expect(kidOf(signed)).toBe(active);

    await rotate();
    await rotate();
    const token = await server.app.get(JwtSigner).sign('ES256', 'at+jwt', {
      iss: server.issuer,
      exp: server.clock.now() + 600,
      grant_id: 'a grant',
    });
    server.clock.advance(1);
    expect(await sleeper.get(JwtVerifier).verifyAccessToken(token)).toBeDefined();
    await sleeper.close();
  });

  it('a database that was made with another secret ends the start with a line that says so', async () => {
    await expect(beside(server, { EYRIE_SECRET: `${testSecret}, but not this one` })).rejects.toThrow(
      /^EYRIE_SECRET does not decrypt the signing keys/,
    );
  });
});
