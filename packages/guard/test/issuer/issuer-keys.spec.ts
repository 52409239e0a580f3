import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { AUDIENCE, LocalIssuer, signingKey } from '../support/local-issuer.js';
import { INVALID, UNAVAILABLE, verifierOf } from '../support/verifier.js';

const OIDC = '/.well-known/openid-configuration';
const RFC8414 = '/.well-known/oauth-authorization-server';

Logger.overrideLogger(false);

let issuer: LocalIssuer;
let clock: Clock;

beforeEach(async () => {
  issuer = await LocalIssuer.start();
  clock = new Clock();
});

afterEach(() => issuer.close());

/** A token that outlives the keys. */
const lasting = () => issuer.mint({ exp: Math.floor(clock.now() / 1000) + 86_400 });

describe('Discovery', () => {
  it('asks OpenID Connect’s address first, and only once', async () => {
    const verifier = verifierOf(issuer, clock);
    await Promise.all([verifier.verify(await issuer.mint()), verifier.verify(await issuer.mint())]);
    expect(issuer.requests).toEqual({ [OIDC]: 1, '/jwks': 1 });
  });

  it('asks RFC 8414’s address where the first has nothing', async () => {
    issuer.failing.set(OIDC, 404);
    issuer.documents.set(RFC8414, { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    expect(await verifierOf(issuer, clock).verify(await issuer.mint())).toHaveProperty('subject', 'alice');
  });

  it('puts the well-known part after the path or before it, as each specification says', async () => {
    const tenant = `${issuer.url}/tenant/`;
    const verifier = verifierOf(issuer, clock, { issuer: tenant });
    await expect(verifier.verify(await issuer.mint())).rejects.toMatchObject(UNAVAILABLE);
    expect(Object.keys(issuer.requests)).toEqual([`/tenant${OIDC}`, `${RFC8414}/tenant`]);
  });

  const USELESS: [title: string, metadata: Record<string, unknown>][] = [
    ['names another issuer', { issuer: 'https://id.example.org' }],
    ['names the issuer with a slash', { issuer: 'SLASH' }],
    ['names no issuer', { issuer: undefined }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys that are no URL', { jwks_uri: 'jwks' }],
    ['names keys over plain http', { jwks_uri: 'http://id.example.com/jwks' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/passwd' }],
  ];

  it.each(USELESS)('metadata that %s lets nobody pass', async (_title, metadata) => {
    issuer.metadata = metadata['issuer'] === 'SLASH' ? { issuer: `${issuer.url}/` } : metadata;
    const asked: unknown[] = [];
    const watched: typeof fetch = (input, init) => {
      asked.push(input);
      return fetch(input, init);
    };
    const verifier = verifierOf(issuer, clock, { fetch: watched });
    await expect(verifier.verify(await issuer.mint())).rejects.toMatchObject(UNAVAILABLE);
    const known = [`${issuer.url}${OIDC}`, `${issuer.url}${RFC8414}`];
    expect(asked.filter((url) => !known.includes(String(url)))).toEqual([]);
  });

  it.each([500, 302, 404])('status %d for the keys lets nobody pass', async (status) => {
    issuer.failing.set('/jwks', status);
    await expect(verifierOf(issuer, clock).verify(await issuer.mint())).rejects.toMatchObject(UNAVAILABLE);
  });

  it('keys longer than half a megabyte are not read', async () => {
    issuer.published.push({ kty: 'EC', x: 'a'.repeat(600_000) });
    await expect(verifierOf(issuer, clock).verify(await issuer.mint())).rejects.toMatchObject(UNAVAILABLE);
  });

  it('a service that started before its issuer works as soon as that is there', async () => {
    issuer.failing.set(OIDC, 503);
    const verifier = verifierOf(issuer, clock);
    const token = await issuer.mint();
    await expect(verifier.verify(token)).rejects.toMatchObject({ ...UNAVAILABLE, retryAfter: 1 });
    issuer.failing.clear();
    await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
    expect(issuer.count(OIDC)).toBe(1);
    clock.advance(1);
    expect(await verifier.verify(token)).toHaveProperty('subject', 'alice');
  });

  it('an issuer that refuses connections lets nobody pass', async () => {
    const token = await issuer.mint();
    const verifier = verifierOf(issuer, clock);
    await issuer.close();
    await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
    issuer = await LocalIssuer.start();
  });
});

describe('The keys of the issuer', () => {
  it('a new key is found at its first token, once the cooldown is over', async () => {
    const verifier = verifierOf(issuer, clock);
    await verifier.verify(await issuer.mint());
    const second = await signingKey('second');
    issuer.published.push(second.publicJwk);
    const token = await issuer.mint({}, {}, second);
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
    clock.advance(30);
    expect(await verifier.verify(token)).toHaveProperty('subject', 'alice');
    expect(issuer.count('/jwks')).toBe(2);
  });

  it('many unknown keys cause one fetch a cooldown', async () => {
    const verifier = verifierOf(issuer, clock);
    await verifier.verify(await issuer.mint());
    const foreign = await signingKey('foreign');
    clock.advance(30);
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, i) => issuer.mint({}, { kid: `k${i}` }, foreign)),
    );
    const outcomes = await Promise.allSettled(tokens.map((token) => verifier.verify(token)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(verifier.verify(await issuer.mint({}, {}, foreign))).rejects.toMatchObject(INVALID);
    expect(issuer.count('/jwks')).toBe(2);
  });

  it('an unknown key while the issuer is away is neither good nor bad', async () => {
    const verifier = verifierOf(issuer, clock);
    await verifier.verify(await issuer.mint());
    issuer.failing.set('/jwks', 503);
    clock.advance(30);
    const token = await issuer.mint({}, {}, await signingKey('second'));
    await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('known keys serve while the issuer is away, up to their limit', async () => {
    const verifier = verifierOf(issuer, clock, { cacheSize: 0 });
    const token = await lasting();
    await verifier.verify(token);
    issuer.failing.set('/jwks', 503).set(OIDC, 503);
    clock.advance(3600);
    expect(await verifier.verify(token)).toHaveProperty('subject', 'alice');
    clock.advance(1);
    await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('they are refreshed ahead by tokens that are only remembered', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await lasting();
    const first = await verifier.verify(token);
    clock.advance(301);
    expect(await verifier.verify(token)).toBe(first);
    await eventually(() => issuer.count('/jwks') > 1);
    expect(issuer.count('/jwks')).toBe(2);
  });

  it('a key that is withdrawn takes the tokens that it signed with it', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await lasting();
    await verifier.verify(token);
    issuer.published = [(await signingKey('second')).publicJwk];
    clock.advance(301);
    expect(await outcome(verifier.verify(token))).toBe('accepted');
    await eventually(async () => (await outcome(verifier.verify(token))) === 'InvalidToken');
  });

  it('a key that is withdrawn while a token is being verified keeps that from being remembered', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const held: typeof fetch = async (input, init) => {
      if (init?.method === 'POST') await answered;
      return fetch(input, init);
    };
    const credentials = { clientId: 'contacts', clientSecret: 's3cret', cacheFor: 3600 };
    const verifier = verifierOf(issuer, clock, { fetch: held, introspection: credentials });
    issuer.opaque.set('opaque', { active: true, aud: AUDIENCE, client_id: 'message-writer', exp: 1e11 });
    const token = await lasting();
    await verifier.verify(token);
    const verifying = verifier.verify('opaque');
    issuer.published = [(await signingKey('second')).publicJwk];
    clock.advance(301);
    await eventually(async () => (await outcome(verifier.verify(token))) === 'InvalidToken');
    answer();
    await verifying;
    expect(verifier.recall('opaque')).toBeUndefined();
  });

  it('a key that is added leaves remembered tokens alone', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await lasting();
    const first = await verifier.verify(token);
    const second = await signingKey('second');
    issuer.published.push(second.publicJwk);
    clock.advance(30);
    await verifier.verify(await issuer.mint({ exp: Math.floor(clock.now() / 1000) + 60 }, {}, second));
    expect(await verifier.verify(token)).toBe(first);
  });

  it('audience and keys come from the options, whatever the metadata adds', async () => {
    issuer.metadata = { id_token_signing_alg_values_supported: ['none'], audience: 'x' };
    const token = await issuer.mint({ aud: 'x' });
    await expect(verifierOf(issuer, clock, { audience: AUDIENCE }).verify(token)).rejects.toMatchObject(
      INVALID,
    );
  });
});

async function outcome(verification: Promise<unknown>): Promise<string> {
  return verification.then(
    () => 'accepted',
    (error: Error) => error.name,
  );
}
