// A service that knows the guard as an installed package: it starts, calls itself, and prints what it was answered.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type AccessToken, RequireScopes, scopesOf, Token } from '@eyrie/guard';
import { BearerTestingModule, TestIssuer } from '@eyrie/guard/testing';

@Controller('contacts')
class ContactsController {
  @RequireScopes('contacts.read')
  @Get()
  list(@Token() token: AccessToken): unknown {
    return { of: token.subject };
  }
}

async function main(platform: string | undefined): Promise<void> {
  const issuer = await TestIssuer.create();
  @Module({ imports: [BearerTestingModule.forIssuer(issuer)], controllers: [ContactsController] })
  class ServiceModule {}
  const app = await (platform === 'fastify'
    ? NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: false })
    : NestFactory.create(ServiceModule, { logger: false }));
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/contacts`;

  const call = async (authorization?: string, more: Record<string, string> = {}): Promise<unknown> => {
    const headers = { ...(authorization !== undefined && { authorization }), ...more };
    const response = await fetch(url, { headers });
    const challenge = response.headers.get('www-authenticate');
    return [response.status, ((await response.json()) as { error?: string; of?: string }).error ?? challenge];
  };
  const dpop = await issuer.dpopKey();
  const bound = await issuer.mint({ scope: 'contacts.read', dpop });
  console.log(
    JSON.stringify({
      good: await call(`Bearer ${await issuer.mint({ scope: 'contacts.read' })}`),
      none: await call(),
      expired: await call(`Bearer ${await issuer.expired()}`),
      narrow: await call(`Bearer ${await issuer.missingScope()}`),
      bound: await call(`DPoP ${bound}`, {
        dpop: await dpop.proof({ token: bound, url: 'https://service.test/contacts' }),
      }),
      routes: scopesOf(app).routes,
    }),
  );
  await app.close();
}

void main(process.argv[2]);
