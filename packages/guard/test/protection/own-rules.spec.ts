import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccessToken,
  BearerGuard,
  BearerModule,
  type BearerRequest,
  Claim,
  InvalidToken,
  OptionalBearer,
  RequireScopes,
  User,
  TokenVerifier,
  VerifierUnavailable,
} from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';
import { withAuthorization } from '../support/raw-request.js';

interface Person {
  name: string;
}

@Controller('contacts')
class ContactsController {
  @UseGuards(BearerGuard)
  @Get('mine')
  mine(@User() user: Person, @Req() request: BearerRequest): unknown {
    return { user, onRequest: request.user === user };
  }

  @OptionalBearer()
  @Get('optional')
  optional(@User() user?: Person): unknown {
    return { user: user ?? null };
  }

  @RequireScopes('contacts.write')
  @Get('scoped')
  scoped(): unknown {
    return {};
  }

  @UseGuards(BearerGuard)
  @Get('claims')
  claims(
    @Claim('address.country') country?: string,
    @Claim('https://a.example/b.c') named?: string,
  ): unknown {
    return { country: country ?? null, named: named ?? null };
  }
}

@Controller('invoices')
class InvoicesController {
  @UseGuards(BearerGuard)
  @Get()
  list(@User() user: string): unknown {
    return { user };
  }
}

let asked: string[] = [];
let verdict: () => unknown = () => true;
let user: () => unknown = () => ({ name: 'Alice' });

@Module({
  imports: [
    BearerModule.forFeature({
      user: ({ subject }: AccessToken) => `payer ${subject}`,
      validators: [({ claims }: AccessToken) => claims['pays'] === true],
    }),
  ],
  controllers: [InvoicesController],
})
class BillingModule {}

const bearer = BearerModule.forVerifier({
  useClass: OneToken,
  guardAll: true,
  validators: [
    ({ subject }, { headers }) => {
      asked.push(`first ${subject} ${String(headers['x-tenant'])}`);
      return true;
    },
    function tenant() {
      asked.push('second');
      return verdict() as boolean;
    },
  ],
  user: () => {
    asked.push('user');
    return user();
  },
});

@Module({ imports: [bearer, BillingModule], controllers: [ContactsController] })
class ServiceModule {}

describe('rules of the service', () => {
  let service: ContactsApp;
  let verifier: OneToken;

  beforeAll(async () => {
    service = await listen(ServiceModule);
    verifier = service.app.get(TokenVerifier);
  });

  beforeEach(() => {
    asked = [];
    verdict = () => true;
    user = () => ({ name: 'Alice' });
    verifier.claims = {};
  });

  afterAll(() => service.app.close());

  const get = (path: string, token = 'good') => withAuthorization(`${service.url}${path}`, `Bearer ${token}`);

  it.each([
    ['at once', () => ({ name: 'Alice' })],
    ['by a promise', async () => ({ name: 'Alice' })],
  ])('a user that is found %s is @User() and request.user', async (_title, find) => {
    user = find;
    expect(await get('/contacts/mine')).toMatchObject({
      status: 200,
      body: { user: { name: 'Alice' }, onRequest: true },
    });
  });

  it.each([[undefined], [null], [false]])('the user %s refuses the request', async (found) => {
    user = async () => found;
    expect(await get('/contacts/mine')).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error_description="The user of the access token is not known"'),
    });
  });

  it('an error of the function is 500, unless it says otherwise', async () => {
    user = () => Promise.reject(new Error('the database is away'));
    expect((await get('/contacts/mine')).status).toBe(500);
    user = () => Promise.reject(new VerifierUnavailable('the database is away'));
    expect((await get('/contacts/mine')).status).toBe(503);
  });

  it('an optional user is undefined without a token', async () => {
    expect(await (await fetch(`${service.url}/contacts/optional`)).json()).toEqual({ user: null });
    expect((await get('/contacts/optional')).body).toEqual({ user: { name: 'Alice' } });
  });

  it('validators are asked in their order, with the request, once for each request', async () => {
    const headers = { Authorization: 'Bearer good', 'X-Tenant': 'acme' };
    expect((await fetch(`${service.url}/contacts/mine`, { headers })).status).toBe(200);
    expect(asked).toEqual(['first alice acme', 'second', 'user']);
  });

  it.each([[false], [undefined], [null], ['true'], [1]])(
    'the verdict %j refuses the request',
    async (value) => {
      for (const answer of [() => value, async () => value]) {
        verdict = answer;
        expect(await get('/contacts/mine')).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
      }
      expect(asked).not.toContain('user');
    },
  );

  it('a validator may say why, or that it does not know', async () => {
    verdict = () => {
      throw new InvalidToken('The tenant has left');
    };
    expect((await get('/contacts/mine')).challenge).toContain('The tenant has left');
    verdict = () => Promise.reject(new VerifierUnavailable('the database is away'));
    expect((await get('/contacts/mine')).status).toBe(503);
  });

  it('no user is asked for before the requirements of the route are met', async () => {
    expect((await get('/contacts/scoped')).status).toBe(403);
    expect(asked).not.toContain('user');
  });

  it('a token that is not valid is shown to no rule', async () => {
    expect((await get('/contacts/mine', 'bad')).status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('a feature has its own user, and further validators', async () => {
    verifier.claims = { pays: true };
    expect(await get('/invoices')).toMatchObject({ status: 200, body: { user: 'payer alice' } });
    expect(asked).toEqual(['first alice undefined', 'second']);
    verifier.claims = {};
    expect((await get('/invoices')).status).toBe(401);
    verdict = () => false;
    verifier.claims = { pays: true };
    expect((await get('/invoices')).status).toBe(401);
  });

  it.each([
    [{ address: { country: 'SE' } }, { country: 'SE', named: null }],
    [
      { 'address.country': 'NO', address: { country: 'SE' } },
      { country: 'NO', named: null },
    ],
    [
      { address: 'SE', 'https://a.example/b.c': 'x' },
      { country: null, named: 'x' },
    ],
    [{ address: null }, { country: null, named: null }],
  ])('@Claim() of %j', async (claims, expected) => {
    verifier.claims = claims;
    expect((await get('/contacts/claims')).body).toEqual(expected);
  });
});

it('@User() without the option is an error of the service', async () => {
  @Module({ imports: [BearerModule.forVerifier({ useClass: OneToken })], controllers: [ContactsController] })
  class NoUserModule {}
  const { app, url } = await listen(NoUserModule);
  const { status } = await withAuthorization(`${url}/contacts/mine`, 'Bearer good');
  await app.close();
  expect(status).toBe(500);
});
