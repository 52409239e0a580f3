// A Nest service on Fastify with one open and one guarded route.
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import * as jose from 'jose';
import { BearerModule, RequireScopes } from '@eyrie/guard';
import { AUDIENCE, decorate, startIssuer } from './issuer.mjs';

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

const { issuer, token } = await startIssuer(jose);

class ServiceModule {}
Module({
  imports: [BearerModule.forRoot({ issuer, audience: AUDIENCE })],
  controllers: [ContactsController],
})(ServiceModule);

const app = await NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.send({ url: await app.getUrl(), token });
