// A bare service with a GraphQL subscription, with Apollo's defaults. It calls itself, and prints what it was answered.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { RequireScopes, Subject } from '@eyrie/guard';
import { BearerTestingModule, TestIssuer } from '@eyrie/guard/testing';

/** A package that only bare services have. */
const apollo: string = '@nestjs/apollo';

@RequireScopes('contacts.read')
@Resolver()
class ContactsResolver {
  @Query(() => String)
  contacts(@Subject() subject: string): string {
    return `contacts of ${subject}`;
  }

  @Subscription(() => String)
  added(@Subject() subject: string): AsyncIterable<unknown> {
    return once({ added: `contact of ${subject}` });
  }
}

async function* once(event: unknown): AsyncIterable<unknown> {
  yield event;
}

async function main(): Promise<void> {
  const { ApolloDriver } = await import(apollo);
  const issuer = await TestIssuer.create();
  @Module({
    imports: [
      BearerTestingModule.forIssuer(issuer),
      GraphQLModule.forRoot({
        driver: ApolloDriver,
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': true },
      }),
    ],
    providers: [ContactsResolver],
  })
  class ServiceModule {}
  const app = await NestFactory.create(ServiceModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `${(await app.getUrl()).replace('http', 'ws')}/graphql`;

  const subscribe = async (connectionParams: Record<string, string>, headers = {}): Promise<unknown> => {
    const webSocketImpl = class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    };
    const client = createClient({ url, connectionParams, webSocketImpl, retryAttempts: 0 });
    try {
      for await (const { data, errors } of client.iterate<{ added: string }>({
        query: 'subscription { added }',
      })) {
        return data?.added ?? errors?.[0]?.extensions?.['error'];
      }
      return 'nothing';
    } catch (error) {
      return Array.isArray(error)
        ? (error[0] as { extensions?: { error?: string } }).extensions?.error
        : String(error);
    } finally {
      await client.dispose();
    }
  };
  const token = await issuer.mint({ sub: 'alice', scope: 'contacts.read' });
  console.log(
    JSON.stringify({
      header: await subscribe({}, { Authorization: `Bearer ${token}` }),
      parameter: await subscribe({ Authorization: `Bearer ${token}` }),
      token: await subscribe({ token }),
      none: await subscribe({}),
      both: await subscribe({ token }, { Authorization: `Bearer ${token}` }),
      narrow: await subscribe({ token: await issuer.missingScope() }),
    }),
  );
  await app.close();
}

void main();
