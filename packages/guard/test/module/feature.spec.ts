import { Controller, Get, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BearerModule, RequireScopes } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { OneToken } from '../support/one-token.js';
import { withAuthorization } from '../support/raw-request.js';

const BILLING = 'https://billing.example.com';

@Controller('contacts')
class ContactsController {
  @RequireScopes('contacts.read')
  @Get()
  list(): unknown {
    return {};
  }
}

@Controller('invoices')
class InvoicesController {
  @RequireScopes('invoices.read')
  @Get()
  list(): unknown {
    return {};
  }
}

@Module({
  imports: [
    BearerModule.forFeature({
      audience: BILLING,
      scopes: { claim: 'permissions', names: { 'read:invoices': 'invoices.read' } },
    }),
  ],
  controllers: [InvoicesController],
})
class BillingModule {}

describe.each([
  ['that guards all', true],
  ['that guards what asks for it', false],
])('a feature in a service %s', (_title, guardAll) => {
  let issuer: LocalIssuer;
  let service: ContactsApp;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    const root = BearerModule.forRoot({
      issuer: issuer.url,
      audience: AUDIENCE,
      guardAll,
      resourceMetadata: true,
    });
    @Module({ imports: [BillingModule, root], controllers: [ContactsController] })
    class ServiceModule {}
    service = await listen(ServiceModule);
  });

  afterEach(async () => {
    await service.app.close();
    await issuer.close();
  });

  const get = async (path: string, claims: Record<string, unknown>) =>
    withAuthorization(`${service.url}${path}`, `Bearer ${await issuer.mint(claims)}`);

  it('has its own audience and scopes, and the rest keeps its own', async () => {
    const forBilling = { aud: BILLING, permissions: ['read:invoices'], scope: 'contacts.read' };
    expect((await get('/invoices', forBilling)).status).toBe(200);
    expect((await get('/contacts', forBilling)).status).toBe(401);
    expect((await get('/contacts', {})).status).toBe(200);
    expect(await get('/invoices', {})).toMatchObject({
      status: 401,
      challenge: expect.stringMatching(new RegExp(`^Bearer realm="${BILLING}", error="invalid_token"`)),
    });
  });

  it('shares the keys with the rest', async () => {
    await get('/invoices', { aud: BILLING });
    await get('/contacts', {});
    expect(issuer.count('/jwks')).toBe(1);
  });

  it('does not name the metadata of the rest in its challenges', async () => {
    expect((await get('/contacts', { exp: 1 })).challenge).toContain('resource_metadata=');
    expect((await get('/invoices', { exp: 1 })).challenge).not.toContain('resource_metadata=');
  });
});

describe('a feature', () => {
  const start = (...imports: unknown[]) =>
    Test.createTestingModule({ imports: imports as [], controllers: [InvoicesController] }).compile();

  it('with another audience needs a verifier that can be narrowed', async () => {
    const root = BearerModule.forVerifier({ useClass: OneToken });
    await expect(start(root, BearerModule.forFeature({ audience: BILLING }))).rejects.toThrow(
      'BearerModule: forFeature needs forRoot',
    );
  });

  it('with another realm alone does not', async () => {
    const root = BearerModule.forVerifier({ useClass: OneToken });
    await expect(start(root, BearerModule.forFeature({ realm: 'billing' }))).resolves.toBeDefined();
  });
});

it('a feature with a verifier of its own asks that one alone', async () => {
  const own = new OneToken();
  own.claims = { scope: 'invoices.read' };
  const feature = BearerModule.forFeature({
    imports: [{ module: class {}, providers: [{ provide: OneToken, useValue: own }], exports: [OneToken] }],
    useExisting: OneToken,
  });
  @Module({ imports: [feature], controllers: [InvoicesController] })
  class InvoicesModule {}
  const rest = BearerModule.forVerifier({ useClass: OneToken, realm: 'all' });
  @Module({ imports: [InvoicesModule, rest], controllers: [ContactsController] })
  class ServiceModule {}
  const { app, url } = await listen(ServiceModule);
  try {
    const status = async (path: string) => (await withAuthorization(`${url}${path}`, 'Bearer good')).status;
    expect([await status('/invoices'), await status('/contacts')]).toEqual([200, 403]);
    own.revoked = true;
    expect([await status('/invoices'), await status('/contacts')]).toEqual([401, 403]);
  } finally {
    await app.close();
  }
});
