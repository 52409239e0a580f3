import { exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readProof } from '@eyrie/guard';
import type { ContactsApp } from '../support/contacts-app.js';
import { DpopKey } from '../support/dpop-key.js';
import { forged, hmacForged, part } from '../support/forge.js';
import { ALGS, claims, DpopIssuer, type Ground, header, type Proof, send } from '../support/dpop-issuer.js';

const dpop = new DpopIssuer();
beforeAll(() => dpop.start());
afterAll(() => dpop.stop());

const payloadOf = ({ request }: Ground) => ({ jti: 'x', htm: 'GET', htu: request.url, iat: request.now });

describe('a hostile DPoP proof', () => {
  let service: ContactsApp;

  beforeAll(async () => {
    service = await dpop.startService();
  });

  afterAll(() => service.app.close());

  const HOSTILE: [title: string, proof: Proof][] = [
    ['an empty proof', () => ''],
    ['a proof that is no JWT', () => 'proof'],
    [
      'an unsigned proof',
      (g) => `${part({ typ: 'dpop+jwt', alg: 'none', jwk: g.key.publicJwk })}.${part(payloadOf(g))}.`,
    ],
    [
      'an HMAC under the public key',
      (g) =>
        hmacForged(
          { typ: 'dpop+jwt', alg: 'HS256', jwk: g.key.publicJwk },
          payloadOf(g),
          JSON.stringify(g.key.publicJwk),
        ),
    ],
    [
      'an HMAC key of its own',
      (g) =>
        hmacForged(
          { typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
          payloadOf(g),
          'secret',
        ),
    ],
    ['a signature by another key', (g) => g.other.prove(g.request, {}, { jwk: g.key.publicJwk })],
    [
      'a changed payload',
      async (g) => {
        const [head, , signature] = (await g.key.prove(g.request)).split('.');
        return `${head}.${part({ ...payloadOf(g), htm: 'POST' })}.${signature}`;
      },
    ],
    [
      'its private key in the header',
      async (g) => g.key.prove(g.request, {}, { jwk: await exportJWK(g.key.privateKey) }),
    ],
    ['no key', header(() => ({ jwk: undefined }))],
    ['a key that is a text', header(() => ({ jwk: 'key' }))],
    ['a key for encryption', header((g) => ({ jwk: { ...g.key.publicJwk, use: 'enc' } }))],
    ['a key off its curve', header((g) => ({ jwk: { ...g.key.publicJwk, x: 'AAAA' } }))],
    [
      'an extension',
      (g) =>
        forged({ typ: 'dpop+jwt', alg: 'ES256', jwk: g.key.publicJwk, crit: ['x'], x: 1 }, payloadOf(g), {
          kid: '',
          alg: 'ES256',
          privateKey: g.key.privateKey,
          publicJwk: g.key.publicJwk,
        }),
    ],
    ['typ JWT', header(() => ({ typ: 'JWT' }))],
    ['typ of an access token', header(() => ({ typ: 'at+jwt' }))],
    ['no typ', header(() => ({ typ: undefined }))],
    ['no jti', claims(() => ({ jti: undefined }))],
    ['an empty jti', claims(() => ({ jti: '' }))],
    ['a jti that is a number', claims(() => ({ jti: 1 }))],
    ['a jti of a kilobyte', claims(() => ({ jti: 'x'.repeat(1024) }))],
    ['no htm', claims(() => ({ htm: undefined }))],
    ['another method', claims(() => ({ htm: 'POST' }))],
    ['the method in small letters', claims(() => ({ htm: 'get' }))],
    ['the method in a list', claims(() => ({ htm: ['GET'] }))],
    ['no htu', claims(() => ({ htu: undefined }))],
    ['the address that the caller names in its Host header', claims(({ address }) => ({ htu: address }))],
    ['another path', claims(({ url }) => ({ htu: `${url}/any` }))],
    ['the path with a slash', claims(({ url }) => ({ htu: `${url}/` }))],
    ['the path in capitals', claims(({ url }) => ({ htu: url.replace(/contacts$/, 'CONTACTS') }))],
    ['another scheme', claims(({ url }) => ({ htu: url.replace('https:', 'http:') }))],
    ['another host', claims(() => ({ htu: 'https://contacts.example.org/contacts' }))],
    ['another port', claims(({ url }) => ({ htu: url.replace('.com', '.com:1') }))],
    ['a backslash for a slash', claims(({ url }) => ({ htu: url.replace(/\/contacts$/, '\\contacts') }))],
    ['white space after the address', claims(({ url }) => ({ htu: `${url} ` }))],
    ['a user in the address', claims(({ url }) => ({ htu: url.replace('://', '://alice@') }))],
    ['a path alone', claims(() => ({ htu: '/contacts' }))],
    ['an address that is no text', claims(({ url }) => ({ htu: [url] }))],
    ['no iat', claims(() => ({ iat: undefined }))],
    ['an old proof', claims(({ now }) => ({ iat: now - 66 }))],
    ['a proof from the future', claims(({ now }) => ({ iat: now + 60 }))],
    ['iat as a text', claims(({ now }) => ({ iat: String(now) }))],
    ['iat beyond all numbers', claims(() => ({ iat: 1e300 }))],
    ['exp in the past', claims(({ now }) => ({ exp: now - 1 }))],
    ['no ath', claims(() => ({ ath: undefined }))],
    ['the hash of another token', claims(() => ({ ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' }))],
    ['the token itself as ath', claims(({ token }) => ({ ath: token }))],
    ['a nonce that is no text', claims(() => ({ nonce: 1 }))],
    ['twenty kilobytes', claims(() => ({ more: 'x'.repeat(9000) }))],
    [
      'two proofs in one header',
      async (g) => `${await g.key.prove(g.request)}, ${await g.key.prove(g.request)}`,
    ],
  ];

  it.each(HOSTILE)('a DPoP proof with %s gets 401 invalid_dpop_proof', async (_title, proof) => {
    const g = await dpop.ground(service);
    const answer = await send(g.address, g.token, await proof(g));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_dpop_proof' } });
    expect(answer.challenge).toMatch(
      new RegExp(
        `^DPoP realm="contacts", error="invalid_dpop_proof", error_description="[^"]+", algs="${ALGS}"$`,
      ),
    );
  });

  it.each([
    ['exponent', 'a long exponent', (n: string) => ({ e: n })],
    ['modulus', 'a longer one', (n: string) => ({ n: n.repeat(3) })],
  ])(
    'a DPoP proof is not verified by an RSA key whose %s would make that slow',
    async (_member, received, changes) => {
      const g = await dpop.ground(service);
      const { publicJwk } = await DpopKey.generate('RS256');
      const jwk = { ...publicJwk, ...changes(String(publicJwk.n)) };
      const proof = `${part({ typ: 'dpop+jwt', alg: 'RS256', jwk })}.${part(payloadOf(g))}.AAAA`;
      const target = { method: 'GET', uris: [g.url] };
      const rules = { algorithms: ['RS256'], maxAge: 60, clockTolerance: 5 };
      await expect(readProof(proof, target, rules, g.now)).rejects.toMatchObject({
        finding: { check: 'DPoP proof jwk', received },
      });
    },
  );
});
