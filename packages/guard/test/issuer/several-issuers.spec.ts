import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccessToken, BearerModule, type BearerOptions, RequireScopes, Token } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { part } from '../support/forge.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';

@Controller('contacts')
class ContactsController {
  @RequireScopes('contacts.read')
  @Get()
  list(@Token() { issuer, scopes }: AccessToken): unknown {
    return { issuer, scopes: [...scopes] };
  }
}

describe('a service with several issuers', () => {
  let staff: LocalIssuer;
  let customers: LocalIssuer;
  let contacts: ContactsApp;

  beforeAll(async () => {
    staff = await LocalIssuer.start();
    customers = await LocalIssuer.start();
    const options: BearerOptions = {
      audience: AUDIENCE,
      issuers: [
        {
          issuer: staff.url,
          audience: 'api://contacts',
          scopes: { claim: ['scp', 'realm_access.roles'], names: { Reader: 'contacts.read' } },
          introspection: { clientId: 'contacts', clientSecret: 'secret' },
        },
        { issuer: customers.url, introspection: { clientId: 'contacts', clientSecret: 'secret' } },
      ],
    };
    @Module({ imports: [BearerModule.forRoot(options)], controllers: [ContactsController] })
    class ContactsModule {}
    contacts = await listen(ContactsModule);
  });

  afterAll(async () => {
    await contacts.app.close();
    await Promise.all([staff.close(), customers.close()]);
  });

  const get = (token: string) => withAuthorization(`${contacts.url}/contacts`, `Bearer ${token}`);

  it('each token is verified by the issuer that it names, by the rules for that issuer', async () => {
    const token = await staff.mint({ aud: 'api://contacts', scope: undefined, scp: 'contacts.read x' });
    expect((await get(token)).body).toEqual({ issuer: staff.url, scopes: ['contacts.read', 'x'] });
    expect((await get(await customers.mint())).body).toMatchObject({ issuer: customers.url });
  });

  it('scopes come from a list within an object, under the names of the service', async () => {
    const roles = ['Reader', 'Guest'];
    const token = await staff.mint({ aud: 'api://contacts', scope: 'ignored', realm_access: { roles } });
    expect((await get(token)).body).toEqual({ issuer: staff.url, scopes: ['contacts.read', 'Guest'] });
  });

  it('the audience of one issuer does not serve another', async () => {
    expect((await get(await customers.mint({ aud: 'api://contacts' }))).status).toBe(401);
    expect((await get(await staff.mint())).status).toBe(401);
  });

  it('one issuer cannot sign for another', async () => {
    expect((await get(await customers.mint({ iss: staff.url, aud: 'api://contacts' }))).status).toBe(401);
  });

  it.each([
    ['an unknown issuer', { iss: 'https://id.example.org' }],
    ['no issuer', { iss: undefined }],
    ['both issuers', { iss: ['a', 'b'] }],
  ])('a token of %s is refused', async (_title, claims) => {
    expect((await get(await customers.mint(claims))).status).toBe(401);
  });

  it('a token whose payload cannot be read is refused', async () => {
    expect((await get(`${part({ alg: 'ES256' })}.e30x.AAAA`)).status).toBe(401);
  });

  it('an opaque token is asked about at each issuer in turn', async () => {
    const answer = { active: true, aud: AUDIENCE, client_id: 'writer', sub: 'alice', scope: 'contacts.read' };
    customers.opaque.set('opaque', answer);
    expect((await get('opaque')).body).toMatchObject({ issuer: customers.url });
    expect(staff.introspected.length).toBe(1);
    expect((await get('unknown')).status).toBe(401);
  });

  it('as long as one issuer cannot be asked about an opaque token, nothing is known of it', async () => {
    staff.failing.set('/introspect', 500);
    expect((await get('unknown-2')).status).toBe(503);
    staff.failing.clear();
  });

  const WRONG: [title: string, message: string, options: Partial<BearerOptions>][] = [
    ['both issuer and issuers', 'issuer', { issuer: 'https://a.example' }],
    [
      'an issuer twice',
      'issuers',
      { issuers: [{ issuer: 'https://a.example' }, { issuer: 'https://a.example' }] },
    ],
    ['an empty list', 'issuers', { issuers: [] }],
    ['a claim without a name', 'scopes.claim', { scopes: { claim: '' } }],
    ['an unknown log level', 'logRefusals', { logRefusals: 'loud' as 'warn' }],
  ];

  it.each(WRONG)('%s stops the start', (_title, message, options) => {
    const good = { issuers: [{ issuer: 'https://a.example' }], audience: AUDIENCE };
    expect(() => BearerModule.forRoot({ ...good, ...options })).toThrow(`BearerModule: ${message}`);
  });
});
