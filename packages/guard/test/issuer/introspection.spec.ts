import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BearerOptions } from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { hmacForged } from '../support/forge.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { INVALID, UNAVAILABLE, verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

describe('Introspection of an opaque token', () => {
  let issuer: LocalIssuer;
  let clock: Clock;
  let active: Record<string, unknown>;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
    active = {
      active: true,
      iss: issuer.url,
      aud: AUDIENCE,
      sub: 'alice',
      client_id: 'message-writer',
      scope: 'contacts.read',
      token_type: 'Bearer',
      exp: Math.floor(clock.now() / 1000) + 60,
    };
    issuer.opaque.set('secret', active);
  });

  afterEach(() => issuer.close());

  const asking = (options: Partial<BearerOptions> = {}) =>
    verifierOf(issuer, clock, {
      introspection: { clientId: 'contacts', clientSecret: 's3cret' },
      ...options,
    });

  it('an audience in another spelling is the same', async () => {
    active['aud'] = [`${AUDIENCE}/`];
    expect(await asking().verify('secret')).toHaveProperty('audience', [`${AUDIENCE}/`]);
  });

  it('tells what the issuer says', async () => {
    expect(await asking().verify('secret')).toMatchObject({
      subject: 'alice',
      clientId: 'message-writer',
      scopes: new Set(['contacts.read']),
      audience: [AUDIENCE],
      expiresAt: active['exp'],
      claims: { iss: issuer.url },
    });
  });

  it('authenticates with both halves form-encoded', async () => {
    const credentials = { clientId: 'https://contacts.example.com', clientSecret: 'a b:ü%+' };
    await asking({ introspection: credentials }).verify('secret');
    const [{ authorization = '', form } = { form: new URLSearchParams() }] = issuer.introspected;
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(
      'https%3A%2F%2Fcontacts.example.com:a+b%3A%C3%BC%25%2B',
    );
    expect(Object.fromEntries(form)).toEqual({ token: 'secret', token_type_hint: 'access_token' });
  });

  it('asks once for requests that come together', async () => {
    const verifier = asking();
    await Promise.all(Array.from({ length: 10 }, () => verifier.verify('secret')));
    expect(issuer.count('/introspect')).toBe(1);
  });

  it('O2 asks about 32 tokens at once and lets 512 wait; further ones get 503, and cached ones pass', async () => {
    const verifier = asking();
    await verifier.verify('secret');
    const junk = Array.from({ length: 600 }, (_, i) => verifier.verify(`junk ${i}`));
    expect(await verifier.verify('secret')).toMatchObject({ subject: 'alice' });

    const outcomes = await Promise.allSettled(junk);
    const names = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as Error).name : 'accepted',
    );
    expect(names.filter((name) => name === 'VerifierUnavailable')).toHaveLength(600 - 32 - 512);
    expect(names.filter((name) => name === 'InvalidToken')).toHaveLength(32 + 512);
  });

  it('believes an answer for five seconds', async () => {
    const verifier = asking();
    await verifier.verify('secret');
    clock.advance(4.9);
    await verifier.verify('secret');
    expect(issuer.count('/introspect')).toBe(1);
    issuer.opaque.delete('secret');
    clock.advance(0.1);
    await expect(verifier.verify('secret')).rejects.toMatchObject(INVALID);
  });

  it('believes no answer past the expiry of the token', async () => {
    const verifier = asking({ introspection: { clientId: 'c', clientSecret: 's', cacheFor: 3600 } });
    await verifier.verify('secret');
    clock.advance(60);
    await expect(verifier.verify('secret')).rejects.toThrow('expired');
  });

  it('asks each time where nothing is to be believed', async () => {
    const verifier = asking({ introspection: { clientId: 'c', clientSecret: 's', cacheFor: 0 } });
    await verifier.verify('secret');
    await verifier.verify('secret');
    expect(issuer.count('/introspect')).toBe(2);
  });

  it('a token without an expiry is known until it must be asked about again', async () => {
    issuer.opaque.set('endless', { ...active, exp: undefined });
    const { expiresAt } = await asking().verify('endless');
    expect(expiresAt).toBe(Math.floor(clock.now() / 1000 + 5));
  });

  it('a token without a resource owner is the client’s own', async () => {
    issuer.opaque.set('service', { ...active, sub: undefined });
    expect(await asking().verify('service')).toMatchObject({
      subject: 'message-writer',
      clientId: 'message-writer',
    });
  });

  const REFUSED: [title: string, changes: Record<string, unknown>][] = [
    ['is not active', { active: false }],
    ['is from another issuer', { iss: 'https://id.example.org' }],
    ['is for another audience', { aud: 'https://calendar.example.com' }],
    ['is for a list of other audiences', { aud: ['x', 'y'] }],
    ['is for nobody in particular', { aud: undefined }],
    ['has expired', { exp: 1 }],
    ['expires at a string', { exp: '9999999999' }],
    ['is of another type', { token_type: 'refresh_token' }],
    ['is said to be of type DPoP without its key', { token_type: 'DPoP' }],
    ['belongs to nobody', { client_id: undefined, sub: undefined }],
    ['is for an audience of an odd shape', { aud: { 0: AUDIENCE } }],
  ];

  it.each(REFUSED)('a token that %s is refused', async (_title, changes) => {
    issuer.opaque.set('odd', { ...active, ...changes });
    await expect(asking().verify('odd')).rejects.toMatchObject(INVALID);
  });

  it.each([400, 401, 429, 500, 302])('status %d of the issuer lets nobody pass', async (status) => {
    issuer.failing.set('/introspect', status);
    await expect(asking().verify('secret')).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each([{}, { active: 'true' }, { active: 1 }])('the answer %j lets nobody pass', async (answer) => {
    issuer.opaque.set('odd', answer);
    await expect(asking().verify('odd')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('an issuer that has gone lets nobody pass', async () => {
    const verifier = asking();
    await verifier.verify(await issuer.mint());
    await issuer.close();
    await expect(verifier.verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    issuer = await LocalIssuer.start();
  });

  it('an issuer without an introspection endpoint lets nobody pass', async () => {
    issuer.metadata = { introspection_endpoint: undefined };
    await expect(asking().verify('secret')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('a signed token is not asked about', async () => {
    await asking().verify(await issuer.mint());
    expect(issuer.count('/introspect')).toBe(0);
  });

  it.each([
    ['signed token', (): Promise<string> => issuer.mint()],
    [
      'token signed in a way that is not accepted here',
      async () => hmacForged({ alg: 'HS256' }, {}, 'secret'),
    ],
  ])('a %s of an issuer without keys is asked about', async (_what, forge) => {
    issuer.metadata = { jwks_uri: undefined };
    const token = await forge();
    issuer.opaque.set(token, active);
    expect(await asking().verify(token)).toHaveProperty('subject', 'alice');
  });

  it.each(['a.b.c', 'a.b.c.d.e', '..', 'ünïcödé'])('%s counts as opaque', async (token) => {
    issuer.opaque.set(token, active);
    expect(await asking().verify(token)).toHaveProperty('subject', 'alice');
  });

  it('without credentials an opaque token is refused, and the issuer is not troubled', async () => {
    await expect(verifierOf(issuer, clock).verify('secret')).rejects.toMatchObject(INVALID);
    expect(issuer.requests).toEqual({});
  });
});
