import { Module } from '@nestjs/common';
import { Args, Field, GraphQLModule, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccessToken, BearerModule, Public, RequireScopes, Subject, Token } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { DpopKey } from '../support/dpop-key.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';

@ObjectType()
class Contact {
  @Field(() => String)
  name: string;
}

@RequireScopes('contacts.read')
@Resolver(() => Contact)
class ContactsResolver {
  @Query(() => [Contact])
  contacts(@Token() { subject }: AccessToken): Contact[] {
    return [{ name: `friend of ${subject}` }];
  }

  @RequireScopes('contacts.write')
  @Mutation(() => Contact)
  add(@Args('name', { type: () => String }) name: string): Contact {
    return { name };
  }

  @Public()
  @Query(() => String)
  about(): string {
    return 'contacts';
  }
}

@RequireScopes('invoices.read')
@Resolver(() => Contact)
class InvoicesResolver {
  @Query(() => String)
  invoices(@Subject() subject: string): string {
    return `invoices of ${subject}`;
  }
}

const BILLING = 'https://billing.example.com';

@Module({ imports: [BearerModule.forFeature({ audience: BILLING })], providers: [InvoicesResolver] })
class BillingModule {}

interface Reply {
  data?: unknown;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

describe('GraphQL with Mercurius', () => {
  let issuer: LocalIssuer;
  let service: ContactsApp;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    @Module({
      imports: [
        BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE }),
        BillingModule,
        GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          autoSchemaFile: true,
          context: (request: unknown, reply: unknown) => ({ request, reply }),
        }),
      ],
      providers: [ContactsResolver],
    })
    class ContactsModule {}
    service = await listen(ContactsModule);
  });

  afterAll(async () => {
    await service.app.close();
    await issuer.close();
  });

  type Answer = Reply & { challenge: string | null };

  const ask = (query: string, token?: string): Promise<Answer> =>
    askWith(query, token ? { Authorization: `Bearer ${token}` } : {});

  async function askWith(query: string, headers: Record<string, string>): Promise<Answer> {
    const answer = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return { ...((await answer.json()) as Reply), challenge: answer.headers.get('www-authenticate') };
  }

  it('a good token opens its fields, and tells them who asks', async () => {
    const { data, errors } = await ask('{ contacts { name } about }', await issuer.mint());
    expect(errors).toBeUndefined();
    expect(data).toEqual({ contacts: [{ name: 'friend of alice' }], about: 'contacts' });
  });

  it('without a token a guarded field is an error with a challenge, and an open one is answered', async () => {
    const guarded = await ask('{ contacts { name } }');
    expect(guarded.data).toBeNull();
    expect(guarded.errors?.[0]).toMatchObject({
      message: 'This resource needs a bearer token',
      extensions: { code: 'UNAUTHENTICATED', error: 'missing_token' },
    });
    expect(guarded.challenge).toBe(`Bearer realm="${AUDIENCE}"`);
    expect((await ask('{ about }')).data).toEqual({ about: 'contacts' });
  });

  it('a scope that is missing leaves a mutation undone', async () => {
    const { data, errors, challenge } = await ask(
      'mutation { add(name: "Bob") { name } }',
      await issuer.mint(),
    );
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', error: 'insufficient_scope' } }]);
    expect(challenge).toContain('error="insufficient_scope"');
  });

  it('a resolver of a feature takes the tokens of that audience, and no others', async () => {
    const scope = 'invoices.read';
    const { data } = await ask('{ invoices }', await issuer.mint({ aud: BILLING, scope }));
    expect(data).toEqual({ invoices: 'invoices of alice' });
    const { errors, challenge } = await ask('{ invoices }', await issuer.mint({ scope }));
    expect(errors).toMatchObject([{ extensions: { error: 'invalid_token' } }]);
    expect(challenge).toContain(`realm="${BILLING}"`);
  });

  it('one proof opens all fields of an operation, and those of no other', async () => {
    const key = await DpopKey.generate();
    const token = await issuer.mint({ cnf: { jkt: key.thumbprint } });
    const request = { method: 'POST', url: `${AUDIENCE}/graphql`, token, now: Date.now() / 1000 };
    const headers = { Authorization: `DPoP ${token}`, DPoP: await key.prove(request) };
    const query = '{ one: contacts { name } two: contacts { name } three: contacts { name } }';
    const contacts = [{ name: 'friend of alice' }];
    expect(await askWith(query, headers)).toMatchObject({
      data: { one: contacts, two: contacts, three: contacts },
    });
    const { data, errors } = await askWith(query, headers);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { error: 'invalid_dpop_proof' } }]);
  });
});
