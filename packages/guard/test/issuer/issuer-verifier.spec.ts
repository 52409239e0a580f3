import { generateKeyPairSync, sign } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../support/clock.js';
import { part } from '../support/forge.js';
import { AUDIENCE, LocalIssuer, signingKey } from '../support/local-issuer.js';
import { INVALID, verifierOf } from '../support/verifier.js';

Logger.overrideLogger(false);

describe('IssuerVerifier', () => {
  let issuer: LocalIssuer;
  let clock: Clock;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
  });

  afterEach(() => issuer.close());

  it('tells what the token says', async () => {
    const exp = Math.floor(clock.now() / 1000) + 60;
    const token = await issuer.mint({ scope: 'a b', aud: [AUDIENCE, 'x'], exp, roles: { admin: ['x'] } });
    expect(await verifierOf(issuer, clock).verify(token)).toMatchObject({
      subject: 'alice',
      clientId: 'message-writer',
      scopes: new Set(['a', 'b']),
      audience: [AUDIENCE, 'x'],
      expiresAt: exp,
      claims: { iss: issuer.url, roles: { admin: ['x'] } },
    });
  });

  it.each([
    [AUDIENCE, `${AUDIENCE}/`],
    [`${AUDIENCE}/`, AUDIENCE],
    [AUDIENCE, AUDIENCE.replace('https', 'HTTPS')],
    ['https://api.example.com/v%31', 'https://API.example.com:443/x/../v1'],
  ])('the audience %s of the service is %s of a token (RFC 3986 §6.2)', async (audience, aud) => {
    const token = await issuer.mint({ aud });
    expect(await verifierOf(issuer, clock, { audience }).verify(token)).toHaveProperty('audience', [aud]);
  });

  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1/'],
    ['https://api.example.com/v1', 'https://api.example.com/V1'],
    ['https://api.example.com', 'http://api.example.com'],
    ['https://api.example.com', 'https://api.example.com:8443'],
    ['https://api.example.com/a%2Fb', 'https://api.example.com/a/b'],
  ])('the audience %s of the service is not %s', async (audience, aud) => {
    const token = await issuer.mint({ aud });
    await expect(verifierOf(issuer, clock, { audience }).verify(token)).rejects.toMatchObject(INVALID);
  });

  it('a token without a scope has none', async () => {
    const { scopes } = await verifierOf(issuer, clock).verify(await issuer.mint({ scope: undefined }));
    expect(scopes.size).toBe(0);
  });

  it('claims cannot be changed for the next request with the same token', async () => {
    const { claims } = await verifierOf(issuer, clock).verify(await issuer.mint({ roles: { list: [] } }));
    const { list } = claims['roles'] as { list: string[] };
    expect(() => list.push('admin')).toThrow(TypeError);
    expect(() => Object.assign(claims, { sub: 'mallory' })).toThrow(/read only/);
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('accepts %s by default', async (alg) => {
    const key = await signingKey(alg, alg);
    issuer.published.push(key.publicJwk);
    const token = await issuer.mint({}, {}, key);
    expect(await verifierOf(issuer, clock).verify(token)).toHaveProperty('subject', 'alice');
  });

  it('refuses an algorithm that this service does not accept', async () => {
    const token = await issuer.mint();
    await expect(verifierOf(issuer, clock, { algorithms: ['EdDSA'] }).verify(token)).rejects.toMatchObject({
      ...INVALID,
      detail: "alg: expected 'EdDSA', received 'ES256'",
    });
  });

  it('refuses an RSA key that is too short', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    issuer.published = [{ ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' }];
    const input = `${part({ alg: 'RS256', kid: 'short', typ: 'at+jwt' })}.${part({})}`;
    const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    await expect(verifierOf(issuer, clock).verify(token)).rejects.toMatchObject(INVALID);
  });

  it('accepts any of several audiences of the service', async () => {
    const several = verifierOf(issuer, clock, { audience: ['https://other.example.com', AUDIENCE] });
    expect(await several.verify(await issuer.mint())).toHaveProperty('subject', 'alice');
  });

  it('a refusal says in its detail what was expected and what came, in printable letters', async () => {
    const token = await issuer.mint({ aud: 'läuft\r\nSet-Cookie: x' });
    await expect(verifierOf(issuer, clock).verify(token)).rejects.toMatchObject({
      message: 'The access token is for another audience',
      detail: `aud: expected [ '${AUDIENCE}' ], received 'l?uft\\r\\nSet-Cookie: x'`,
    });
  });
});

describe('IssuerVerifier, of a repeated token', () => {
  let issuer: LocalIssuer;
  let clock: Clock;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
  });

  afterEach(() => issuer.close());

  it('verifies once while it lives', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await issuer.mint();
    const first = await verifier.verify(token);
    clock.advance(299);
    expect(await verifier.verify(token)).toBe(first);
  });

  it('never believes what it remembers past the expiry', async () => {
    const verifier = verifierOf(issuer, clock, { clockTolerance: 0 });
    const token = await issuer.mint({ exp: Math.floor(clock.now() / 1000) + 60 });
    await verifier.verify(token);
    clock.advance(60);
    await expect(verifier.verify(token)).rejects.toThrow('expired');
  });

  it('verifies it once for requests that come together', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await issuer.mint();
    const [first, second] = await Promise.all([verifier.verify(token), verifier.verify(token)]);
    expect(second).toBe(first);
  });

  it('forgets the least recently used beyond its size', async () => {
    const verifier = verifierOf(issuer, clock, { cacheSize: 2 });
    const [a, b, c] = await Promise.all([issuer.mint(), issuer.mint(), issuer.mint()]);
    const first = await verifier.verify(a);
    const second = await verifier.verify(b);
    expect(await verifier.verify(a)).toBe(first);
    await verifier.verify(c);
    expect(await verifier.verify(a)).toBe(first);
    expect(await verifier.verify(b)).not.toBe(second);
  });

  it('remembers nothing with a size of 0', async () => {
    const verifier = verifierOf(issuer, clock, { cacheSize: 0 });
    const token = await issuer.mint();
    expect(await verifier.verify(token)).not.toBe(await verifier.verify(token));
  });

  it('does not remember a refusal as a success, nor a success as a refusal', async () => {
    const verifier = verifierOf(issuer, clock);
    const token = await issuer.mint({ nbf: Math.floor(clock.now() / 1000) + 60 });
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
    clock.advance(60);
    expect(await verifier.verify(token)).toHaveProperty('subject', 'alice');
  });
});
