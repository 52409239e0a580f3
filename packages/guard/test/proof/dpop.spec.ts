import { exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerOptions, readProof, VerifierUnavailable } from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';
import { DpopKey } from '../support/dpop-key.js';
import { forged, hmacForged, part } from '../support/forge.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { type RawAnswer, rawRequest } from '../support/raw-request.js';

const ALGS = 'ES256 EdDSA PS256 RS256';
const DPOP = `DPoP realm="contacts", algs="${ALGS}"`;

interface Ground {
  key: DpopKey;
  other: DpopKey;
  token: string;
  now: number;
  url: string;
  request: { method: string; url: string; token: string; now: number };
}

type Headers = [string, string][];
type Proof = (ground: Ground) => string | Promise<string>;

let issuer: LocalIssuer;
let clock: Clock;
let key: DpopKey;
let other: DpopKey;

beforeAll(async () => {
  issuer = await LocalIssuer.start();
  clock = new Clock();
  key = await DpopKey.generate();
  other = await DpopKey.generate();
});

afterAll(() => issuer.close());

const seconds = () => Math.floor(clock.now() / 1000);
/** Issued now by the clock of the test, which stands while time goes on. */
const mint = (claims: Record<string, unknown> = {}) => issuer.mint({ iat: seconds(), ...claims });
const bound = (claims: Record<string, unknown> = {}) =>
  mint({ cnf: { jkt: key.thumbprint }, exp: seconds() + 3600, ...claims });

async function ground(service: ContactsApp): Promise<Ground> {
  const [token, now, url] = [await bound(), seconds(), `${service.url}/contacts`];
  return { key, other, token, now, url, request: { method: 'GET', url, token, now } };
}

const start = (options: Partial<BearerOptions> = {}) =>
  startContacts({ issuer: issuer.url, audience: AUDIENCE, realm: 'contacts', now: clock.now, ...options });

const send = (url: string, token: string, ...proofs: string[]): Promise<RawAnswer> =>
  rawRequest(url, [
    ['Authorization', `DPoP ${token}`],
    ...proofs.map((proof): [string, string] => ['DPoP', proof]),
  ]);

const claims =
  (changes: (ground: Ground) => Record<string, unknown>): Proof =>
  (g) =>
    g.key.prove(g.request, changes(g));
const header =
  (changes: (ground: Ground) => Record<string, unknown>): Proof =>
  (g) =>
    g.key.prove(g.request, {}, changes(g));
const payloadOf = ({ request }: Ground) => ({ jti: 'x', htm: 'GET', htu: request.url, iat: request.now });

