/**
 * A Nest route without and with the guard of `@eyrie/guard`. The issuer is simulated in this process, with the guard's option `fetch`.
 * GET /token returns a token for the guarded route.
 *
 * Environment: PORT.
 */
// oxlint-disable-next-line import/no-unassigned-import -- gives Nest the metadata functions of Reflect
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { BearerModule, RequireScopes } from '@eyrie/guard';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = 'https://id.example.com';
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
  const metadata = { issuer, jwks_uri: `${issuer}/jwks` };
  return Response.json(String(url).endsWith('/jwks') ? jwks : metadata);
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
  imports: [BearerModule.forRoot({ issuer, audience, fetch: answerAsIssuer })],
  controllers: [ContactsController],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT), '127.0.0.1');
