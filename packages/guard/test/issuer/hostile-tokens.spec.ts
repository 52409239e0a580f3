import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { forged, hmacForged, part } from '../support/forge.js';
import {
  ALGORITHM,
  EXTENSION,
  flipped,
  type Forgery,
  header,
  HostileGround,
  NO_KEY,
  swapped,
  UNSPECIFIC,
} from '../support/hostile-ground.js';

const HOSTILE: [title: string, description: string, forgery: Forgery][] = [
  // Algorithms
  ['alg none, no signature', ALGORITHM, (g) => `${part({ ...g.header, alg: 'none' })}.${part(g.claims)}.`],
  [
    'alg NoNe, spelt to slip through',
    ALGORITHM,
    (g) => `${part({ ...g.header, alg: 'NoNe' })}.${part(g.claims)}.`,
  ],
  ['alg none over a good signature', ALGORITHM, header(() => ({ alg: 'none' }))],
  ['no alg', UNSPECIFIC, header(() => ({ alg: undefined }))],
  ['alg as a number', UNSPECIFIC, header(() => ({ alg: 256 }))],
  ['alg as a list', UNSPECIFIC, header(() => ({ alg: ['ES256'] }))],
  ['alg __proto__', ALGORITHM, header(() => ({ alg: '__proto__' }))],
  ['alg ES256K', ALGORITHM, header(() => ({ alg: 'ES256K' }))],
  ['alg RS256 with the identifier of an EC key', NO_KEY, header(() => ({ alg: 'RS256' }))],
  [
    'HS256 under the public key as PEM',
    ALGORITHM,
    ({ issuer, header: known, claims }) => {
      const pem = createPublicKey({ key: { ...issuer.key.publicJwk }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      });
      return hmacForged({ ...known, alg: 'HS256' }, claims, pem);
    },
  ],
  [
    'HS256 under the public key as JSON',
    ALGORITHM,
    (g) => hmacForged({ ...g.header, alg: 'HS256' }, g.claims, JSON.stringify(g.issuer.key.publicJwk)),
  ],
  ['HS256 under an empty secret', ALGORITHM, (g) => hmacForged({ ...g.header, alg: 'HS256' }, g.claims, '')],
  // Keys
  ['a kid that nobody publishes', NO_KEY, ({ issuer, foreign }) => issuer.mint({}, {}, foreign)],
  [
    'a foreign key under the kid of the issuer',
    UNSPECIFIC,
    (g) => g.issuer.mint({}, { kid: g.header['kid'] as string }, g.foreign),
  ],
  ['a kid that climbs the file system', NO_KEY, header(() => ({ kid: '../../../../dev/null' }))],
  ['a kid that is an injection', NO_KEY, header(() => ({ kid: "x' UNION SELECT 'secret" }))],
  ['a kid that is an object', NO_KEY, header(() => ({ kid: { $ne: '' } }))],
  ['a kid that is __proto__', NO_KEY, header(() => ({ kid: '__proto__' }))],
  ['an empty kid', NO_KEY, header(() => ({ kid: '' }))],
  [
    'its own key in jwk',
    UNSPECIFIC,
    ({ issuer, foreign, header: known }) =>
      issuer.mint({}, { kid: known['kid'] as string, jwk: foreign.publicJwk }, foreign),
  ],
  [
    'its own key in jwk, under its own kid',
    NO_KEY,
    ({ issuer, foreign }) => issuer.mint({}, { jwk: foreign.publicJwk }, foreign),
  ],
  [
    'its own key set in jku',
    NO_KEY,
    ({ issuer, foreign }) => issuer.mint({}, { jku: `${issuer.url}/attacker-jwks` }, foreign),
  ],
  [
    'its own certificate in x5u',
    NO_KEY,
    ({ issuer, foreign }) => issuer.mint({}, { x5u: `${issuer.url}/attacker-cert` }, foreign),
  ],
  [
    'its own certificate in x5c',
    NO_KEY,
    ({ issuer, foreign }) => issuer.mint({}, { x5c: ['MIIB'] }, foreign),
  ],
  // Extensions
  ['an unknown critical extension', EXTENSION, header(() => ({ crit: ['exp'], exp: 1 }))],
  ['a known but needless critical extension', EXTENSION, header(() => ({ crit: ['b64'], b64: true }))],
  ['an unencoded payload', EXTENSION, header(() => ({ crit: ['b64'], b64: false }))],
  ['an empty crit', EXTENSION, header(() => ({ crit: [] }))],
  // Shape
  ['a signature changed in one letter', UNSPECIFIC, async ({ issuer }) => flipped(await issuer.mint())],
  ['no signature', UNSPECIFIC, async ({ issuer }) => (await issuer.mint()).replace(/[^.]+$/, '')],
  [
    'the payload of another token',
    UNSPECIFIC,
    async ({ issuer }) => swapped(await issuer.mint(), await issuer.mint({ sub: 'admin' })),
  ],
  ['two parts', UNSPECIFIC, async ({ issuer }) => (await issuer.mint()).split('.').slice(0, 2).join('.')],
  ['four parts', UNSPECIFIC, async ({ issuer }) => `${await issuer.mint()}.${part({})}`],
  [
    'five parts, as an encrypted JWT',
    UNSPECIFIC,
    () => `${part({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`,
  ],
  [
    'a JWT within a JWT',
    UNSPECIFIC,
    async (g) => forged({ ...g.header, typ: 'JWT', cty: 'JWT' }, await g.issuer.mint(), g.issuer.key),
  ],
  ['a header that is no JSON', UNSPECIFIC, (g) => `${part('{"alg":')}.${part(g.claims)}.AAAA`],
  ['a header that is a list', UNSPECIFIC, (g) => `${part([g.header])}.${part(g.claims)}.AAAA`],
  ['a payload that is a list', UNSPECIFIC, (g) => forged(g.header, [g.claims], g.issuer.key)],
  ['a payload that is null', UNSPECIFIC, (g) => forged(g.header, 'null', g.issuer.key)],
  [
    'a payload that is no UTF-8',
    UNSPECIFIC,
    (g) =>
      forged(g.header, 'x', g.issuer.key).then((t) =>
        swapped(t, `a.${Buffer.from([0xff, 0xfe]).toString('base64url')}.c`),
      ),
  ],
  [
    'a payload of lists nested thousands deep',
    UNSPECIFIC,
    (g) => forged(g.header, `${'['.repeat(5000)}${']'.repeat(5000)}`, g.issuer.key),
  ],
  ['an opaque token, without introspection', UNSPECIFIC, () => 'c2VjcmV0'],
  ['only dots', UNSPECIFIC, () => '..'],
];

describe('a token with a hostile signature, key or shape', () => {
  const hostile = new HostileGround();
  beforeAll(() => hostile.start());
  afterAll(() => hostile.stop());

  it.each(HOSTILE)('a token with %s gets 401: %s', async (_title, description, forgery) => {
    await hostile.expectRefused(description, forgery);
  });

  it('no hostile token made the guard fetch what it names, or fetch the keys more than once', () => {
    hostile.expectNothingFetched();
  });
});
