import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { JwtSigner } from '../../src/keys/jwt-signer.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import type { SigningKey } from '../../src/persistence/entities/signing-key.entity.js';
import { SigningKeysStore } from '../../src/persistence/stores/signing-keys.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { beside } from '../support/beside.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { eyrie as runEyrie } from '../support/programs.js';
import { RelyingParty, request } from '../support/relying-party.js';
import { alice, startServer, testSecret, type TestServer } from '../support/server.js';
import { softHsm, TestToken } from '../support/token.js';
import { responseOf } from '../support/browser.js';
import { walk } from '../support/walk.js';

const kidOf = (jwt: string): string => String(decodeProtectedHeader(jwt).kid);

(softHsm ? describe : describe.skip)('Signing keys in a PKCS#11 token', () => {
  let token: TestToken;
  let server: TestServer;
  let client: RelyingParty;

  beforeAll(async () => {
    token = new TestToken();
    server = await startServer(token.settings);
    await server.createUser(alice);
    client = await RelyingParty.register(server);
  });
  afterAll(async () => {
    await server.stop();
    token.remove();
  });

  const ring = (): KeyRing => server.app.get(KeyRing);
  const rotate = (): Promise<string[]> => ring().rotate(ring().algorithms, 'test', { force: true });
  const rows = (): Promise<SigningKey[]> => server.app.get(SigningKeysStore).kept(server.clock.now());
  const row = async (state: string, alg = 'ES256'): Promise<SigningKey> =>
    (await rows()).find((key) => key.alg === alg && key.state === state)!;
  const idsInToken = (): string[] => token.keys().map(({ id }) => id);
  const verify = (jwt: string): ReturnType<typeof jwtVerify> =>
    jwtVerify(jwt, createRemoteJWKSet(new URL('/jwks', server.issuer)));
  const sign = (): Promise<string> => server.app.get(JwtSigner).sign('ES256', 'JWT', {});

  it('two rotations move the keys into the token, and what the keys in the database signed still verifies', async () => {
    const before = await client.tokens();
    expect((await rows()).map(({ signer }) => signer)).toEqual(['local', 'local', 'local', 'local']);

    await rotate();
    const between = await client.tokens();
    await rotate();
    const after = await client.tokens();

    for (const { access_token, id_token } of [before, between, after]) {
      await verify(access_token);
      await verify(id_token);
      expect((await client.userinfo(access_token)).status).toBe(200);
    }
    const active = (await rows()).filter(({ state }) => state === 'active');
    expect(active.map(({ signer }) => signer)).toEqual(['pkcs11', 'pkcs11']);
    expect(active.map(({ kid }) => kid)).toEqual(
      expect.arrayContaining([kidOf(after.access_token), kidOf(after.id_token)]),
    );
    const { refresh_token } = before;
    await verify((await client.refresh(refresh_token)).body.access_token);
  });

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'openid-client accepts ID tokens that the token signs with %s, in responses that it signs too',
    async (alg) => {
      const party = await RelyingParty.register(server, {
        id_token_signed_response_alg: alg,
        authorization_signed_response_alg: alg,
        userinfo_signed_response_alg: alg,
      });
      const config = await party.openidClient(openid.useJwtResponseMode, openid.enableNonRepudiationChecks);
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: party.redirectUri,
        scope: 'openid profile',
        state: 'the state',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const page = await walk(party.browser, url.pathname + url.search);
      const answered = new URL(party.redirectUri);
      answered.searchParams.set('response', responseOf(page).get('response') ?? '');

      const tokens = await openid.authorizationCodeGrant(config, answered, {
        pkceCodeVerifier,
        expectedState: 'the state',
        idTokenExpected: true,
      });

      const { kid } = await row('active', alg);
      expect([tokens.id_token, answered.searchParams.get('response')].map((jwt) => kidOf(jwt ?? ''))).toEqual(
        [kid, kid],
      );
      await verify(tokens.access_token);
      const userinfo = await party.userinfo(tokens.access_token);
      expect((await verify(userinfo.text)).protectedHeader).toMatchObject({ alg, kid });
    },
  );

  it('a private key is in the token alone, which does not give it out', async () => {
    const keys = (await rows()).filter(({ signer }) => signer === 'pkcs11');
    const inToken = token.keys();

    expect(new Set(inToken.map(({ id }) => id))).toEqual(new Set(keys.map(({ reference }) => reference)));
    expect(inToken).toHaveLength(keys.length);
    for (const key of inToken)
      expect(key).toMatchObject({
        isSensitive: true,
        isExtractable: false,
        wasEverExtractable: false,
        canBeRead: false,
        label: expect.stringMatching(/^eyrie (ES256|RS256|PS256|EdDSA)$/),
      });
    for (const { privateJwkSealed, publicJwk } of keys) {
      expect(privateJwkSealed).toBe('');
      expect(Object.keys(JSON.parse(publicJwk) as object)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(d|p|q|dp|dq|qi)$/)]),
      );
    }
  });

  it('the admin API says where a key is', async () => {
    const admin = await AdminCaller.register(server);
    const keys = itemsOf(await admin.get('/keys'));

    expect(new Set(keys.map(({ signer }) => signer))).toEqual(new Set(['local', 'pkcs11']));
    expect(JSON.stringify(keys)).not.toContain((await row('active')).reference);
  });

  it('more signatures than there are sessions wait for one another', async () => {
    const signed = await Promise.all(Array.from({ length: 200 }, sign));
    expect(new Set(signed.map(kidOf))).toEqual(new Set([(await row('active')).kid]));
    for (const jwt of signed.slice(0, 10)) await verify(jwt);
  });

  it('a key that is withdrawn is destroyed in the token, and its successor signs', async () => {
    const [active, next] = [await row('active'), await row('next')];
    const admin = await AdminCaller.register(server);
    const { status } = await admin.post(`/keys/${active.kid}/withdraw`, {});

    expect(status).toBe(200);
    expect(idsInToken()).not.toContain(active.reference);
    expect(kidOf(await sign())).toBe(next.kid);
  });

  it('a key whose time is over leaves the token and the database', async () => {
    const { kid, reference } = await row('active');
    await rotate();
    server.clock.advance(30 * 86_400);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(idsInToken()).toContain(reference);

    server.clock.advance(180 * 86_400);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(idsInToken()).not.toContain(reference);
    expect((await rows()).map((key) => key.kid)).not.toContain(kid);
  });

  it('of two rotations at once the one that is refused leaves no key in the token', async () => {
    await rotate();
    server.clock.advance(61);
    const before = idsInToken();
    const rotations = await Promise.allSettled([
      ring().rotate(['ES256'], 'a'),
      ring().rotate(['ES256'], 'b'),
    ]);
    expect(rotations.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(new Set(idsInToken())).toEqual(new Set([...before, (await row('next')).reference]));
  });

  describe('on several replicas', () => {
    const eyrie = (...commandLine: string[]) =>
      runEyrie(commandLine, {
        DATABASE_URL: server.databaseUrl,
        EYRIE_ISSUER: server.issuer,
        EYRIE_SECRET: testSecret,
        ...token.environment,
      });

    it('a key that another process made signs here', async () => {
      const { code, stdout, stderr } = await eyrie('keys', 'rotate', '--alg', 'ES256', '--force', '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [rotated] = JSON.parse(stdout) as { kid: string }[];
      // What it published is the successor, which the next rotation takes into use.
      const { kid } = await row('next');
      server.clock.advance(61);
      await ring().rotate(['ES256'], 'test');

      expect(rotated?.kid).not.toBe(kid);
      const signed = await sign();
      expect(kidOf(signed)).toBe(kid);
      await verify(signed);
    });

    it('a key that another process withdraws is not missed here', async () => {
      const [active, next] = [await row('active'), await row('next')];
      await sign();
      expect((await eyrie('keys', 'withdraw', active.kid)).code).toBe(0);

      server.clock.advance(2);
      expect(kidOf(await sign())).toBe(next.kid);
      expect((await request(server, '/health/ready')).text).not.toContain('pkcs11');
    });

    it('`eyrie keys list` says where they are', async () => {
      const { stdout } = await eyrie('keys', 'list', '--json');
      const listed = JSON.parse(stdout) as { kid: string; signer: string }[];
      const { kid } = await row('active');
      expect(listed.find((key) => key.kid === kid)).toMatchObject({ signer: 'pkcs11' });
    });

    it('a second one in this process starts and ends, and the first goes on', async () => {
      const other = await beside(server, token.settings);
      const signers = [server.app, other, server.app, other].map((app) => app.get(JwtSigner));
      server.clock.advance(2);
      for (const jwt of await Promise.all(signers.map((one) => one.sign('ES256', 'JWT', {}))))
        await verify(jwt);
      await other.close();
      expect((await verify(await sign())).protectedHeader).toMatchObject({ alg: 'ES256' });
    });
  });
});
