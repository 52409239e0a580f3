import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { forged } from '../support/forge.js';
import { AUDIENCE } from '../support/local-issuer.js';
import {
  CERTIFICATE,
  claim,
  EXPIRED,
  type Forgery,
  header,
  HostileGround,
  ISSUER,
  nested,
  OTHER_AUDIENCE,
  TOO_EARLY,
  twice,
  TYPE,
  UNKNOWN_BINDING,
  UNSPECIFIC,
} from '../support/hostile-ground.js';

const HOSTILE: [title: string, description: string, forgery: Forgery][] = [
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

describe('a token with hostile claims', () => {
  const hostile = new HostileGround();
  beforeAll(() => hostile.start());
  afterAll(() => hostile.stop());

  it.each(HOSTILE)('a token with %s gets 401: %s', async (_title, description, forgery) => {
    await hostile.expectRefused(description, forgery);
  });

  it('no hostile token made the guard fetch what it names, or fetch the keys more than once', () => {
    hostile.expectNothingFetched();
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
    ['scope as a list', claim(() => ({ scope: ['contacts.read'] }))],
    ['a subject in Unicode', claim(() => ({ sub: 'Алиса 🦅' }))],
    [
      'a claim called __proto__',
      (g) => forged(g.header, twice(g.claims, '"__proto__":{"scope":"admin"}'), g.issuer.key),
    ],
  ];

  it.each(HARMLESS)('a token with %s passes', async (_title, forgery) => {
    expect((await hostile.send(forgery)).status).toBe(200);
  });

  it.each([{ 'contacts.read': true }, ['contacts.read', 7], 7, null, [['contacts.read']]])(
    'a token with scope as %j is valid, and has no scope',
    async (scope) => {
      const answer = await hostile.send(claim(() => ({ scope })));
      expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    },
  );
});
