import {
  All,
  Controller,
  Delete,
  Get,
  type INestApplication,
  Module,
  Post,
  RequestMethod,
  type Type,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { BearerModule, Public, RequireAnyScope, RequireScopes, scopesOf } from '@eyrie/guard';
import { OneToken } from '../support/one-token.js';

const AUDIENCE = 'https://contacts.example.com';
const bearer = BearerModule.forRoot({ issuer: 'https://id.example.com', audience: [AUDIENCE, 'urn:other'] });

@RequireScopes('contacts.read')
@Controller('contacts')
class ContactsController {
  @Get()
  list(): void {}

  @RequireScopes('contacts.write')
  @RequireAnyScope('contacts.add', 'contacts.admin')
  @Post(['new', 'add'])
  add(): void {}

  @Public()
  @All('about')
  about(): void {}

  notARoute(): void {}
}

@Controller({ path: ['old', 'older'], version: ['1', VERSION_NEUTRAL] })
class VersionedController {
  @Get(':id')
  one(): void {}

  @RequireScopes('contacts.write')
  @Version('2')
  @Delete(':id')
  remove(): void {}
}

async function create(imports: unknown[], ...controllers: Type[]): Promise<INestApplication> {
  @Module({ imports: imports as [], controllers })
  class ServiceModule {}
  return NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: false });
}

const lines = (app: INestApplication): string[] =>
  scopesOf(app).routes.map(({ method, path, version, scopes }) =>
    [method, path, ...(version === undefined ? [] : [`version=${version}`]), ...scopes].join(' '),
  );

describe('scopesOf', () => {
  it('lists every route with the scopes of class and handler', async () => {
    const manifest = scopesOf(await create([bearer], ContactsController));
    const anyScopes = [['contacts.add', 'contacts.admin']];
    const scopes = ['contacts.read', 'contacts.write'];
    expect(JSON.parse(JSON.stringify(manifest))).toEqual({
      resource: AUDIENCE,
      routes: [
        { method: 'GET', path: '/contacts', scopes: ['contacts.read'] },
        { method: 'POST', path: '/contacts/new', scopes, anyScopes },
        { method: 'POST', path: '/contacts/add', scopes, anyScopes },
        { method: 'ALL', path: '/contacts/about', scopes: [] },
      ],
    });
  });

  it('lists the routes of one resource, where a feature is another', async () => {
    const billing = 'https://billing.example.com';
    @Module({
      imports: [BearerModule.forFeature({ audience: billing })],
      controllers: [VersionedController],
    })
    class BillingModule {}
    const app = await create([bearer, BillingModule], ContactsController);
    const paths = (resource?: string) =>
      new Set(scopesOf(app, { resource }).routes.map(({ path }) => path.split('/')[1]));
    expect(paths()).toEqual(new Set(['contacts']));
    expect(paths('urn:other')).toEqual(new Set(['contacts']));
    expect(paths(billing)).toEqual(new Set(['old', 'older']));
  });

  it('lists the routes of the service beside those of a feature that takes its tokens as well', async () => {
    @Module({
      imports: [
        BearerModule.forFeature({ audience: ['https://billing.example.com', AUDIENCE, 'urn:other'] }),
      ],
      controllers: [VersionedController],
    })
    class BillingModule {}
    const app = await create([bearer, BillingModule], ContactsController);
    const paths = (resource?: string) =>
      new Set(scopesOf(app, { resource }).routes.map(({ path }) => path.split('/')[1]));
    expect(paths()).toEqual(new Set(['contacts', 'old', 'older']));
    expect(paths('urn:other')).toEqual(new Set(['contacts', 'old', 'older']));
    expect(paths('https://billing.example.com')).toEqual(new Set(['old', 'older']));
  });

  it('leaves the metadata of the resource out, which is no part of what it does', async () => {
    const described = BearerModule.forRoot({
      issuer: 'https://id.example.com',
      audience: AUDIENCE,
      resourceMetadata: true,
    });
    expect(scopesOf(await create([described], ContactsController)).routes).toHaveLength(4);
  });

  it('knows the prefix and what is excluded from it', async () => {
    const app = await create([bearer], ContactsController);
    app.setGlobalPrefix('api', { exclude: [{ path: 'contacts', method: RequestMethod.GET }] });
    expect(lines(app).slice(0, 2)).toEqual([
      'GET /contacts contacts.read',
      'POST /api/contacts/new contacts.read contacts.write',
    ]);
  });

  it('knows versions in the path, each of them, and paths, each of them', async () => {
    const app = await create([bearer], VersionedController);
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
    expect(lines(app)).toEqual([
      'GET /api/v1/old/:id',
      'GET /api/v1/older/:id',
      'GET /api/old/:id',
      'GET /api/older/:id',
      'DELETE /api/v2/old/:id contacts.write',
      'DELETE /api/v2/older/:id contacts.write',
    ]);
  });

  it('versions in a header stand beside the path, the default one too', async () => {
    const app = await create([bearer], VersionedController, ContactsController);
    app.enableVersioning({ type: VersioningType.HEADER, header: 'Version', defaultVersion: '3' });
    expect(lines(app)).toEqual(
      expect.arrayContaining([
        'GET /old/:id version=1',
        'GET /old/:id',
        'DELETE /old/:id version=2 contacts.write',
        'GET /contacts version=3 contacts.read',
      ]),
    );
  });

  it('knows the paths of RouterModule', async () => {
    @Module({ controllers: [ContactsController] })
    class ContactsModule {}
    const router = RouterModule.register([{ path: 'people', module: ContactsModule }]);
    expect(lines(await create([bearer, ContactsModule, router]))[0]).toBe(
      'GET /people/contacts contacts.read',
    );
  });

  it.each([
    ['plain', () => undefined],
    [
      'with prefix and versions',
      (app: INestApplication) => void app.setGlobalPrefix('/api/').enableVersioning(),
    ],
  ])('lists the paths that Nest maps: %s', async (_title, shape) => {
    const mapped: string[] = [];
    const app = await create([bearer], ContactsController, VersionedController);
    shape(app);
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRoute', ({ url }: { url: string }) => void mapped.push(url));
    await app.init();
    const listed = new Set(scopesOf(app).routes.map(({ path }) => path));
    await app.close();
    expect(listed).toEqual(new Set(mapped));
  });

  it('is told the resource where the service has a verifier of its own, and names it', async () => {
    const app = await create([BearerModule.forVerifier({ useClass: OneToken })], ContactsController);
    expect(() => scopesOf(app)).toThrow('scopesOf: resource is needed');
    const given = { resource: AUDIENCE, name: 'ContactSaver', descriptions: { 'contacts.read': 'Read' } };
    expect(scopesOf(app, given)).toMatchObject(given);
  });
});
