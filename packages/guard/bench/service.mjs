// A Nest service on Fastify with one open and one guarded route, and the issuer that it trusts.
import { createServer } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { BearerModule, RequireScopes } from '@eyrie/guard';

const AUDIENCE = 'https://contacts.example.com';

class ContactsController {
  open() {
    return { hello: 'world' };
  }

  guarded() {
    return { hello: 'world' };
  }
}

decorate(ContactsController, 'open', Get('open'));
decorate(ContactsController, 'guarded', Get('guarded'), RequireScopes('contacts.read'));
Controller()(ContactsController);

const { privateKey, publicKey } = await generateKeyPair('ES256');
const issuer = await startIssuer({ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' });

class ServiceModule {}
Module({
  imports: [BearerModule.forRoot({ issuer, audience: AUDIENCE })],
  controllers: [ContactsController],
})(ServiceModule);

const app = await NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.send({ url: await app.getUrl(), token: await mint() });

function decorate(target, method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method);
  for (const decorator of decorators) decorator(target.prototype, method, descriptor);
}

function startIssuer(jwk) {
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${server.address().port}`;
    const document = request.url === '/jwks' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.end(JSON.stringify(document));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

function mint() {
  return new SignJWT({ client_id: 'bench', scope: 'contacts.read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}
