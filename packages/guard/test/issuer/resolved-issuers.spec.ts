import { Controller, Get, Logger, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccessToken,
  BearerHealth,
  BearerModule,
  type IssuerResolver,
  type ResolvedIssuer,
  RequireScopes,
  Token,
  TokenVerifier,
} from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { eventually } from '../support/eventually.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';

Logger.overrideLogger(false);

@Controller('contacts')
class ContactsController {
  @RequireScopes('contacts.read')
  @Get()
  list(@Token() { issuer, subject }: AccessToken): unknown {
    return { issuer, subject };
  }
}

@Controller('invoices')
class InvoicesController {
  @RequireScopes('contacts.read')
  @Get()
  list(@Token() { issuer }: AccessToken): unknown {
    return { issuer };
  }
}

const INVOICES = 'https://invoices.example.com';

@Module({
  imports: [BearerModule.forFeature({ audience: INVOICES })],
  controllers: [InvoicesController],
})
class InvoicesModule {}

describe('issuers that are resolved at run time', () => {
  let acme: LocalIssuer;
  let clock: Clock;
  let contacts: ContactsApp;
  let asked: string[];
  /** The options of each trusted issuer. */
  let trusted: Map<string, ResolvedIssuer>;
  let answer: IssuerResolver;

  beforeEach(async () => {
    acme = await LocalIssuer.start();
    clock = new Clock();
    asked = [];
    trusted = new Map([[acme.url, {}]]);
    answer = async (issuer) => trusted.get(issuer);
    const bearer = BearerModule.forRoot({
      audience: AUDIENCE,
      issuers: (issuer) => {
        asked.push(issuer);
        return answer(issuer);
      },
      now: clock.now,
    });
    @Module({ imports: [bearer, InvoicesModule], controllers: [ContactsController] })
    class ServiceModule {}
    contacts = await listen(ServiceModule);
  });

  afterEach(async () => {
    await contacts.app.close();
    await acme.close();
  });

  const send = (token: string, path = '/contacts') =>
    withAuthorization(`${contacts.url}${path}`, `Bearer ${token}`);
  const lasting = (claims: Record<string, unknown> = {}) =>
    acme.mint({ exp: Math.floor(clock.now() / 1000) + 86_400, ...claims });

  it('the service is asked once about an issuer, whose tokens then pass', async () => {
    const answers = await Promise.all([send(await acme.mint()), send(await acme.mint())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await send(await acme.mint())).body).toEqual({ issuer: acme.url, subject: 'alice' });
    expect(asked).toEqual([acme.url]);
    expect(acme.count('/jwks')).toBe(1);
  });

  it('the options of an issuer go before those of the service', async () => {
    trusted.set(acme.url, { audience: 'acme-contacts', profile: 'keycloak' });
    const claims = { aud: 'acme-contacts', typ: 'Bearer', azp: 'app' };
    expect((await send(await acme.mint(claims, { typ: 'JWT' }))).status).toBe(200);
    expect((await send(await acme.mint())).status).toBe(401);
  });

  it('an issuer that is not trusted gets 401, and the service is not asked again for 30 seconds', async () => {
    const token = await lasting();
    trusted.clear();
    expect((await send(token)).status).toBe(401);
    trusted.set(acme.url, {});
    expect((await send(token)).status).toBe(401);
    expect(asked).toEqual([acme.url]);
    clock.advance(30);
    expect((await send(token)).status).toBe(200);
    expect(acme.requests).toEqual({ '/.well-known/openid-configuration': 1, '/jwks': 1 });
  });

  it.each([
    'urn:acme',
    'http://id.example.com',
    'https://id.example.com/?tenant=acme',
    `https://id.example.com/${'a'.repeat(512)}`,
    ['https://id.example.com'],
    undefined,
    'javascript:alert(1)',
  ])('the service is not asked about what cannot be an issuer: %j', async (iss) => {
    expect((await send(await acme.mint({ iss }))).status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('an issuer that is no longer trusted is dropped, with the tokens that were remembered', async () => {
    const token = await lasting();
    expect((await send(token)).status).toBe(200);
    trusted.clear();
    clock.advance(299);
    expect((await send(token)).status).toBe(200);
    clock.advance(2);
    await eventually(async () => (await send(token)).status === 401);
    expect(asked).toEqual([acme.url, acme.url]);
  });

  it('an issuer whose options change is verified by the new ones; the same options change nothing', async () => {
    const token = await lasting();
    await send(token);
    clock.advance(301);
    await send(token);
    await eventually(() => asked.length === 2);
    expect((await send(token)).status).toBe(200);
    expect(acme.count('/jwks')).toBe(2); // the keys were refreshed, by age
    trusted.set(acme.url, { audience: 'another' });
    clock.advance(301);
    await eventually(async () => (await send(token)).status === 401);
  });

  it('while the service cannot say, a token gets 503, with backoff, and then passes', async () => {
    const token = await lasting();
    answer = () => Promise.reject(new Error('The database is away'));
    expect((await send(token)).status).toBe(503);
    answer = (issuer) => trusted.get(issuer);
    expect(await send(token)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect((await send(token)).status).toBe(200);
  });

  it.each([{ audiences: 'x' }, { profile: 'keycloack' }])(
    'options that are wrong, %j, let nobody pass, and the log names them',
    async (options) => {
      const lines: string[] = [];
      Logger.overrideLogger({ warn: (line: string) => lines.push(line), log() {}, error() {} });
      trusted.set(acme.url, options as ResolvedIssuer);
      expect((await send(await acme.mint())).status).toBe(503);
      Logger.overrideLogger(false);
      expect(lines).toEqual([expect.stringContaining(Object.keys(options)[0] ?? '')]);
    },
  );

  it('a feature with another audience asks about the same issuers', async () => {
    const token = await acme.mint({ aud: INVOICES });
    expect((await send(token, '/invoices')).body).toEqual({ issuer: acme.url });
    expect((await send(token)).status).toBe(401);
    expect((await send(await acme.mint(), '/invoices')).status).toBe(401);
    expect(asked).toEqual([acme.url]);
    trusted.clear();
    clock.advance(601);
    expect((await send(token, '/invoices')).status).toBe(401);
  });

  it('many issuers of strangers are asked about a few at a time; further ones get 503', async () => {
    let open = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    answer = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise<void>((resolve) => waiting.push(resolve));
      open -= 1;
      return undefined;
    };
    const tokens = await Promise.all(
      Array.from({ length: 540 }, (_, i) => acme.mint({ iss: `https://${i}.example.org` })),
    );
    const verifier = contacts.app.get(TokenVerifier);
    const outcomes = Promise.allSettled(tokens.map((token) => verifier.verify(token)));
    await eventually(() => waiting.length === 16);
    let isOver = false;
    void outcomes.then(() => (isOver = true));
    await eventually(() => {
      while (waiting.length > 0) waiting.shift()?.();
      return isOver;
    });
    const names = (await outcomes).map((one) => one.status === 'rejected' && (one.reason as Error).name);
    expect(most).toBe(16);
    expect(names.filter((name) => name === 'VerifierUnavailable')).toHaveLength(540 - 16 - 512);
    expect(names.filter((name) => name === 'InvalidToken')).toHaveLength(16 + 512);
  });

  it('health names them, and none takes the service down', async () => {
    await send(await acme.mint());
    const health = () => contacts.app.get(BearerHealth).check();
    expect(await health()).toEqual({ bearer: { status: 'up', issuers: { [acme.url]: 'up' } } });
    acme.failing.set('/jwks', 500).set('/.well-known/openid-configuration', 500);
    clock.advance(3601);
    expect(await health()).toMatchObject({
      bearer: { status: 'up', issuers: { [acme.url]: expect.stringContaining('cannot be fetched') } },
    });
  });
});
