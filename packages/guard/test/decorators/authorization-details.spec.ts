import { Controller, Get, Module, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccessToken, RequireAuthorizationDetails, Token } from '@eyrie/guard';
import { BearerTestingModule, TestIssuer } from '@eyrie/guard/testing';
import { type ContactsApp, listen } from '../support/contacts-app.js';

const issuer = await TestIssuer.create();

@Controller('payments')
class PaymentsController {
  @RequireAuthorizationDetails('payment', { actions: ['status', 'read'], identifier: 'salary', urgent: true })
  @Get()
  read(@Token() { authorizationDetails }: AccessToken): unknown {
    return authorizationDetails;
  }

  @RequireAuthorizationDetails('payment')
  @Get('any')
  any(): string {
    return '"any"';
  }

  @RequireAuthorizationDetails(
    'payment',
    ({ creditor }, { body }) => creditor === (body as { creditor?: string } | undefined)?.creditor,
  )
  @Post()
  pay(): string {
    return '"paid"';
  }

  @RequireAuthorizationDetails('payment', (() => Promise.resolve(true)) as never)
  @Get('promised')
  promised(): string {
    return '"promised"';
  }
}

@Module({
  imports: [BearerTestingModule.forIssuer(issuer)],
  controllers: [PaymentsController],
})
class BankModule {}

describe('@RequireAuthorizationDetails()', () => {
  let service: ContactsApp;
  beforeAll(async () => (service = await listen(BankModule)));
  afterAll(() => service.app.close());

  const call = async (authorization_details: unknown, path = '', creditor?: string): Promise<Response> =>
    fetch(`${service.url}/payments${path}`, {
      headers: {
        authorization: `Bearer ${await issuer.mint({ claims: { authorization_details } })}`,
        ...(creditor === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(creditor === undefined ? {} : { method: 'POST', body: JSON.stringify({ creditor }) }),
    });

  const good = {
    type: 'payment',
    actions: ['initiate', 'status', 'read'],
    identifier: 'salary',
    urgent: true,
  };

  it('a detail with all that is expected passes, and the handler reads it', async () => {
    const answer = await call([{ type: 'other' }, good]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual([{ type: 'other' }, good]);
  });

  it.each<[condition: string, claim: unknown]>([
    ['no details', undefined],
    ['an empty list', []],
    ['the claim as a text', JSON.stringify([good])],
    ['the claim as an object', good],
    ['another type', [{ ...good, type: 'payments' }]],
    ['one of the actions alone', [{ ...good, actions: ['status'] }]],
    ['no actions', [{ ...good, actions: undefined }]],
    ['the actions as a text', [{ ...good, actions: 'status' }]],
    ['another identifier', [{ ...good, identifier: 'rent' }]],
    ['a flag as a text', [{ ...good, urgent: 'true' }]],
    [
      'two details that have it only together',
      [
        { ...good, urgent: false },
        { ...good, identifier: 'rent' },
      ],
    ],
    ['all in a list within the list', [[good]]],
  ])('with %s: 403 insufficient_scope without a scope', async (_condition, claim) => {
    const refused = await call(claim);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: 'insufficient_scope' });
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(refused.headers.get('www-authenticate')).not.toContain('scope="');
  });

  it('a type alone accepts any detail of it', async () => {
    expect((await call([{ type: 'payment' }], '/any')).status).toBe(200);
    expect((await call([{ type: 'other' }], '/any')).status).toBe(403);
  });

  it('a function decides by the request', async () => {
    const details = [
      { type: 'payment', creditor: 'Merchant A' },
      { type: 'other', creditor: 'Mallory' },
    ];
    expect((await call(details, '', 'Merchant A')).status).toBe(201);
    expect((await call(details, '', 'Mallory')).status).toBe(403);
  });

  it('a promise is not true', async () => {
    expect((await call([{ type: 'payment' }], '/promised')).status).toBe(403);
  });
});
