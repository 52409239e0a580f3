import { ValidationPipe } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { scopes } from './scopes.js';

/** Sets up what is not part of a module: validation of bodies, and `/docs` with the scopes of each route. */
export function prepare(app: NestFastifyApplication, issuer: string): void {
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  const { href: authorizationUrl } = new URL('/authorize', issuer);
  const { href: tokenUrl } = new URL('/token', issuer);
  // The decorators of @eyrie/guard document the security of each route for the scheme `oauth2`, which is this one.
  const description = new DocumentBuilder()
    .setTitle('ContactSaver')
    .addOAuth2({ type: 'oauth2', flows: { authorizationCode: { authorizationUrl, tokenUrl, scopes } } })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}
