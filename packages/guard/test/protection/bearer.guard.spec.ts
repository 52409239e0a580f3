import { Controller, Get, Inject, Injectable, Module, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccessToken,
  BearerGuard,
  BearerModule,
  InvalidToken,
  RequireScopes,
  Token,
  TokenVerifier,
  VerifierUnavailable,
} from '@eyrie/guard';
import { type ContactsApp, listen, startContacts } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';

/** Knows tokens by name: `read`, `read-write`; and what goes wrong with others. */
@Injectable()
class NamedTokens extends TokenVerifier {
  asked: string[] = [];

  async verify(token: string): Promise<AccessToken> {
    this.asked.push(token);
    if (token === 'away') throw new VerifierUnavailable('The key set cannot be fetched', 7.2);
    if (token === 'broken') throw new Error('the database says "no"');
    if (!token.startsWith('read')) throw new InvalidToken('The access token has expired');
    const scopes = token === 'read-write' ? ['contacts.read', 'contacts.write'] : ['contacts.read'];
    return {
      subject: 'alice',
      clientId: 'writer',
      scopes: new Set(scopes),
      audience: [],
      expiresAt: 0,
      claims: {},
    };
  }
}

@Controller('routes')
class RoutesController {
  @UseGuards(BearerGuard)
  @Get('guarded')
  guarded(@Token() token: AccessToken): string {
    return token.subject;
  }

  @RequireScopes('contacts.read')
  @RequireScopes('contacts.write')
  @Get('both')
  both(): string {
    return 'both';
  }

  @Get('unguarded')
  unguarded(@Token() token: AccessToken): string {
    return token.subject;
  }
}

@RequireScopes('contacts.read')
@Controller('scoped')
class ScopedController {
  @Get('plain')
  plain(): string {
    return 'plain';
  }

  @RequireScopes('contacts.write')
  @Get('narrow')
  narrow(@Token() token: AccessToken): string {
    return token.subject;
  }
}

@Controller('derived')
class DerivedController extends ScopedController {}

@Module({ providers: [NamedTokens], exports: [NamedTokens] })
class TokensModule {}

const bearer = BearerModule.forVerifier({
  imports: [TokensModule],
  useExisting: NamedTokens,
  realm: 'a "test" \\ realm',
});

@Module({ imports: [bearer], controllers: [RoutesController, ScopedController, DerivedController] })
class RoutesModule {}

const REALM = 'Bearer realm="a \\"test\\" \\\\ realm"';

describe('BearerGuard', () => {
  let contacts: ContactsApp;
  let tokens: NamedTokens;

  beforeAll(async () => {
    contacts = await listen(RoutesModule);
    tokens = contacts.app.get(NamedTokens, { strict: false });
  });

  beforeEach(() => {
    tokens.asked = [];
  });

  afterAll(() => contacts.app.close());

  const get = (path: string, token: string) => withAuthorization(`${contacts.url}${path}`, `Bearer ${token}`);

  it('puts the token on the request for the handler', async () => {
    const response = await fetch(`${contacts.url}/routes/guarded`, {
      headers: { Authorization: 'Bearer read' },
    });
    expect(await response.text()).toBe('alice');
  });

  it('a request without a token gets a challenge without an error code', async () => {
    const response = await fetch(`${contacts.url}/routes/guarded`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(REALM);
    expect(await response.json()).toEqual({
      error: 'missing_token',
      error_description: 'This resource needs a bearer token',
    });
  });

  it('a bad token gets 401 invalid_token with what the verifier says for the client', async () => {
    expect(await get('/routes/guarded', 'old')).toMatchObject({
      status: 401,
      challenge: `${REALM}, error="invalid_token", error_description="The access token has expired"`,
      body: { error: 'invalid_token', error_description: 'The access token has expired' },
    });
  });

  it('an issuer out of reach gets 503 with Retry-After in whole seconds, and no challenge', async () => {
    const answer = await get('/routes/guarded', 'away');
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(answer.challenge).toBeUndefined();
    expect(answer.headers['retry-after']).toBe('8');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('a fault of the verifier lets nobody pass and tells nothing', async () => {
    const answer = await get('/routes/guarded', 'broken');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('database');
  });

  it('a missing scope gets 403 insufficient_scope naming every scope of the route', async () => {
    const description = 'The access token does not hold the scopes of this resource';
    expect(await get('/scoped/narrow', 'read')).toMatchObject({
      status: 403,
      challenge: `${REALM}, error="insufficient_scope", error_description="${description}", scope="contacts.read contacts.write"`,
      body: { error: 'insufficient_scope', error_description: description },
    });
  });

  it('scopes of the class hold for a handler without its own', async () => {
    expect((await fetch(`${contacts.url}/scoped/plain`)).status).toBe(401);
  });

  it('a handler needs the scopes of its class and its own', async () => {
    expect((await get('/scoped/narrow', 'read')).status).toBe(403);
    const response = await fetch(`${contacts.url}/scoped/narrow`, {
      headers: { Authorization: 'Bearer read-write' },
    });
    expect(response.status).toBe(200);
  });

  it('a derived controller keeps the scopes of its base', async () => {
    expect((await get('/derived/narrow', 'read')).status).toBe(403);
    expect((await fetch(`${contacts.url}/derived/plain`)).status).toBe(401);
  });

  it('a token that is remembered from one route needs the scopes of the next', async () => {
    const issuer = await LocalIssuer.start();
    const { app, url } = await startContacts({ issuer: issuer.url, audience: AUDIENCE });
    const value = `Bearer ${await issuer.mint({ scope: 'contacts.read' })}`;
    const statuses = [];
    for (const method of ['GET', 'POST', 'GET', 'POST']) {
      statuses.push((await withAuthorization(`${url}/contacts`, value, { method })).status);
    }
    await app.close();
    await issuer.close();
    expect(statuses).toEqual([200, 403, 200, 403]);
  });

  it('several decorators on one handler add up', async () => {
    expect((await get('/routes/both', 'read')).status).toBe(403);
  });

  it('a route that meets the guard twice verifies once', async () => {
    await fetch(`${contacts.url}/scoped/narrow`, { headers: { Authorization: 'Bearer read-write' } });
    expect(tokens.asked).toEqual(['read-write']);
  });

  it('@Token() on an unguarded route fails instead of handing out nothing', async () => {
    expect((await get('/routes/unguarded', 'read')).status).toBe(500);
  });

  it('refuses a scope that is two', () => {
    expect(() => RequireScopes('contacts.read contacts.write')(class {})).toThrow('is not a scope');
  });
});

describe('BearerGuard as APP_GUARD', () => {
  @Controller()
  class PlainController {
    constructor(@Inject(TokenVerifier) readonly verifier: TokenVerifier) {}

    @Get('plain')
    plain(): string {
      return 'plain';
    }
  }

  @Module({
    imports: [BearerModule.forVerifier({ useClass: NamedTokens })],
    controllers: [PlainController],
    providers: [{ provide: APP_GUARD, useExisting: BearerGuard }],
  })
  class GuardedModule {}

  it('guards every route', async () => {
    const { app, url } = await listen(GuardedModule);
    const refused = await fetch(`${url}/plain`);
    const passed = await fetch(`${url}/plain`, { headers: { Authorization: 'Bearer read' } });
    await app.close();
    expect([refused.status, passed.status]).toEqual([401, 200]);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"');
  });
});
