import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { BearerModule, type BearerOptions } from '@eyrie/guard';
import { bearerSettings } from '../../src/settings/bearer-settings.js';
import { Clock } from '../support/clock.js';
import { AUDIENCE, LocalIssuer, signingKey } from '../support/local-issuer.js';
import { INVALID, UNAVAILABLE, verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

let issuer: LocalIssuer;
let clock: Clock;

beforeEach(async () => {
  issuer = await LocalIssuer.start();
  clock = new Clock();
});

afterEach(() => issuer.close());

describe('Keys of an issuer', () => {
  it('with jwksUri come from there, without any metadata', async () => {
    issuer.documents.set('/keys', { keys: issuer.published });
    const verifier = verifierOf(issuer, clock, { jwksUri: `${issuer.url}/keys` });
    expect(await verifier.verify(await issuer.mint())).toHaveProperty('subject', 'alice');
    expect(issuer.requests).toEqual({ '/keys': 1 });
  });

  it.each([
    ['a list', (jwks: LocalIssuer['published']) => jwks],
    ['a JWK Set', (jwks: LocalIssuer['published']) => ({ keys: jwks })],
  ])('that are %s in the options need no request at all', async (_what, keys) => {
    const verifier = verifierOf(issuer, clock, { keys: keys(issuer.published) });
    expect(await verifier.verify(await issuer.mint())).toHaveProperty('subject', 'alice');
    const foreign = await signingKey('first');
    await expect(verifier.verify(await issuer.mint({}, {}, foreign))).rejects.toMatchObject(INVALID);
    expect(issuer.requests).toEqual({});
  });

  it('without kid are each tried, and fetched again if none fits, once a cooldown', async () => {
    const [second, third] = [await signingKey('second'), await signingKey('third')];
    const nameless = (...keys: (typeof second)[]) =>
      keys.map(({ publicJwk }) => ({ ...publicJwk, kid: undefined }));
    const by = (key: typeof second) => issuer.mint({}, { kid: undefined }, key);
    issuer.published = nameless(issuer.key, second);
    const verifier = verifierOf(issuer, clock);
    expect(await verifier.verify(await by(issuer.key))).toHaveProperty('subject', 'alice');
    expect(await verifier.verify(await by(second))).toHaveProperty('subject', 'alice');
    issuer.published = nameless(second, third);
    await expect(verifier.verify(await by(third))).rejects.toMatchObject(INVALID);
    clock.advance(30);
    expect(await verifier.verify(await by(third))).toHaveProperty('subject', 'alice');
    await expect(verifier.verify(await by(issuer.key))).rejects.toMatchObject(INVALID);
    expect(issuer.count('/jwks')).toBe(2);
  });

  it.each(['ES384', 'RS512', 'Ed25519'])('for %s serve on request only', async (alg) => {
    const key = await signingKey('requested', alg);
    issuer.published = [key.publicJwk];
    const token = await issuer.mint({}, {}, key);
    await expect(verifierOf(issuer, clock).verify(token)).rejects.toThrow('algorithm');
    expect(await verifierOf(issuer, clock, { algorithms: [alg] }).verify(token)).toHaveProperty(
      'subject',
      'alice',
    );
  });
});

describe('An issuer that is reached at another address', () => {
  const OUTSIDE = 'https://id.example.com';

  /** The same issuer for those outside: its metadata and tokens name the public address. */
  function outside(path = ''): void {
    const metadata = {
      issuer: OUTSIDE + path,
      jwks_uri: `${OUTSIDE}${path}/jwks`,
      introspection_endpoint: `${OUTSIDE}${path}/introspect`,
    };
    issuer.metadata = metadata;
    issuer.documents.set(`${path}/.well-known/openid-configuration`, metadata);
    issuer.documents.set(`${path}/jwks`, { keys: issuer.published });
  }

  it.each([
    ['', ''],
    ['/auth', '/auth'],
    ['/auth', ''],
  ])('with its path %j outside and %j inside is asked there alone', async (path, inside) => {
    outside(path);
    issuer.documents.set(`${inside}/.well-known/openid-configuration`, { ...issuer.metadata });
    issuer.documents.set(`${inside}/jwks`, { keys: issuer.published });
    const verifier = verifierOf(issuer, clock, { issuer: OUTSIDE + path, address: issuer.url + inside });
    const token = await issuer.mint({ iss: OUTSIDE + path });
    expect(await verifier.verify(token)).toHaveProperty('issuer', OUTSIDE + path);
    expect(Object.keys(issuer.requests)).toEqual([
      `${inside}/.well-known/openid-configuration`,
      `${inside}/jwks`,
    ]);
  });

  it('is also asked there about opaque tokens', async () => {
    outside();
    issuer.opaque.set('secret', { active: true, aud: AUDIENCE, sub: 'alice', client_id: 'writer' });
    const introspection = { clientId: 'contacts', clientSecret: 'secret' };
    const verifier = verifierOf(issuer, clock, { issuer: OUTSIDE, address: issuer.url, introspection });
    expect(await verifier.verify('secret')).toHaveProperty('subject', 'alice');
  });

  it('still must call itself by its identifier', async () => {
    const verifier = verifierOf(issuer, clock, { issuer: OUTSIDE, address: issuer.url });
    await expect(verifier.verify(await issuer.mint({ iss: OUTSIDE }))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('over http needs the word of the operator, also for what its metadata names', async () => {
    const asked: string[] = [];
    const inside: typeof fetch = (input, init) => {
      const { href, pathname } = new URL(input instanceof Request ? input.url : input);
      asked.push(href);
      return fetch(`${issuer.url}${pathname}`, init);
    };
    const options = { issuer: 'http://eyrie.default.svc:3000', fetch: inside };
    expect(() => verifierOf(issuer, clock, options)).toThrow('issuer must be an https URL');
    issuer.metadata = { issuer: options.issuer, jwks_uri: `${options.issuer}/jwks` };
    const verifier = verifierOf(issuer, clock, { ...options, allowHttp: true });
    expect(await verifier.verify(await issuer.mint({ iss: options.issuer }))).toHaveProperty(
      'subject',
      'alice',
    );
    expect(asked).toEqual([`${options.issuer}/.well-known/openid-configuration`, `${options.issuer}/jwks`]);
  });
});

describe('The age of documents', () => {
  it('follows a monotonic clock, and the expiry of tokens the time of day', () => {
    const [settings] = bearerSettings({ issuer: issuer.url, audience: AUDIENCE }).issuers;
    const [before, age, after] = [performance.now(), settings?.elapsed() ?? -1, performance.now()];
    expect(age >= before && age <= after).toBe(true);
    expect(Math.abs((settings?.now() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('follows the clock that a test gives', () => {
    const [settings] = bearerSettings({ issuer: issuer.url, audience: AUDIENCE, now: () => 7 }).issuers;
    expect([settings?.elapsed(), settings?.now()]).toEqual([7, 7]);
  });
});

describe('A wrong source of keys', () => {
  const WRONG: [title: string, option: string, options: () => Promise<Partial<BearerOptions>>][] = [
    ['plain http', 'jwksUri', async () => ({ jwksUri: 'http://id.example.com/jwks' })],
    [
      'jwksUri beside keys',
      'keys',
      async () => ({ jwksUri: 'https://id.example.com/jwks', keys: issuer.published }),
    ],
    ['no keys', 'keys', async () => ({ keys: [] })],
    ['keys that are none', 'keys', async () => ({ keys: { keys: [{}] } as never })],
    ['a private key', 'keys', async () => ({ keys: [await exportJWK(issuer.key.privateKey)] })],
    ['a shared secret', 'keys', async () => ({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] })],
    ['an address over plain http', 'address', async () => ({ address: 'http://id.default.svc' })],
  ];

  it.each(WRONG)('%s stops the start', async (_title, option, options) => {
    const wrong = await options();
    expect(() => BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE, ...wrong })).toThrow(
      `BearerModule: ${option} `,
    );
  });
});
