import { JwtSigner } from '../../src/keys/jwt-signer.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import { KeyWithdrawal } from '../../src/keys/key-withdrawal.js';
import { CryptokiModule } from '../../src/keys/signers/pkcs11/cryptoki-module.js';
import { SigningKeysStore } from '../../src/persistence/stores/signing-keys.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { beside } from '../support/beside.js';
import { expectRefusal, RelyingParty, request } from '../support/relying-party.js';
import { eyrie } from '../support/programs.js';
import { alice, startServer, testSecret, type TestServer } from '../support/server.js';
import { softHsm, TestToken } from '../support/token.js';

/** Calls of the library that the service has no use for. */
interface FurtherCalls {
  C_GetSlotList(withToken: boolean): Buffer[];
  C_CloseAllSessions(slot: Buffer): void;
}

(softHsm ? describe : describe.skip)('A PKCS#11 token', () => {
  let token: TestToken;
  let server: TestServer;
  let client: RelyingParty;
  let robot: RelyingParty;

  beforeAll(async () => {
    token = new TestToken();
    server = await startServer({ ...token.settings, EYRIE_LOG_LEVEL: 'silent' });
    await server.createUser(alice);
    client = await RelyingParty.register(server);
    robot = await RelyingParty.register(server, { grant_types: ['client_credentials'], redirect_uris: [] });
    await rotate();
    await rotate();
  });
  afterAll(async () => {
    await server.stop();
    token.remove();
  });
  // A key that is missing right after a login is not looked for again.
  beforeEach(() => server.clock.advance(11));

  const rotate = (app = server.app): Promise<string[]> =>
    app.get(KeyRing).rotate(app.get(KeyRing).algorithms, 'test', { force: true });
  const robotToken = () => robot.token({ grant_type: 'client_credentials', scope: 'contacts.read' });
  const ready = async () => (await request(server, '/health/ready')).body as Record<string, unknown>;
  const active = async () =>
    (await server.app.get(SigningKeysStore).kept(server.clock.now())).find(
      ({ alg, state }) => alg === 'ES256' && state === 'active',
    )!;

  it('that is away makes the token endpoint answer 503 with Retry-After, without using up the code, and serves again when it is back', async () => {
    const authorized = await client.authorize();
    const { refresh_token } = await client.tokens();
    token.takeAway();

    for (const answer of [await client.redeem(authorized), await client.refresh(refresh_token)]) {
      expectRefusal(answer, 503, 'temporarily_unavailable');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.text).not.toMatch(/CKR|token "|pkcs11/i);
    }
    expect(await ready()).toMatchObject({ status: 'ok', info: { signer: { pkcs11: expect.any(String) } } });
    expect((await request(server, '/jwks')).status).toBe(200);
    expect((await request(server, '/.well-known/openid-configuration')).body).toMatchObject({
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    });

    token.bringBack();
    server.clock.advance(2);
    expect((await client.redeem(authorized)).status).toBe(200);
    expect((await client.refresh(refresh_token)).status).toBe(200);
    expect(JSON.stringify(await ready())).not.toContain('pkcs11');
  });

  it('that is away is asked once in a second, however many requests there are', async () => {
    token.takeAway();
    const answers = await Promise.all(Array.from({ length: 30 }, robotToken));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    token.bringBack();
    expect((await robotToken()).status).toBe(503);
    server.clock.advance(2);
    expect((await robotToken()).status).toBe(200);
  });

  it('whose retired key is withdrawn while it is away loses the key when it is back; an active one stays', async () => {
    const retired = await active();
    await rotate();
    const { kid } = await active();
    token.takeAway();

    const withdrawal = server.app.get(KeyWithdrawal);
    await expect(withdrawal.withdraw(kid, 'test')).rejects.toMatchObject({ status: 503 });
    await withdrawal.withdraw(retired.kid, 'test');
    const published = (await request(server, '/jwks')).text;
    expect([published.includes(retired.kid), published.includes(kid)]).toEqual([false, true]);
    server.clock.advance(2);
    await server.app.get(Sweeper).sweep(server.clock.now());

    token.bringBack();
    expect(token.keys().map(({ id }) => id)).toContain(retired.reference);
    server.clock.advance(2);
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(token.keys().map(({ id }) => id)).not.toContain(retired.reference);
  });

  it('whose sessions end is logged in to again', async () => {
    const library = CryptokiModule.use(softHsm ?? '');
    await library.run(async (cryptoki) => {
      const calls = cryptoki as unknown as FurtherCalls;
      for (const slot of calls.C_GetSlotList(true)) calls.C_CloseAllSessions(slot);
    });
    expect((await robotToken()).status).toBe(200);

    server.clock.advance(2);
    await library.restart();
    const answers = await Promise.all(Array.from({ length: 30 }, robotToken));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await library.release();
  });

  it('that has lost the active key is named by the health probe, and a rotation is the cure', async () => {
    const { kid, reference } = await active();
    token.destroy(reference ?? '');

    expectRefusal(await robotToken(), 503, 'temporarily_unavailable');
    expect(await ready()).toMatchObject({
      info: { signer: { pkcs11: `the token has no private key with the id ${reference}` } },
    });

    const { stdout } = await eyrie(['doctor', '--json'], {
      DATABASE_URL: server.databaseUrl,
      EYRIE_ISSUER: server.issuer,
      EYRIE_SECRET: testSecret,
      ...token.environment,
    });
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ check: 'signer', severity: 'error', about: `key ${kid}` }),
    );

    await rotate();
    expect((await robotToken()).status).toBe(200);
    expect(JSON.stringify(await ready())).not.toContain('pkcs11');
  });

  it('that is gone for good is left by two rotations with local keys', async () => {
    const local = await beside(server);
    const sign = () => local.get(JwtSigner).sign('ES256', 'JWT', {});
    await expect(sign()).rejects.toMatchObject({
      status: 503,
      detail: 'the key is in a PKCS#11 token, but EYRIE_PKCS11_MODULE is not set',
    });

    await rotate(local);
    await rotate(local);
    await expect(sign()).resolves.toEqual(expect.any(String));
    await local.close();
  });
});

