import { Controller, Get } from '@nestjs/common';
import { ApiSecurity, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequireScopes } from '@eyrie/guard';
import { type ContactsApp, startContacts } from '../support/contacts-app.js';

@RequireScopes('contacts.read')
@Controller('class')
class ScopedController {
  @Get('plain')
  plain(): void {}

  @RequireScopes('contacts.write')
  @Get('narrow')
  narrow(): void {}

  @ApiSecurity('api-key')
  @Get('either')
  either(): void {}
}

@Controller('handler')
class HandlerController {
  @Get('open')
  open(): void {}

  @RequireScopes('contacts.read')
  @RequireScopes('contacts.write')
  @Get('both')
  both(): void {}
}

describe('RequireScopes in the Swagger document', () => {
  let contacts: ContactsApp;
  let paths: Record<string, { get?: { security?: unknown } }>;

  beforeAll(async () => {
    const away = () => Promise.reject(new Error('away'));
    const options = {
      issuer: 'https://id.example.com',
      audience: 'https://contacts.example.com',
      fetch: away,
    };
    contacts = await startContacts(options, [ScopedController, HandlerController]);
    ({ paths } = SwaggerModule.createDocument(contacts.app, new DocumentBuilder().build()));
  });

  afterAll(() => contacts.app.close());

  it.each([
    ['/handler/open', undefined],
    ['/handler/both', [{ oauth2: ['contacts.write', 'contacts.read'] }]],
    ['/class/plain', [{ oauth2: ['contacts.read'] }]],
    ['/class/narrow', [{ oauth2: ['contacts.read', 'contacts.write'] }]],
    ['/class/either', [{ 'api-key': [] }, { oauth2: ['contacts.read'] }]],
  ])('%s needs %j', (path, security) => {
    expect(paths[path]?.get?.security).toEqual(security);
  });
});
