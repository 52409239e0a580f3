import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { startServer, type TestServer } from '../support/server.js';
import { expectRefusal, request } from '../support/relying-party.js';
import { claimsOf, type KeyPair, keyPair, present, sign } from '../support/assertions.js';

const robot = {
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
  token_endpoint_auth_method: 'private_key_jwt',
};

describe('G1 keys of a client that signs assertions', () => {
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

  describe('with jwks_uri', () => {
    const signed = async (id: string, { privateKey, publicJwk: { kid } }: KeyPair): Promise<string> =>
      sign(claimsOf(server, id), privateKey, { alg: 'ES256', kid });

    it('keys behind a jwks_uri are fetched once, and once more for a key that is new', async () => {
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

    it('assertions with unknown key ids do not fetch the keys again and again', async () => {
      const known = await keyPair('ES256', 'known');
      host.documents.set('/quiet', { keys: [known.publicJwk] });
      const id = await register({ jwks_uri: host.url('/quiet') });
      host.requests = 0;
      for (let index = 0; index < 5; index++) {
        const unknown = await keyPair('ES256', `unknown-${index}`);
        expectRefusal(await present(server, await signed(id, unknown)), 401, 'invalid_client');
      }
      expect(host.requests).toBe(1);
    });

    it('keys that were fetched are used on while their host is unreachable, and a client whose keys were never fetched is refused', async () => {
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

    it('symmetric keys behind a jwks_uri are ignored', async () => {
      const secret = 'a shared secret that is long enough to be one';
      host.documents.set('/oct', { keys: [{ kty: 'oct', k: Buffer.from(secret).toString('base64url') }] });
      const id = await register({ jwks_uri: host.url('/oct') });
      const forged = await sign(claimsOf(server, id), new TextEncoder().encode(secret), { alg: 'HS256' });
      expectRefusal(await present(server, forged), 401, 'invalid_client');
    });

    it('no keys are fetched for a client that authenticates in another way, nor for an unknown one', async () => {
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

  const publicKey = {
    kty: 'EC',
    crv: 'P-256',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  };
  it.each<[string, Registration, string]>([
    ['no keys', {}, 'jwks or jwks_uri is required'],
    [
      'both kinds',
      { jwks: { keys: [publicKey] }, jwks_uri: 'https://keys.example.com/' },
      'cannot stand beside',
    ],
    ['a private key', { jwks: { keys: [{ ...publicKey, d: 'd' }] } }, 'public keys only'],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'k' }] } }, 'public keys only'],
    ['no list of keys', { jwks: { keys: [] } }, 'JWK Set'],
    ['http', { jwks_uri: 'http://keys.example.com/' }, 'must use https'],
    ['a private address', { jwks_uri: 'https://10.0.0.1/' }, 'private, loopback or link-local'],
    [
      'a keyed hash',
      { jwks: { keys: [publicKey] }, token_endpoint_auth_signing_alg: 'HS256' },
      'is one of RS256',
    ],
  ])('a registration for private_key_jwt with %s is refused', async (_title, registration, reason) => {
    await expect(register(registration)).rejects.toMatchObject({
      response: { message: [expect.stringContaining(reason)] },
    });
  });

  it('discovery names the methods of authentication by assertion and their algorithms', async () => {
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
