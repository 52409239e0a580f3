import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';
import { forged, hmacForged, part } from '../support/forge.js';
import { AUDIENCE, LocalIssuer, type SigningKey, signingKey } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';

interface Ground {
  issuer: LocalIssuer;
  /** A key that the issuer does not publish. */
  foreign: SigningKey;
  rsa: SigningKey;
  now: number;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

type Forgery = (ground: Ground) => string | Promise<string>;

const UNSPECIFIC = 'The access token is not valid';
const ALGORITHM = 'The algorithm of the access token is not accepted';
const NO_KEY = 'The access token is not signed with a key of the issuer';
const EXTENSION = 'The access token uses an unknown extension';
const TYPE = 'The token is not an access token';
const ISSUER = 'The access token is from another issuer';
const OTHER_AUDIENCE = 'The access token is for another audience';
const EXPIRED = 'The access token has expired';
const TOO_EARLY = 'The access token is not valid yet';
const CERTIFICATE = 'The access token is bound to a certificate that the request does not present';
const UNKNOWN_BINDING = 'The access token is bound in an unknown way';

const claim =
  (changes: (ground: Ground) => Record<string, unknown>): Forgery =>
  (ground) =>
    ground.issuer.mint(changes(ground));

const header =
  (changes: (ground: Ground) => Record<string, unknown>): Forgery =>
  (ground) =>
    forged({ ...ground.header, ...changes(ground) }, ground.claims, ground.issuer.key);

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
  // Type
  ['an ID token: typ JWT', TYPE, header(() => ({ typ: 'JWT' }))],
  ['no typ', TYPE, header(() => ({ typ: undefined }))],
  ['a logout token', TYPE, header(() => ({ typ: 'logout+jwt' }))],
  ['typ as a list', TYPE, header(() => ({ typ: ['at+jwt'] }))],
  ['typ at+jwt with a blank', TYPE, header(() => ({ typ: 'at+jwt ' }))],
  // Issuer and audience
  ['another issuer', ISSUER, claim(() => ({ iss: 'https://id.example.org' }))],
  ['the issuer with a slash', ISSUER, claim(({ issuer }) => ({ iss: `${issuer.url}/` }))],
  ['the issuer in a list', ISSUER, claim(({ issuer }) => ({ iss: [issuer.url] }))],
  ['no issuer', ISSUER, claim(() => ({ iss: undefined }))],
  ['another audience', OTHER_AUDIENCE, claim(() => ({ aud: 'https://calendar.example.com' }))],
  [
    'a list of other audiences',
    OTHER_AUDIENCE,
    claim(() => ({ aud: ['https://calendar.example.com', 'x'] })),
  ],
  ['an audience that begins like ours', OTHER_AUDIENCE, claim(() => ({ aud: `${AUDIENCE}.example.org` }))],
  ['an empty list of audiences', OTHER_AUDIENCE, claim(() => ({ aud: [] }))],
  ['no audience', OTHER_AUDIENCE, claim(() => ({ aud: undefined }))],
  ['our audience as an object', OTHER_AUDIENCE, claim(() => ({ aud: { 0: AUDIENCE } }))],
  ['our audience beside a number', UNSPECIFIC, claim(() => ({ aud: [AUDIENCE, 7] }))],
  [
    'an audience of lists nested thousands deep',
    OTHER_AUDIENCE,
    (g) => forged(g.header, nested(g.claims, 'aud'), g.issuer.key),
  ],
  // Times
  ['exp in the past', EXPIRED, claim(({ now }) => ({ exp: now - 60 }))],
  ['exp at the edge of the tolerance', EXPIRED, claim(({ now }) => ({ exp: now - 5 }))],
  ['exp negative', EXPIRED, claim(() => ({ exp: -1 }))],
  ['exp zero', EXPIRED, claim(() => ({ exp: 0 }))],
  ['no exp', UNSPECIFIC, claim(() => ({ exp: undefined }))],
  ['exp as a string', UNSPECIFIC, claim(({ now }) => ({ exp: String(now + 300) }))],
  ['exp null', UNSPECIFIC, claim(() => ({ exp: null }))],
  [
    'exp beyond all numbers',
    UNSPECIFIC,
    (g) => forged(g.header, JSON.stringify({ ...g.claims, exp: 'E' }).replace('"E"', '1e999'), g.issuer.key),
  ],
  ['nbf in the future', TOO_EARLY, claim(({ now }) => ({ nbf: now + 60 }))],
  ['nbf as a string', TOO_EARLY, claim(() => ({ nbf: '0' }))],
  ['iat in the future', TOO_EARLY, claim(({ now }) => ({ iat: now + 60 }))],
  ['no iat', UNSPECIFIC, claim(() => ({ iat: undefined }))],
  [
    'iat below all numbers',
    UNSPECIFIC,
    (g) => forged(g.header, JSON.stringify({ ...g.claims, iat: 'E' }).replace('"E"', '-1e999'), g.issuer.key),
  ],
  ['iat as a string', UNSPECIFIC, claim(({ now }) => ({ iat: String(now) }))],
  // Other claims
  ['no sub', UNSPECIFIC, claim(() => ({ sub: undefined }))],
  ['an empty sub', UNSPECIFIC, claim(() => ({ sub: '' }))],
  ['sub as an object', UNSPECIFIC, claim(() => ({ sub: { name: 'alice' } }))],
  ['no client_id', UNSPECIFIC, claim(() => ({ client_id: undefined }))],
  ['client_id as a number', UNSPECIFIC, claim(() => ({ client_id: 7 }))],
  ['scope as a list', UNSPECIFIC, claim(() => ({ scope: ['contacts.read'] }))],
  ['scope as an object', UNSPECIFIC, claim(() => ({ scope: { 'contacts.read': true } }))],
  ['a certificate-bound token', CERTIFICATE, claim(() => ({ cnf: { 'x5t#S256': 'abc' } }))],
  ['a confirmation that is a text', UNKNOWN_BINDING, claim(() => ({ cnf: 'abc' }))],
  ['a confirmation that is null', UNKNOWN_BINDING, claim(() => ({ cnf: null }))],
  ['a confirmation of nothing', UNKNOWN_BINDING, claim(() => ({ cnf: {} }))],
  ['a confirmation by a key itself', UNKNOWN_BINDING, claim(() => ({ cnf: { jwk: {} } }))],
  ['a thumbprint that is no text', UNKNOWN_BINDING, claim(() => ({ cnf: { jkt: ['abc'] } }))],
  ['an empty thumbprint', UNKNOWN_BINDING, claim(() => ({ cnf: { 'x5t#S256': '' } }))],
  [
    'a confirmation of lists nested thousands deep',
    UNKNOWN_BINDING,
    (g) => forged(g.header, nested(g.claims, 'cnf'), g.issuer.key),
  ],
  [
    'a second aud for another audience',
    OTHER_AUDIENCE,
    (g) => forged(g.header, twice(g.claims, '"aud":"https://calendar.example.com"'), g.issuer.key),
  ],
  ['a second exp in the past', EXPIRED, (g) => forged(g.header, twice(g.claims, '"exp":1'), g.issuer.key)],
  ['a second typ', TYPE, (g) => forged(twice(g.header, '"typ":"JWT"'), g.claims, g.issuer.key)],
];

