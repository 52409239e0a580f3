import { randomUUID, subtle } from 'node:crypto';
import { jest } from '@jest/globals';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import { ClientDirectory } from '../../src/clients/client-directory.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import type { Registration } from '../../src/clients/client-registration.js';
import { Database } from '../../src/persistence/database.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { contacts, startServer, type TestServer } from '../support/server.js';
import { basic, expectRefusal, post, request } from '../support/relying-party.js';
import { claimsOf, type KeyPair, keyPair, present, sign } from '../support/assertions.js';

const robot = {
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
  token_endpoint_auth_method: 'private_key_jwt',
};

const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

/** The modulus of that many bits, all of them set, in base64url. */
const modulus = (bits: number): string => Buffer.alloc(bits / 8, 0xff).toString('base64url');

const unusableKeys = [
  {
    title: 'an RSA key of 1024 bits',
    key: { kty: 'RSA', e: 'AQAB', n: modulus(1_024) },
    reason: '2048 to 4096 bits',
  },
  {
    title: 'an RSA key of 16384 bits',
    key: { kty: 'RSA', e: 'AQAB', n: modulus(16_384) },
    reason: '2048 to 4096 bits',
  },
  {
    title: 'an RSA key with an exponent of 64 bits',
    key: { kty: 'RSA', e: '__________8', n: modulus(2_048) },
    reason: 'unusual exponent',
  },
  {
    title: 'an RSA key with the exponent 1',
    key: { kty: 'RSA', e: 'AQ', n: modulus(2_048) },
    reason: 'unusual exponent',
  },
  {
    title: 'an Ed25519 key of one byte',
    key: { kty: 'OKP', crv: 'Ed25519', x: 'AA' },
    reason: 'cannot be imported',
  },
  {
    title: 'a point that is not on its curve',
    key: { ...publicKey, y: publicKey.x },
    reason: 'cannot be imported',
  },
  { title: 'a curve that nobody knows', key: { ...publicKey, crv: 'P-1' }, reason: 'cannot be imported' },
  { title: 'members that are no texts', key: { kty: 'RSA', e: 3, n: [] }, reason: 'cannot be imported' },
];

