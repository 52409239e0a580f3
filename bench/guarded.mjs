/**
 * A Nest route without and with the guard of `@eyrie/guard`. The issuers are simulated in this process, with the guard's option
 * `fetch`. GET /token returns a token of the last issuer, for the guarded route.
 *
 * Environment: PORT, ISSUERS (how many are trusted, 1 by default).
 */
// oxlint-disable-next-line import/no-unassigned-import -- gives Nest the metadata functions of Reflect
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { BearerModule, RequireScopes } from '@eyrie/guard';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuers = Array.from(
  { length: Number(process.env.ISSUERS ?? 1) },
  (_, i) => `https://id${i}.example.com`,
);
const issuer = issuers.at(-1);
const audience = 'https://contacts.example.com';
const contacts = { contacts: [{ name: 'Bob', email: 'bob@example.com' }] };

const { privateKey, publicKey } = await generateKeyPair('ES256');
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }] };
const token = await new SignJWT({ client_id: 'bench', scope: 'contacts.read', jti: 'bench' })
  .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
  .setIssuer(issuer)
  .setAudience(audience)
  .setSubject('alice')
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(privateKey);

async function answerAsIssuer(url) {
  const { origin, pathname } = new URL(url);
  return Response.json(pathname === '/jwks' ? jwks : { issuer: origin, jwks_uri: `${origin}/jwks` });
}

class ContactsController {
  open() {
    return contacts;
  }

  guarded() {
    return contacts;
  }

  token() {
    return token;
  }
}

function decorate(method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(ContactsController.prototype, method);
  for (const decorator of decorators) decorator(ContactsController.prototype, method, descriptor);
}

// Plain JavaScript has no decorator syntax yet.
Controller()(ContactsController);
decorate('open', Get('open'));
decorate('guarded', Get('guarded'), RequireScopes('contacts.read'));
decorate('token', Get('token'));

// oxlint-disable-next-line typescript/no-extraneous-class -- a Nest module is an empty class
class AppModule {}
Module({
  imports: [
    BearerModule.forRoot({
      issuers: issuers.map((one) => ({ issuer: one })),
      audience,
      fetch: answerAsIssuer,
    }),
  ],
  controllers: [ContactsController],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');