describe('a hostile token', () => {
  let ground: Ground;
  let contacts: ContactsApp;

  beforeAll(async () => {
    const issuer = await LocalIssuer.start();
    const rsa = await signingKey('rsa', 'RS256');
    issuer.published.push(rsa.publicJwk);
    const now = Math.floor(Date.now() / 1000);
    ground = {
      issuer,
      rsa,
      foreign: await signingKey('foreign'),
      now,
      header: { alg: 'ES256', kid: issuer.key.kid, typ: 'at+jwt' },
      claims: {
        iss: issuer.url,
        aud: AUDIENCE,
        sub: 'alice',
        client_id: 'message-writer',
        scope: 'contacts.read',
        iat: now,
        exp: now + 300,
      },
    };
    contacts = await startContacts({
      issuer: issuer.url,
      audience: AUDIENCE,
      realm: 'contacts',
      now: () => now * 1000,
    });
  });

  afterAll(async () => {
    await contacts.app.close();
    await ground.issuer.close();
  });

  it.each(HOSTILE)('%s gets 401: %s', async (_title, description, forgery) => {
    const answer = await withAuthorization(`${contacts.url}/contacts`, `Bearer ${await forgery(ground)}`);
    expect(answer).toMatchObject({
      status: 401,
      challenge: `Bearer realm="contacts", error="invalid_token", error_description="${description}"`,
      body: { error: 'invalid_token', error_description: description },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('none of them made the guard fetch what a token names, or ask for the keys more than once', () => {
    expect(Object.keys(ground.issuer.requests).toSorted()).toEqual([
      '/.well-known/openid-configuration',
      '/jwks',
    ]);
    expect(ground.issuer.count('/jwks')).toBe(1);
  });

  const HARMLESS: [title: string, forgery: Forgery][] = [
    ['typ application/at+jwt', header(() => ({ typ: 'application/at+jwt' }))],
    ['typ in capitals', header(() => ({ typ: 'AT+JWT' }))],
    ['no kid, where only one key fits', header(() => ({ kid: undefined }))],
    ['our audience among others', claim(() => ({ aud: ['https://calendar.example.com', AUDIENCE] }))],
    ['an RS256 signature', ({ issuer, rsa }) => issuer.mint({}, {}, rsa)],
    ['exp within the tolerance', claim(({ now }) => ({ exp: now - 4 }))],
    ['nbf and iat within the tolerance', claim(({ now }) => ({ nbf: now + 5, iat: now + 5 }))],
    ['a jku that is not looked at', header(({ issuer }) => ({ jku: `${issuer.url}/attacker-jwks` }))],
    ['a subject in Unicode', claim(() => ({ sub: 'Алиса 🦅' }))],
    [
      'a claim called __proto__',
      (g) => forged(g.header, twice(g.claims, '"__proto__":{"scope":"admin"}'), g.issuer.key),
    ],
  ];

  it.each(HARMLESS)('%s passes', async (_title, forgery) => {
    const answer = await withAuthorization(`${contacts.url}/contacts`, `Bearer ${await forgery(ground)}`);
    expect(answer.status).toBe(200);
  });
});

function flipped(token: string): string {
  const [head, payload, signature = ''] = token.split('.');
  return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
}

/** The first token with the payload of the second. */
function swapped(token: string, other: string): string {
  const [head, , signature] = token.split('.');
  return `${head}.${other.split('.')[1]}.${signature}`;
}

/** JSON of an object with one more member at its end, be it there already or not. */
function twice(object: Record<string, unknown>, member: string): string {
  return `${JSON.stringify(object).slice(0, -1)},${member}}`;
}

function nested(claims: Record<string, unknown>, name: string): string {
  return twice(claims, `"${name}":${'['.repeat(4500)}${']'.repeat(4500)}`);
}
