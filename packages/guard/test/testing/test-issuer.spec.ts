import { Controller, Get, HttpStatus, type INestApplication, type Type, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccessToken, BearerGuard, BearerModule, RequireAcr, RequireScopes, Token } from '@eyrie/guard';
import {
  BearerTestingModule,
  type BearerTestingOptions,
  interceptFetch,
  TestIssuer,
} from '@eyrie/guard/testing';
import { Clock } from '../support/clock.js';

@Controller('contacts')
class ContactsController {
  @UseGuards(BearerGuard)
  @Get('token')
  token(@Token() { claims }: AccessToken): unknown {
    return claims;
  }

  @RequireScopes('contacts.read')
  @Get()
  list(@Token() { subject }: AccessToken): unknown {
    return { of: subject };
  }

  @RequireAcr('mfa', { maxAge: 60 })
  @Get('secret')
  secret(): unknown {
    return {};
  }
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

describe('a service tested with TestIssuer', () => {
  let clock: Clock;
  let issuer: TestIssuer;
  let app: INestApplication | undefined;

  beforeEach(async () => {
    clock = new Clock();
    issuer = await TestIssuer.create({ now: clock.now });
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function start(...imports: Parameters<typeof Test.createTestingModule>[0]['imports'] & object) {
    const controllers: Type[] = [ContactsController];
    const module = await Test.createTestingModule({ imports, controllers }).compile();
    app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
  }

  const startFor = (options?: BearerTestingOptions) => start(BearerTestingModule.forIssuer(issuer, options));

  async function get(path: string, token: string | Promise<string>): Promise<Answer> {
    const headers = { Authorization: `Bearer ${await token}` };
    const response = await fetch(`${await app?.getUrl()}/contacts${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('lets a minted token pass', async () => {
    await startFor();
    expect(await get('', issuer.mint({ sub: 'alice', scope: 'contacts.read' }))).toEqual({
      status: 200,
      body: { of: 'alice' },
    });
  });

  it('a minted token says what it is asked to say', async () => {
    await startFor({ audience: ['https://one.test', 'https://two.test'] });
    const now = Math.floor(clock.now() / 1000);
    const token = issuer.mint({
      sub: 'bob',
      scope: ['a', 'b'],
      aud: ['https://two.test'],
      expiresIn: 60,
      acr: 'mfa',
      clientId: 'writer',
      claims: { tenant: 'x', jti: undefined },
    });
    expect((await get('/token', token)).body).toEqual({
      iss: 'https://issuer.test',
      aud: ['https://two.test'],
      sub: 'bob',
      client_id: 'writer',
      scope: 'a b',
      iat: now,
      exp: now + 60,
      acr: 'mfa',
      auth_time: now,
      tenant: 'x',
    });
  });

  type Preset = 'expired' | 'wrongAudience' | 'wrongIssuer' | 'rotatedKey' | 'revoked' | 'missingScope';

  it.each<[Preset, number, string, string]>([
    ['expired', 401, 'invalid_token', 'The access token has expired'],
    ['wrongAudience', 401, 'invalid_token', 'The access token is for another audience'],
    ['wrongIssuer', 401, 'invalid_token', 'The access token is from another issuer'],
    ['rotatedKey', 401, 'invalid_token', 'The access token is not signed with a key of the issuer'],
    ['revoked', 401, 'invalid_token', 'The access token is not active'],
    ['missingScope', 403, 'insufficient_scope', 'The access token does not hold the scopes of this resource'],
  ])('%s gets %i %s', async (preset, status, error, description) => {
    await startFor({ introspection: { clientId: 'contacts', clientSecret: 'secret' } });
    const answer = await get('', issuer[preset]({ sub: 'alice' }));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_description: description });
  });

  it('revoked is refused without introspection too', async () => {
    await startFor();
    expect((await get('', issuer.revoked())).status).toBe(401);
  });

  it('an opaque token passes until it is revoked', async () => {
    await startFor({ introspection: { clientId: 'contacts', clientSecret: 'secret', cacheFor: 0 } });
    const token = issuer.opaque({ sub: 'alice', scope: 'contacts.read' });
    expect((await get('', token)).body).toEqual({ of: 'alice' });
    await issuer.revoke(token);
    expect((await get('', token)).status).toBe(401);
  });

  it('a signed token that is revoked dies where the feed is followed', async () => {
    await startFor({ revocations: { clientId: 'contacts', clientSecret: 'secret', onLoss: 'refuse' } });
    const [token, other] = await Promise.all([issuer.mint(), issuer.mint()]);
    expect((await get('/token', token)).status).toBe(200);
    await issuer.revoke(token);
    expect((await get('/token', token)).status).toBe(401);
    expect((await get('/token', other)).status).toBe(200);
  });

  it('a token without jti cannot be revoked', async () => {
    await expect(issuer.revoke(await issuer.mint({ claims: { jti: undefined } }))).rejects.toThrow('no jti');
  });

  it('a token bound to a key passes with its proof alone', async () => {
    await startFor();
    const key = await issuer.dpopKey();
    const token = await issuer.mint({ dpop: key });
    const address = `${await app?.getUrl()}/contacts/token`;
    // A proof is for the URL at which clients know the service: the origin is that of its audience.
    const url = `${issuer.audience as string}/contacts/token`;
    const send = (headers: Record<string, string>) =>
      fetch(address, { headers }).then(({ status }) => status);
    const authorization = `DPoP ${token}`;
    expect(await send({ authorization, dpop: await key.proof({ token, url }) })).toBe(200);
    expect(await send({ authorization, dpop: await key.proof({ token, url, method: 'POST' }) })).toBe(401);
    const stranger = await issuer.dpopKey();
    expect(await send({ authorization, dpop: await stranger.proof({ token, url }) })).toBe(401);
    expect(await send({ authorization: `Bearer ${token}` })).toBe(401);
  });

  it('time moves with the clock that is given', async () => {
    await startFor();
    const token = await issuer.mint({ scope: 'contacts.read', expiresIn: 100 });
    clock.advance(99);
    expect((await get('', token)).status).toBe(200);
    clock.advance(7);
    expect((await get('', token)).status).toBe(401);
  });

  it('acr meets step-up until it is too old', async () => {
    await startFor();
    const token = await issuer.mint({ acr: 'mfa', expiresIn: 600 });
    expect((await get('/secret', token)).status).toBe(200);
    clock.advance(61);
    expect((await get('/secret', token)).body).toMatchObject({ error: 'insufficient_user_authentication' });
    expect((await get('/secret', issuer.mint())).status).toBe(401);
  });

  it('tokens of the key before and after a rotation pass', async () => {
    await startFor();
    const before = await issuer.mint({ scope: 'contacts.read' });
    expect((await get('', before)).status).toBe(200);
    await issuer.rotate();
    expect((await get('', issuer.mint({ scope: 'contacts.read' }))).status).toBe(200);
    expect((await get('', before)).status).toBe(200);
  });

  it('a token of a withdrawn key is refused once the keys are fetched again', async () => {
    await startFor();
    const before = await issuer.mint({ scope: 'contacts.read' });
    expect((await get('', before)).status).toBe(200);
    await issuer.rotate({ withdraw: true });
    expect((await get('', issuer.mint({ scope: 'contacts.read' }))).status).toBe(200);
    expect((await get('', before)).status).toBe(401);
  });

  it('an issuer that is not reachable means 503', async () => {
    issuer.reachable = false;
    await startFor();
    expect((await get('', issuer.mint())).status).toBe(HttpStatus.SERVICE_UNAVAILABLE);
  });

  it('several issuers are told apart', async () => {
    const other = await TestIssuer.create({ issuer: 'https://other.test/tenant', now: clock.now });
    await start(BearerTestingModule.forIssuer([issuer, other]));
    expect((await get('/token', issuer.mint())).body['iss']).toBe('https://issuer.test');
    expect((await get('/token', other.mint())).body['iss']).toBe('https://other.test/tenant');
    expect((await get('/token', other.wrongIssuer())).status).toBe(401);
  });

  it('an issuer that signs with another algorithm is verified too', async () => {
    issuer = await TestIssuer.create({ algorithm: 'EdDSA', now: clock.now });
    await startFor();
    expect((await get('/token', issuer.mint())).status).toBe(200);
  });

  it('answers for a BearerModule of the service’s own while it intercepts fetch', async () => {
    const [own, audience] = ['https://id.example.com', 'https://contacts.example.com'];
    issuer = await TestIssuer.create({ issuer: own, audience });
    const before = globalThis.fetch;
    const restore = interceptFetch(issuer);
    try {
      await start(BearerModule.forRoot({ issuer: own, audience }));
      expect((await get('', issuer.mint({ scope: 'contacts.read' }))).status).toBe(200);
      expect((await get('', issuer.expired())).status).toBe(401);
    } finally {
      restore();
    }
    expect(globalThis.fetch).toBe(before);
  });

  it('asks no address but its own', async () => {
    await expect(issuer.fetch('https://issuer.test.evil.example/jwks')).rejects.toThrow('is not a URL');
  });
});