(softHsm ? describe : describe.skip)('A PKCS#11 token whose PIN was changed', () => {
  it('is not tried with the old one again, which could lock it, whatever fails afterwards', async () => {
    const token = new TestToken();
    const server = await startServer({ ...token.settings, EYRIE_LOG_LEVEL: 'silent' });
    try {
      const ring = server.app.get(KeyRing);
      for (const _ of [1, 2]) await ring.rotate(ring.algorithms, 'test', { force: true });
      const sign = () =>
        server.app
          .get(JwtSigner)
          .sign('ES256', 'JWT', {})
          .then(
            () => undefined,
            (error: { detail?: string }) => error.detail,
          );
      expect(await sign()).toBeUndefined();
      const { EYRIE_PKCS11_PIN: pin } = token.settings;
      token.changePin(pin, 'another-pin');
      const library = CryptokiModule.use(softHsm ?? '');
      await library.run(async (cryptoki) => {
        const calls = cryptoki as unknown as FurtherCalls;
        for (const slot of calls.C_GetSlotList(true)) calls.C_CloseAllSessions(slot);
      });
      expect(await sign()).toMatch(/PIN_INCORRECT/);
      // With the right one again, it would serve if it were asked.
      token.changePin('another-pin', pin);
      server.clock.advance(2);
      expect(await sign()).toMatch(/PIN_INCORRECT/);
      await library.release();
    } finally {
      await server.stop();
      token.remove();
    }
  });
});

(softHsm ? describe : describe.skip)('A PKCS#11 token without EdDSA', () => {
  let token: TestToken;
  let server: TestServer;
  beforeAll(async () => {
    // SoftHSM 2.6.1 overlooks the first name.
    token = new TestToken('slots.mechanisms = -CKM_MD5,CKM_EDDSA');
    server = await startServer(token.settings);
  });
  afterAll(async () => {
    await server.stop();
    token.remove();
  });

  it('leaves it out of discovery, and a client that asks for it is refused', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).toMatchObject({ id_token_signing_alg_values_supported: ['RS256', 'ES256', 'PS256'] });
    await expect(
      RelyingParty.register(server, { id_token_signed_response_alg: 'EdDSA' }),
    ).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('id_token_signed_response_alg'),
    });
  });
});

(softHsm ? describe : describe.skip)('A start with keys in a PKCS#11 token is refused in one line', () => {
  let token: TestToken;
  beforeAll(() => {
    // SoftHSM 2.6.1 overlooks the first name.
    token = new TestToken('slots.mechanisms = -CKM_MD5,CKM_ECDSA');
  });
  afterAll(() => token.remove());

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'if the library is not there',
      { EYRIE_PKCS11_MODULE: '/nowhere.so' },
      /^EYRIE_PKCS11_MODULE is "\/nowhere\.so"/,
    ],
    [
      'if it is no PKCS#11 library',
      { EYRIE_PKCS11_MODULE: '/etc/hostname' },
      /^EYRIE_PKCS11_MODULE is "\/etc\/hostname"/,
    ],
    [
      'if there is no such token, with those that there are',
      { EYRIE_PKCS11_TOKEN: 'other' },
      /^EYRIE_PKCS11_TOKEN is "other", but .*the library knows "eyrie" in slot:\d+/,
    ],
    ['if the slot is empty', { EYRIE_PKCS11_TOKEN: 'slot:99' }, /^EYRIE_PKCS11_TOKEN is "slot:99"/],
    [
      'if the PIN is wrong',
      { EYRIE_PKCS11_PIN: 'hunter2' },
      /^EYRIE_PKCS11_PIN is refused by the token "eyrie"/,
    ],
    [
      'if the token cannot sign as it has to',
      {},
      /^EYRIE_PKCS11_TOKEN is "eyrie", which has no mechanism for ES256/,
    ],
  ])('%s', async (_title, environment, message) => {
    const problem = await startServer({
      ...token.settings,
      EYRIE_LOG_LEVEL: 'silent',
      ...environment,
    }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(problem).toMatchObject({ name: 'SettingError', message: expect.stringMatching(message) });
    expect(problem?.message).not.toMatch(/hunter2|\n/);
  });
});
