import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerModuleScope } from '@eyrie/guard';
import { type ContactsApp, ContactsController, listen } from '../support/contacts-app.js';

const ISSUER = 'https://id.example.com';
const away = () => Promise.reject(new Error('away'));

describe('J2 the metadata of a protected resource (RFC 9728)', () => {
  let service: ContactsApp;

  afterEach(() => service.app.close());

  async function start(audience: string, scope: BearerModuleScope): Promise<void> {
    const bearer = BearerModule.forRoot({ issuer: ISSUER, audience, fetch: away, ...scope });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class ContactsModule {}
    service = await listen(ContactsModule);
  }

  it('is served openly, where challenges say', async () => {
    await start('https://contacts.example.com', { guardAll: true, resourceMetadata: true });
    const refused = await fetch(`${service.url}/contacts`);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="https://contacts.example.com", scope="contacts.read", ' +
        'resource_metadata="https://contacts.example.com/.well-known/oauth-protected-resource"',
    );
    const response = await fetch(`${service.url}/.well-known/oauth-protected-resource`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      resource: 'https://contacts.example.com',
      authorization_servers: [ISSUER],
      bearer_methods_supported: ['header'],
    });
  });

  it('stands at the path of an identifier that has one, and without it', async () => {
    const options = {
      name: 'Contacts',
      scopes: ['contacts.read'],
      documentation: 'https://example.com/docs',
    };
    await start('https://api.example.com/v1/contacts', { resourceMetadata: options });
    const path = `${service.url}/.well-known/oauth-protected-resource`;
    expect((await fetch(`${path}/v1/contacts`)).status).toBe(200);
    expect(await (await fetch(path)).json()).toMatchObject({
      resource: 'https://api.example.com/v1/contacts',
    });
    expect((await fetch(`${path}/v1`)).status).toBe(404);
    expect(await (await fetch(`${path}/v1/contacts?x=1`)).json()).toMatchObject({
      resource: 'https://api.example.com/v1/contacts',
      scopes_supported: ['contacts.read'],
      resource_name: 'Contacts',
      resource_documentation: 'https://example.com/docs',
    });
  });

  it('names a resource of its own where the audience is no URL, and stays out of Swagger', async () => {
    await start('api://contacts', { resourceMetadata: { resource: 'https://contacts.example.com/' } });
    const response = await fetch(`${service.url}/.well-known/oauth-protected-resource`);
    expect(await response.json()).toMatchObject({ resource: 'https://contacts.example.com/' });
    const { paths } = SwaggerModule.createDocument(service.app, new DocumentBuilder().build());
    expect(Object.keys(paths).filter((path) => path.includes('well-known'))).toEqual([]);
  });

  it('stands at the root of a service with a global prefix that excludes it', async () => {
    const bearer = BearerModule.forRoot({
      issuer: ISSUER,
      audience: 'https://api.example.com/contacts',
      fetch: away,
      resourceMetadata: true,
    });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class PrefixedModule {}
    const prefix = (app: NestFastifyApplication) =>
      app.setGlobalPrefix('api', { exclude: ['.well-known/*path'] });
    service = await listen(PrefixedModule, prefix);
    const path = `${service.url}/.well-known/oauth-protected-resource/contacts`;
    expect((await fetch(path)).status).toBe(200);
    expect((await fetch(`${service.url}/api/contacts`)).status).toBe(401);
  });

  it('is not served unless asked for', async () => {
    await start('https://contacts.example.com', {});
    expect((await fetch(`${service.url}/.well-known/oauth-protected-resource`)).status).toBe(404);
  });
});

it('metadata of an audience that is no URL stops the start', () => {
  expect(() =>
    BearerModule.forRoot({ issuer: ISSUER, audience: 'api://contacts', resourceMetadata: true }),
  ).toThrow('BearerModule: resourceMetadata.resource');
});