describe('a DPoP-bound token', () => {
  let service: ContactsApp;

  beforeAll(async () => {
    service = await start();
  });

  afterAll(() => service.app.close());

  const GOOD: [title: string, proof: Proof][] = [
    ['a proof for the request', (g) => g.key.prove(g.request)],
    ['the address in other spelling', claims(({ url }) => ({ htu: url.replace('http', 'HTTP') }))],
    [
      'the address with an encoded letter',
      claims(({ url }) => ({ htu: url.replace('contacts', '%63ontacts') })),
    ],
    ['the address with a query and a fragment', claims(({ url }) => ({ htu: `${url}?a=b#c` }))],
    ['the address with dots', claims(({ url }) => ({ htu: url.replace('/contacts', '/x/../contacts') }))],
    ['a proof that is a minute old', claims(({ now }) => ({ iat: now - 60 }))],
    ['a clock slightly ahead', claims(({ now }) => ({ iat: now + 5 }))],
    ['a nonce that nobody asked for', claims(() => ({ nonce: 'x' }))],
    ['the type in full', header(() => ({ typ: 'application/dpop+jwt' }))],
    [
      'a key that says more of itself',
      header((g) => ({ jwk: { ...g.key.publicJwk, kid: 'x', use: 'sig' } })),
    ],
  ];

  it.each(GOOD)('passes with %s', async (_title, proof) => {
    const g = await ground(service);
    expect(await send(g.url, g.token, await proof(g))).toMatchObject({ status: 200 });
  });

  it('passes with a query in the request, which the proof leaves out', async () => {
    const g = await ground(service);
    const proof = await key.prove(g.request);
    expect((await send(`${g.url}?page=2`, g.token, proof)).status).toBe(200);
  });

  it('passes again and again with a new proof each time, verified once', async () => {
    const g = await ground(service);
    for (let i = 0; i < 3; i += 1) {
      expect((await send(g.url, g.token, await key.prove(g.request))).status).toBe(200);
    }
  });

  it.each(['EdDSA', 'PS256', 'RS256'])('passes with a proof by %s', async (alg) => {
    const g = await ground(service);
    const another = await DpopKey.generate(alg);
    const token = await bound({ cnf: { jkt: another.thumbprint } });
    expect((await send(g.url, token, await another.prove({ ...g.request, token }))).status).toBe(200);
  });

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
    ['another path', claims(({ url }) => ({ htu: `${url}/any` }))],
    ['the path with a slash', claims(({ url }) => ({ htu: `${url}/` }))],
    ['the path in capitals', claims(({ url }) => ({ htu: url.replace('contacts', 'CONTACTS') }))],
    ['another scheme', claims(({ url }) => ({ htu: url.replace('http:', 'https:') }))],
    ['another host', claims(() => ({ htu: 'https://contacts.example.org/contacts' }))],
    ['another port', claims(({ url }) => ({ htu: url.replace(/:\d+/, ':1') }))],
    ['a backslash for a slash', claims(({ url }) => ({ htu: url.replace('/contacts', '\\contacts') }))],
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

  it.each(HOSTILE)('%s gets 401 invalid_dpop_proof', async (_title, proof) => {
    const g = await ground(service);
    const answer = await send(g.url, g.token, await proof(g));
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
  ])('is not checked by an RSA key whose %s would make that slow', async (_member, received, changes) => {
    const g = await ground(service);
    const { publicJwk } = await DpopKey.generate('RS256');
    const jwk = { ...publicJwk, ...changes(String(publicJwk.n)) };
    const proof = `${part({ typ: 'dpop+jwt', alg: 'RS256', jwk })}.${part(payloadOf(g))}.AAAA`;
    const target = { method: 'GET', uris: [g.url] };
    const rules = { algorithms: ['RS256'], maxAge: 60, clockTolerance: 5 };
    await expect(readProof(proof, target, rules, g.now)).rejects.toMatchObject({
      finding: { check: 'DPoP proof jwk', received },
    });
  });

  it('without a proof, and with two, gets 401 invalid_dpop_proof', async () => {
    const g = await ground(service);
    const two = [await key.prove(g.request), await key.prove(g.request)];
    expect((await send(g.url, g.token)).body).toMatchObject({ error: 'invalid_dpop_proof' });
    expect((await send(g.url, g.token, ...two)).body).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it('with a proof that was used before gets 401, until it is too old anyway', async () => {
    const g = await ground(service);
    const proof = await key.prove(g.request);
    expect((await send(g.url, g.token, proof)).status).toBe(200);
    const again = await send(g.url, g.token, proof);
    expect(again.body).toEqual({
      error: 'invalid_dpop_proof',
      error_description: 'The DPoP proof was used before',
    });
  });

  it.each([59, 64.999, 65, 65.001])('with a proof that is %d s old passes once at most', async (age) => {
    const g = await ground(service);
    const proof = await key.prove(g.request, { iat: clock.now() / 1000 - age });
    const statuses = [await send(g.url, g.token, proof), await send(g.url, g.token, proof)].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([age <= 65 ? 200 : 401, 401]);
  });

  it('with a good proof by another key gets 401 invalid_token', async () => {
    const g = await ground(service);
    const answer = await send(g.url, g.token, await other.prove(g.request));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(answer.challenge).toMatch(/^DPoP realm="contacts", error="invalid_token"/);
  });

  const SCHEMES: [title: string, headers: (token: string, proof: string) => Headers][] = [
    ['as bearer token', (token) => [['Authorization', `Bearer ${token}`]]],
    [
      'as bearer token beside its proof',
      (token, proof) => [
        ['Authorization', `Bearer ${token}`],
        ['DPoP', proof],
      ],
    ],
  ];

  it.each(SCHEMES)('%s gets 401 with both challenges', async (_title, headers) => {
    const g = await ground(service);
    const description = 'The access token is bound to a key and cannot be used as bearer token';
    expect(await rawRequest(g.url, headers(g.token, await key.prove(g.request)))).toMatchObject({
      status: 401,
      challenge: `Bearer realm="contacts", error="invalid_token", error_description="${description}", ${DPOP}`,
    });
  });

  it('its refusals for other reasons name DPoP', async () => {
    const g = await ground(service);
    const expired = await bound({ exp: 1 });
    expect((await send(g.url, expired)).challenge).toMatch(/^DPoP realm="contacts", error="invalid_token"/);
    const poor = await bound({ scope: 'other' });
    const answer = await send(g.url, poor, await key.prove({ ...g.request, token: poor }));
    expect(answer.status).toBe(403);
    expect(answer.challenge).toMatch(/^DPoP realm="contacts", error="insufficient_scope"/);
  });

  it('an unbound token by the DPoP scheme gets 401', async () => {
    const g = await ground(service);
    const token = await mint();
    const answer = await send(g.url, token, await key.prove({ ...g.request, token }));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  it.each([
    ['the DPoP scheme without a token', 'DPoP'],
    ['the DPoP scheme with two tokens', 'DPoP a b'],
    ['the DPoP scheme with a comma', 'DPoP a, Bearer b'],
  ])('%s gets 400', async (_title, value) => {
    expect((await rawRequest(`${service.url}/contacts`, [['Authorization', value]])).status).toBe(400);
  });
});

describe('options of DPoP', () => {
  let service: ContactsApp;

  afterAll(() => service.app.close());

  async function restart(options: Partial<BearerOptions>): Promise<Ground> {
    await (service as ContactsApp | undefined)?.app.close();
    service = await start(options);
    return ground(service);
  }

  it('dpop: true offers both schemes', async () => {
    const { url } = await restart({ dpop: true });
    expect((await rawRequest(url, [])).challenge).toBe(`Bearer realm="contacts", ${DPOP}`);
  });

  it('required offers and takes DPoP alone', async () => {
    const g = await restart({ dpop: { required: true } });
    expect((await rawRequest(g.url, [])).challenge).toBe(DPOP);
    const bearer = await rawRequest(g.url, [['Authorization', `Bearer ${await mint()}`]]);
    expect(bearer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect((await send(g.url, g.token, await key.prove(g.request))).status).toBe(200);
  });

  it('dpop: false refuses tokens bound to a key', async () => {
    const g = await restart({ dpop: false });
    expect((await send(g.url, g.token, await key.prove(g.request))).status).toBe(401);
  });

  it('an algorithm that is not allowed is refused', async () => {
    const g = await restart({ dpop: { algorithms: ['EdDSA'] } });
    const answer = await send(g.url, g.token, await key.prove(g.request));
    expect(answer.challenge).toContain('error="invalid_dpop_proof"');
    expect(answer.challenge).toContain('algs="EdDSA"');
  });

  it('the origin option stands for what requests say', async () => {
    const g = await restart({ origin: 'https://contacts.example.com' });
    const request = { ...g.request, url: 'https://contacts.example.com/contacts' };
    expect((await send(g.url, g.token, await key.prove(request))).status).toBe(200);
    expect((await send(g.url, g.token, await key.prove(g.request))).status).toBe(401);
  });

  it('more proofs than can be remembered get 503, until the first have expired', async () => {
    const g = await restart({ dpop: { replayCacheSize: 2 } });
    const statuses = [];
    for (let i = 0; i < 3; i += 1)
      statuses.push((await send(g.url, g.token, await key.prove(g.request))).status);
    clock.advance(66);
    const later = { ...g.request, now: seconds() };
    statuses.push((await send(g.url, g.token, await key.prove(later))).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('a proof without the nonce is answered with one, which then passes and is replaced in time', async () => {
    const g = await restart({ dpop: { nonce: { secret: 's'.repeat(32), lifetime: 300 } } });
    const attempt = async (nonce?: unknown) =>
      send(g.url, g.token, await key.prove({ ...g.request, now: seconds() }, { nonce }));
    const first = await attempt();
    const nonce = first.headers['dpop-nonce'];
    expect(first).toMatchObject({ status: 401, body: { error: 'use_dpop_nonce' } });
    expect(first.challenge).toContain('error="use_dpop_nonce"');
    expect((await attempt('made-up')).status).toBe(401);
    expect((await attempt(nonce)).status).toBe(200);
    clock.advance(300);
    const ageing = await attempt(nonce);
    expect(ageing.status).toBe(200);
    expect((await attempt(ageing.headers['dpop-nonce'])).headers).not.toHaveProperty('dpop-nonce');
    clock.advance(300);
    expect((await attempt(nonce)).body).toMatchObject({ error: 'use_dpop_nonce' });
  });

  it('a replay store of its own is asked for each proof, and told until when it counts', async () => {
    const noted: [id: string, until: number, now: number][] = [];
    const g = await restart({
      dpop: {
        clockTolerance: 10,
        replays: {
          note: async (...call) => {
            if (noted.length === 2) throw new VerifierUnavailable('The database is away', 7);
            return noted.push(call) === 1;
          },
        },
      },
    });
    const attempt = async (jti: string) => send(g.url, g.token, await key.prove(g.request, { jti }));
    const answers = [await attempt('one'), await attempt('two'), await attempt('three')];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 503]);
    expect(answers[1]?.body).toMatchObject({ error: 'invalid_dpop_proof' });
    expect(answers[2]?.headers['retry-after']).toBe('7');
    expect(noted).toEqual([
      [`${key.thumbprint} one`, g.now + 70, clock.now() / 1000],
      [`${key.thumbprint} two`, g.now + 70, clock.now() / 1000],
    ]);
    expect((await send(g.url, g.token, 'proof')).status).toBe(401);
    expect(noted).toHaveLength(2);
  });

  it('a nonce source of its own stands for the secret', async () => {
    const states: Record<string, 'good' | 'ageing'> = { fresh: 'good', stale: 'ageing' };
    const nonce = { current: () => 'fresh', check: (sent: string) => states[sent] ?? 'bad' };
    const g = await restart({ dpop: { nonce } });
    const attempt = async (sent?: string) =>
      send(g.url, g.token, await key.prove(g.request, { nonce: sent }));
    const none = await attempt();
    expect([none.status, none.headers['dpop-nonce']]).toEqual([401, 'fresh']);
    const stale = await attempt('stale');
    expect([stale.status, stale.headers['dpop-nonce']]).toEqual([200, 'fresh']);
    const fresh = await attempt('fresh');
    expect([fresh.status, fresh.headers['dpop-nonce']]).toEqual([200, undefined]);
  });

  it.each([
    ['an origin with a path', { origin: 'https://a.example/x' }],
    ['a short secret', { dpop: { nonce: { secret: 'short' } } }],
    ['an HMAC', { dpop: { algorithms: ['HS256'] } }],
    ['a negative age', { dpop: { maxAge: -1 } }],
    ['a proxy that is no address', { mtls: { header: 'client-cert', trustedProxies: ['proxy'] } }],
    ['a header that is none', { mtls: { header: 'a b', trustedProxies: [] } }],
  ])('%s stops the start', (_title, options) => {
    expect(() => BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE, ...options })).toThrow(
      TypeError,
    );
  });
});
