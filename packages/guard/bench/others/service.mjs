// A Nest service on Express whose routes are the same but for what guards them.
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import * as jose from 'jose';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { BearerModule, RequireScopes } from '@eyrie/guard';
import { AUDIENCE, decorate, startIssuer } from '../issuer.mjs';

class ContactsController {
  open() {
    return { hello: 'world' };
  }

  guarded() {
    return { hello: 'world' };
  }

  passportJwt() {
    return { hello: 'world' };
  }

  auth0() {
    return { hello: 'world' };
  }
}

decorate(ContactsController, 'open', Get('open'));
decorate(ContactsController, 'guarded', Get('guarded'), RequireScopes('contacts.read'));
decorate(ContactsController, 'passportJwt', Get('passport-jwt'), UseGuards(AuthGuard('jwt')));
decorate(ContactsController, 'auth0', Get('express-oauth2-jwt-bearer'));
Controller()(ContactsController);

const { issuer, token } = await startIssuer(jose);

class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: passportJwtSecret({ cache: true, jwksUri: `${issuer}/jwks` }),
      algorithms: ['ES256'],
      audience: AUDIENCE,
      issuer,
    });
  }

  validate({ sub, scope }) {
    return scope.split(' ').includes('contacts.read') && { subject: sub };
  }
}

class ServiceModule {}
Module({
  imports: [BearerModule.forRoot({ issuer, audience: AUDIENCE }), PassportModule],
  controllers: [ContactsController],
  providers: [JwtStrategy],
})(ServiceModule);

const app = await NestFactory.create(ServiceModule, { logger: false });
app.use(
  '/express-oauth2-jwt-bearer',
  auth({ issuerBaseURL: issuer, audience: AUDIENCE, tokenSigningAlg: 'ES256' }),
  requiredScopes('contacts.read'),
);
await app.listen(0, '127.0.0.1');
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.send({ url: await app.getUrl(), token });
