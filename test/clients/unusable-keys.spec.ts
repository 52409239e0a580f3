import { randomUUID, subtle } from 'node:crypto';
import { jest } from '@jest/globals';
import { ClientDirectory } from '../../src/clients/client-directory.js';
import type { Registration } from '../../src/clients/client-registration.js';
import { Database } from '../../src/persistence/database.js';
import { Client } from '../../src/persistence/entities/client.entity.js';
import { jwtBearerAssertion } from '../../src/protocol/client-assertion.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { startServer, type TestServer } from '../support/server.js';
import { expectRefusal, post, request } from '../support/relying-party.js';
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

describe('O2 keys of clients', () => {
  let server: TestServer;
  let host: KeyHost;

  const register = async (registration: Registration): Promise<string> =>
    (await server.register({ ...robot, client_id: `robot-${randomUUID()}`, ...registration })).clientId;

  beforeAll(async () => {
    host = await startKeyHost();
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host });
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });

  it.each(unusableKeys)('$title: a registration with it is refused', async ({ key, reason }) => {
    await expect(register({ jwks: { keys: [publicKey, key] } })).rejects.toMatchObject({
      response: { message: [expect.stringContaining(reason)] },
    });
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
      await server.app.get(Database).write((tx) => tx.update(Client, { clientId: stored }, { jwks }));
      server.app.get(ClientDirectory).forget(stored);
      return { ids: [fetched, stored], pair };
    };
    const endpoints = ['/token', '/par', '/introspect', '/revoke', '/device_authorization', '/bc-authorize'];

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
});