describe('G1 private_key_jwt', () => {
  let server: TestServer;
  let host: KeyHost;
  let keys: KeyPair;
  let clientId: string;

  const register = async (registration: Registration): Promise<string> =>
    (await server.register({ ...robot, client_id: `robot-${randomUUID()}`, ...registration })).clientId;
  const assertion = async (changes: JWTPayload = {}, id = clientId): Promise<string> =>
    sign(claimsOf(server, id, changes), keys.privateKey, { alg: 'ES256' });

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host });
    keys = await keyPair('ES256');
    clientId = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
    'openid-client gets a token, introspects and revokes it with an assertion signed by %s',
    async (alg) => {
      const pair = await keyPair(alg, 'key-1');
      // openid-client signs with Ed25519, the newer name of EdDSA with that curve (RFC 9864): the key names neither.
      const { alg: _alg, ...publicJwk } = pair.publicJwk;
      const id = await register({
        jwks: { keys: [publicJwk] },
        introspection_resources: [contacts.identifier],
      });
      const config = await openid.discovery(
        new URL(server.issuer),
        id,
        undefined,
        openid.PrivateKeyJwt({ key: pair.privateKey, kid: 'key-1' }),
        { execute: [openid.allowInsecureRequests] },
      );
      const { access_token } = await openid.clientCredentialsGrant(config);
      expect(await openid.tokenIntrospection(config, access_token)).toMatchObject({
        active: true,
        client_id: id,
      });
      await openid.tokenRevocation(config, access_token);
      expect(await openid.tokenIntrospection(config, access_token)).toEqual({ active: false });
    },
  );

  it('the client has no secret, and cannot be given one', async () => {
    const { secret } = await server.register({
      ...robot,
      client_id: 'secretless',
      jwks: { keys: [{ ...keys.publicJwk }] },
    });
    expect(secret).toBe('');
    await expect(server.app.get(ClientRegistration).rotateSecret('secretless', 0, 'test')).rejects.toThrow(
      'has no secret',
    );
  });

  it('client_id may repeat the client, and another one is invalid_request', async () => {
    expect((await present(server, await assertion(), { client_id: clientId })).status).toBe(200);
    expectRefusal(await present(server, await assertion(), { client_id: 'another' }), 400, 'invalid_request');
  });

  it('a replayed assertion is refused, also by the side of its first use, and at other endpoints', async () => {
    const once = await assertion();
    const answers = await Promise.all([present(server, once), present(server, once), present(server, once)]);
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200, 401, 401,
    ]);
    expectRefusal(await present(server, once), 401, 'invalid_client');
  });

  it('the jti of one client is not that of another', async () => {
    const other = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
    const jti = randomUUID();
    expect((await present(server, await assertion({ jti }))).status).toBe(200);
    expect((await present(server, await assertion({ jti }, other))).status).toBe(200);
    expectRefusal(await present(server, await assertion({ jti }, other)), 401, 'invalid_client');
  });

  const refusals: [string, (now: number) => JWTPayload][] = [
    ['an expired one', (now) => ({ exp: now - 11 })],
    ['one without exp', () => ({ exp: undefined })],
    ['one that lives for more than an hour', (now) => ({ exp: now + 3_700 })],
    ['one that is not valid yet', (now) => ({ nbf: now + 30 })],
    ['one issued in the future', (now) => ({ iat: now + 90 })],
    ['one without jti', () => ({ jti: undefined })],
    ['one with an empty jti', () => ({ jti: '' })],
    ['one whose jti is a number', () => ({ jti: 7 as unknown as string })],
    ['one without aud', () => ({ aud: undefined })],
    ['one for another server', () => ({ aud: 'https://elsewhere.example.com' })],
    ['one for the token endpoint', () => ({ aud: `${server.issuer}/token` })],
    ['one for us and a stranger', () => ({ aud: [server.issuer, 'https://elsewhere.example.com'] })],
    ['one with another subject', () => ({ sub: 'somebody' })],
    ['one without subject', () => ({ sub: undefined })],
    ['one of an unknown issuer', () => ({ iss: 'nobody', sub: 'nobody' })],
    ['one without issuer', () => ({ iss: undefined })],
  ];
  it.each(refusals)(
    '%s is refused with 401 invalid_client, and its jti stays unused',
    async (_title, changes) => {
      const jti = randomUUID();
      const answer = await present(server, await assertion({ jti, ...changes(server.clock.now()) }));
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect((await present(server, await assertion({ jti }))).status).toBe(200);
    },
  );

  it('an assertion just out of date is within the difference of clocks', async () => {
    expect((await present(server, await assertion({ exp: server.clock.now() - 5 }))).status).toBe(200);
  });

  it('an unsigned assertion (alg none) is refused', async () => {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${encode(claimsOf(server, clientId))}.`;
    expectRefusal(await present(server, unsigned), 401, 'invalid_client');
    expectRefusal(await present(server, `${unsigned}AAAA`), 401, 'invalid_client');
  });

  it('an assertion signed with somebody else’s key is refused', async () => {
    const { privateKey } = await keyPair('ES256');
    const forged = await sign(claimsOf(server, clientId), privateKey, { alg: 'ES256' });
    expectRefusal(await present(server, forged), 401, 'invalid_client');
  });

  it('an RSA public key used as an HMAC secret is refused', async () => {
    const pair = await keyPair('RS256');
    const id = await register({ jwks: { keys: [{ ...pair.publicJwk }] } });
    const guesses = [JSON.stringify(pair.publicJwk), pair.publicJwk.n ?? ''];
    for (const guess of guesses) {
      const forged = await sign(claimsOf(server, id), new TextEncoder().encode(guess), { alg: 'HS256' });
      expectRefusal(await present(server, forged), 401, 'invalid_client');
    }
  });

  it('another algorithm than the registered one is refused', async () => {
    const pair = await keyPair('RS256');
    const { alg: _alg, ...publicJwk } = pair.publicJwk;
    const id = await register({ jwks: { keys: [publicJwk] }, token_endpoint_auth_signing_alg: 'PS256' });
    expectRefusal(
      await present(server, await sign(claimsOf(server, id), pair.privateKey, { alg: 'RS256' })),
      401,
      'invalid_client',
    );
  });

  it.each(['assertion', 'a.b.c', '..', 'e30.e30.', '{}'])(
    '%s, which is no JWT of a client, is refused',
    async (text) => {
      expectRefusal(await present(server, text), 401, 'invalid_client');
    },
  );

  it('an assertion of an unknown type is refused, and one without its type is invalid_request', async () => {
    const text = await assertion();
    const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer';
    expectRefusal(await present(server, text, { client_assertion_type: saml }), 401, 'invalid_client');
    expectRefusal(await present(server, text, { client_assertion_type: undefined }), 400, 'invalid_request');
    expectRefusal(await present(server, text, { client_assertion: undefined }), 400, 'invalid_request');
    expectRefusal(await present(server, text, { client_assertion: [text, text] }), 400, 'invalid_request');
  });

  it('an assertion beside a secret is invalid_request', async () => {
    expectRefusal(await present(server, await assertion(), { client_secret: 'x' }), 400, 'invalid_request');
  });

  it('a secret or a bare client_id does not authenticate the client', async () => {
    const { clientId: withSecret, secret } = await server.register({
      ...robot,
      token_endpoint_auth_method: 'client_secret_basic',
    });
    expect(basic(withSecret, secret)).toMatch(/^Basic /);
    const bare = { client_assertion: undefined, client_assertion_type: undefined };
    expectRefusal(await present(server, '', { ...bare, client_id: clientId }), 401, 'invalid_client');
    expectRefusal(
      await present(server, '', { ...bare, client_id: clientId, client_secret: secret }),
      401,
      'invalid_client',
    );
  });

  it.each(['client_secret_basic', 'client_secret_post', 'none'])(
    'a client registered for %s cannot use an assertion, whatever keys it has',
    async (method) => {
      const other = {
        grant_types: ['authorization_code'],
        redirect_uris: ['https://writer.example.com/callback'],
        token_endpoint_auth_method: method,
        jwks: { keys: [{ ...keys.publicJwk }] },
      };
      const id = await register(other);
      expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
    },
  );

  it('a disabled client is refused', async () => {
    const id = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
    await server.app.get(ClientRegistration).setDisabled(id, true, 'test');
    expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
  });

  it('a client that is allowed to may name the endpoints as audience, and the issuer still', async () => {
    const id = await register({ jwks: { keys: [{ ...keys.publicJwk }] }, assertion_audience: 'endpoint' });
    const audiences = [server.issuer, `${server.issuer}/token`, [server.issuer, `${server.issuer}/token`]];
    for (const aud of audiences)
      expect((await present(server, await assertion({ aud }, id))).status).toBe(200);
    const elsewhere = await assertion({ aud: `${server.issuer}/userinfo` }, id);
    expectRefusal(await present(server, elsewhere), 401, 'invalid_client');
  });

  it('of several keys without kid the one that signed is found', async () => {
    const pairs = await Promise.all([keyPair('ES256'), keyPair('ES256')]);
    const id = await register({ jwks: { keys: pairs.map(({ publicJwk }) => ({ ...publicJwk })) } });
    for (const { privateKey } of pairs)
      expect(
        (await present(server, await sign(claimsOf(server, id), privateKey, { alg: 'ES256' }))).status,
      ).toBe(200);
    expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
  });

  it('of five keys without kid four are tried, and by its kid the fifth is found', async () => {
    const pairs = await Promise.all([1, 2, 3, 4, 5].map((number) => keyPair('ES256', `${number}`)));
    const id = await register({ jwks: { keys: pairs.map(({ publicJwk }) => ({ ...publicJwk })) } });
    const signed = (pair: KeyPair | undefined, kid?: string): Promise<string> =>
      sign(claimsOf(server, id), pair!.privateKey, { alg: 'ES256', ...(kid && { kid }) });
    expect((await present(server, await signed(pairs[3]))).status).toBe(200);
    expectRefusal(await present(server, await signed(pairs[4])), 401, 'invalid_client');
    expect((await present(server, await signed(pairs[4], '5'))).status).toBe(200);
  });

  describe('with keys that cannot be used', () => {
    const alg = 'EdDSA';
    const broken = [
      ['cannot be imported', { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
      ['forbids its import', { key_ops: 'verify' }],
    ] as const;
    /** A client with such a key, fetched or stored before there was this check, and what signs for it. */
    const clientsWith = async (changes: object): Promise<{ ids: string[]; pair: KeyPair }> => {
      const pair = await keyPair(alg, 'broken');
      const jwks = { keys: [{ ...pair.publicJwk, ...changes }] };
      const path = `/broken-${randomUUID()}`;
      host.documents.set(path, jwks);
      const members = { redirect_uris: ['https://robot.example.com/'], grant_types: ['authorization_code'] };
      const fetched = await register({ ...members, jwks_uri: host.url(path) });
      const stored = await register({ ...members, jwks: { keys: [publicKey] } });
      await server.app.get(Database).write((tx) => server.app.get(ClientsStore).update(tx, stored, { jwks }));
      server.app.get(ClientDirectory).forget(stored);
      return { ids: [fetched, stored], pair };
    };
    const endpoints = ['/token', '/par', '/introspect', '/revoke', '/device_authorization'];

    it.each(broken)('an assertion by a key that %s is refused at every endpoint', async (_title, changes) => {
      const { ids, pair } = await clientsWith(changes);
      for (const id of ids)
        for (const path of endpoints) {
          const client_assertion = await sign(claimsOf(server, id), pair.privateKey, { alg, kid: 'broken' });
          const answer = await post(server, path, {
            client_assertion_type: jwtBearerAssertion,
            client_assertion,
          });
          expectRefusal(answer, 401, 'invalid_client');
        }
    });

    it.each(broken)('a request object by a key that %s is refused', async (_title, changes) => {
      const { ids, pair } = await clientsWith(changes);
      for (const id of ids) {
        const object = await sign({ iss: id }, pair.privateKey, { alg, kid: 'broken' });
        const answer = await request(server, `/authorize?client_id=${id}&request=${object}`);
        expect(answer.status).toBeLessThan(500);
      }
    });

    it('an RSA key that was stored before it had to be of 4096 bits at most is not tried', async () => {
      const { ids } = await clientsWith({ kty: 'RSA', n: modulus(16_384), e: '__________8', alg: 'RS256' });
      const [header, claims] = [{ alg: 'RS256' }, claimsOf(server, ids[1] ?? '')].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const verified = jest.spyOn(subtle, 'verify');
      expectRefusal(await present(server, `${header}.${claims}.${modulus(16_384)}`), 401, 'invalid_client');
      expect(verified).not.toHaveBeenCalled();
      verified.mockRestore();
    });
  });

  describe('with jwks_uri', () => {
    const signed = async (id: string, { privateKey, publicJwk: { kid } }: KeyPair): Promise<string> =>
      sign(claimsOf(server, id), privateKey, { alg: 'ES256', kid });

    it('keys are fetched once, and once more for a key that is new', async () => {
      const [first, second] = [await keyPair('ES256', 'first'), await keyPair('ES256', 'second')];
      host.documents.set('/rotating', { keys: [first.publicJwk] });
      const id = await register({ jwks_uri: host.url('/rotating') });
      host.requests = 0;
      const answers = await Promise.all([1, 2, 3].map(async () => present(server, await signed(id, first))));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(host.requests).toBe(1);

      host.documents.set('/rotating', { keys: [first.publicJwk, second.publicJwk] });
      server.clock.advance(20);
      expect((await present(server, await signed(id, second))).status).toBe(200);
      expect(host.requests).toBe(2);
    });

    it('unknown key ids do not make us ask again and again', async () => {
      const known = await keyPair('ES256', 'known');
      host.documents.set('/quiet', { keys: [known.publicJwk] });
      const id = await register({ jwks_uri: host.url('/quiet') });
      host.requests = 0;
      for (let index = 0; index < 5; index++) {
        const stranger = await keyPair('ES256', `stranger-${index}`);
        expectRefusal(await present(server, await signed(id, stranger)), 401, 'invalid_client');
      }
      expect(host.requests).toBe(1);
    });

    it('keys that were fetched serve on while their host is away; a client whose keys never came is refused', async () => {
      const pair = await keyPair('ES256', 'kept');
      host.documents.set('/flaky', { keys: [pair.publicJwk] });
      const id = await register({ jwks_uri: host.url('/flaky') });
      expect((await present(server, await signed(id, pair))).status).toBe(200);
      host.documents.delete('/flaky');
      server.clock.advance(700);
      expect((await present(server, await signed(id, pair))).status).toBe(200);
      server.clock.advance(86_400);
      expectRefusal(await present(server, await signed(id, pair)), 401, 'invalid_client');
      const missing = await register({ jwks_uri: host.url('/missing') });
      expectRefusal(await present(server, await signed(missing, pair)), 401, 'invalid_client');
    });

    it('symmetric keys in the document are ignored', async () => {
      const secret = 'a shared secret that is long enough to be one';
      host.documents.set('/oct', { keys: [{ kty: 'oct', k: Buffer.from(secret).toString('base64url') }] });
      const id = await register({ jwks_uri: host.url('/oct') });
      const forged = await sign(claimsOf(server, id), new TextEncoder().encode(secret), { alg: 'HS256' });
      expectRefusal(await present(server, forged), 401, 'invalid_client');
    });

    it('nothing is fetched for a client that authenticates in another way, or by an unknown name', async () => {
      host.requests = 0;
      const id = await register({
        jwks_uri: host.url('/unused'),
        token_endpoint_auth_method: 'client_secret_post',
      });
      expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
      expectRefusal(await present(server, await assertion({}, 'nobody')), 401, 'invalid_client');
      expect(host.requests).toBe(0);
    });
  });

  it.each<[string, Registration, string]>([
    ['no keys', {}, 'jwks or jwks_uri is required'],
    [
      'both kinds',
      { jwks: { keys: [publicKey] }, jwks_uri: 'https://keys.example.com/' },
      'cannot stand beside',
    ],
    ['a private key', { jwks: { keys: [{ ...publicKey, d: 'd' }] } }, 'public keys only'],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'k' }] } }, 'public keys only'],
    ...unusableKeys.map<[string, Registration, string]>(({ title, key, reason }) => [
      title,
      { jwks: { keys: [publicKey, key] } },
      reason,
    ]),
    ['no list of keys', { jwks: { keys: [] } }, 'JWK Set'],
    ['http', { jwks_uri: 'http://keys.example.com/' }, 'must use https'],
    ['a private address', { jwks_uri: 'https://10.0.0.1/' }, 'private, loopback or link-local'],
    [
      'a keyed hash',
      { jwks: { keys: [publicKey] }, token_endpoint_auth_signing_alg: 'HS256' },
      'is one of RS256',
    ],
  ])('a registration with %s is refused', async (_title, registration, reason) => {
    await expect(register(registration)).rejects.toMatchObject({
      response: { message: [expect.stringContaining(reason)] },
    });
  });

  it('discovery names the methods and their algorithms', async () => {
    const { body: metadata } = await request(server, '/.well-known/openid-configuration');
    for (const endpoint of ['token', 'introspection', 'revocation']) {
      expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toEqual(
        expect.arrayContaining(['private_key_jwt', 'client_secret_jwt']),
      );
      const algorithms = metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
      expect(algorithms).toEqual(expect.arrayContaining(['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']));
      expect(algorithms).not.toContain('none');
    }
  });
});
