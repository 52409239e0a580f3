import { Controller, Get, Module, Post, type Type, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type AccessToken,
  AllowFormToken,
  BearerGuard,
  BearerModule,
  type BearerOptions,
  RequireScopes,
  Token,
} from '@eyrie/guard';

/** Routes that need nothing, a token, a scope, several scopes, and one that takes a token in its form. */
@Controller('contacts')
export class ContactsController {
  @Get('open')
  open(): unknown {
    return { open: true };
  }

  @UseGuards(BearerGuard)
  @Get('any')
  any(@Token() { subject, clientId, scopes, audience, expiresAt, claims }: AccessToken): unknown {
    return { subject, clientId, scopes: [...scopes], audience, expiresAt, claims };
  }

  @RequireScopes('contacts.read')
  @Get()
  list(@Token() token: AccessToken): unknown {
    return { of: token.subject };
  }

  @RequireScopes('contacts.read', 'contacts.write')
  @Post()
  add(@Token() token: AccessToken): unknown {
    return { of: token.subject };
  }

  @AllowFormToken()
  @RequireScopes('contacts.read')
  @Post('form')
  form(@Token() token: AccessToken): unknown {
    return { of: token.subject };
  }
}

export interface ContactsApp {
  app: NestFastifyApplication;
  url: string;
}

/** Starts ContactSaver over HTTP, protected as `options` say. */
export async function startContacts(
  options: BearerOptions,
  controllers: Type[] = [ContactsController],
): Promise<ContactsApp> {
  @Module({ imports: [BearerModule.forRoot(options)], controllers })
  class ContactsModule {}
  return listen(ContactsModule);
}

export async function listen(
  module: Type,
  prepare: (app: NestFastifyApplication) => unknown = () => undefined,
): Promise<ContactsApp> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
  });
  prepare(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}
