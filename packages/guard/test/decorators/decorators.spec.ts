import { Controller, Get, Module } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BearerModule,
  Public,
  RequireAcr,
  RequireAnyScope,
  RequireClaims,
  RequireScopes,
  Subject,
  TokenVerifier,
} from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';
import { withAuthorization } from '../support/raw-request.js';

const NOW = 1_800_000_000;

@Controller('plain')
class PlainController {
  @Get('guarded')
  guarded(@Subject() subject: string): string {
    return JSON.stringify(subject);
  }

  @Public()
  @Get('open')
  open(): string {
    return '"open"';
  }
}

@Public()
@Controller('public')
class PublicController {
  @Get('open')
  open(): string {
    return '"open"';
  }

  @RequireScopes('contacts.read')
  @Get('closed')
  closed(): string {
    return '"closed"';
  }
}

@RequireAnyScope('contacts.read', 'contacts.admin')
@Controller('any')
class AnyController {
  @Get('one')
  one(): string {
    return '"one"';
  }

  @RequireScopes('audit')
  @RequireAnyScope('contacts.write', 'contacts.admin')
  @Get('two')
  two(): string {
    return '"two"';
  }

  @Public()
  @Get('open')
  open(): string {
    return '"open"';
  }
}

@Controller('step-up')
class StepUpController {
  @RequireAcr('urn:mfa')
  @Get('acr')
  acr(): string {
    return '"acr"';
  }

  @RequireAcr(['urn:mfa', 'urn:phr'], { maxAge: 300 })
  @Get('both')
  both(): string {
    return '"both"';
  }

  @RequireAcr([], { maxAge: 0 })
  @Get('now')
  now(): string {
    return '"now"';
  }

  @RequireClaims({ email_verified: true, department: ['sales', 'support'] })
  @Get('claims')
  claims(): string {
    return '"claims"';
  }

  @RequireClaims((token) => token.claims['tenant'] === 'acme')
  @Get('judged')
  judged(): string {
    return '"judged"';
  }

  // As JavaScript would let it be written: a promise, which is no answer yet.
  @RequireClaims((() => Promise.resolve(false)) as unknown as () => boolean)
  @Get('promised')
  promised(): string {
    return '"promised"';
  }
}

const bearer = BearerModule.forVerifier({
  useClass: OneToken,
  guardAll: true,
  realm: 'contacts',
  now: () => NOW * 1000,
});

@Module({
  imports: [bearer],
  controllers: [PlainController, PublicController, AnyController, StepUpController],
})
class RoutesModule {}

describe('a service that guards all', () => {
  let contacts: ContactsApp;
  let verifier: OneToken;

  beforeAll(async () => {
    contacts = await listen(RoutesModule);
    verifier = contacts.app.get(TokenVerifier);
  });

  beforeEach(() => {
    verifier.claims = {};
  });

  afterAll(() => contacts.app.close());

  const get = (path: string, claims: Record<string, unknown> = {}) => {
    verifier.claims = claims;
    return withAuthorization(`${contacts.url}${path}`, 'Bearer good');
  };
  const status = async (path: string) => (await fetch(`${contacts.url}${path}`)).status;

  it('guardAll guards a route without any decorator, and hands its handler the subject', async () => {
    expect(await status('/plain/guarded')).toBe(401);
    expect(await get('/plain/guarded')).toMatchObject({ status: 200, body: 'alice' });
  });

  it.each([
    ['a handler', '/plain/open', 200],
    ['the class of a handler', '/public/open', 200],
    ['a handler in a class that asks for scopes', '/any/open', 200],
    ['the class of a handler that asks for scopes', '/public/closed', 401],
  ])('@Public() on %s: %s answers %i', async (_title, path, expected) => {
    expect(await status(path)).toBe(expected);
  });

  it('a public route does not look at the token', async () => {
    expect((await withAuthorization(`${contacts.url}/plain/open`, 'Bearer bad')).status).toBe(200);
  });

  it.each([
    ['/any/one', 'contacts.read', 200],
    ['/any/one', 'contacts.admin other', 200],
    ['/any/one', 'contacts.write', 403],
    ['/any/two', 'contacts.admin audit', 200],
    ['/any/two', 'contacts.read contacts.write audit', 200],
    ['/any/two', 'contacts.read audit', 403],
    ['/any/two', 'contacts.admin', 403],
  ])('%s with the scopes %j answers %i', async (path, scope, expected) => {
    expect((await get(path, { scope })).status).toBe(expected);
  });

  it('the challenge names the scopes of which one is missing', async () => {
    const { challenge } = await get('/any/one', { scope: 'contacts.write' });
    expect(challenge).toBe(
      'Bearer realm="contacts", error="insufficient_scope", ' +
        'error_description="The access token holds none of the scopes that this resource accepts", ' +
        'scope="contacts.read contacts.admin"',
    );
  });

  it.each([
    ['/step-up/acr', { acr: 'urn:mfa' }, 200],
    ['/step-up/acr', { acr: 'urn:password' }, 401],
    ['/step-up/acr', { acr: ['urn:mfa'] }, 401],
    ['/step-up/acr', {}, 401],
    ['/step-up/both', { acr: 'urn:phr', auth_time: NOW - 300 }, 200],
    ['/step-up/both', { acr: 'urn:phr', auth_time: NOW - 301 }, 401],
    ['/step-up/both', { acr: 'urn:phr' }, 401],
    ['/step-up/both', { acr: 'urn:phr', auth_time: String(NOW) }, 401],
    ['/step-up/both', { acr: 'urn:password', auth_time: NOW }, 401],
    ['/step-up/now', { auth_time: NOW }, 200],
    ['/step-up/now', { auth_time: NOW - 1 }, 401],
    ['/step-up/now', { auth_time: NOW * 1000 }, 401],
    ['/step-up/claims', { email_verified: true, department: 'sales' }, 200],
    ['/step-up/claims', { email_verified: true, department: ['it', 'support'] }, 200],
    ['/step-up/claims', { email_verified: 'true', department: 'sales' }, 403],
    ['/step-up/claims', { email_verified: true, department: 'it' }, 403],
    ['/step-up/claims', { department: 'sales' }, 403],
    ['/step-up/judged', { tenant: 'acme' }, 200],
    ['/step-up/judged', { tenant: 'other' }, 403],
    ['/step-up/promised', {}, 403],
  ])('%s with %j answers %i', async (path, claims, expected) => {
    expect((await get(path, claims)).status).toBe(expected);
  });

  it('the challenge of a step-up names what to ask of the issuer (RFC 9470 §3)', async () => {
    const { challenge, body } = await get('/step-up/both', { acr: 'urn:password' });
    expect(challenge).toBe(
      'Bearer realm="contacts", error="insufficient_user_authentication", ' +
        'error_description="This resource needs a stronger or more recent authentication", ' +
        'acr_values="urn:mfa urn:phr", max_age="300"',
    );
    expect(body).toMatchObject({ error: 'insufficient_user_authentication' });
  });

  it('Swagger shows every way into a route, and that public ones need nothing', () => {
    const document = new DocumentBuilder().addSecurityRequirements('oauth2').build();
    const { paths } = SwaggerModule.createDocument(contacts.app, document);
    const security = (path: string) => paths[path]?.get?.security;
    expect(security('/plain/open')).toEqual([{}]);
    expect(security('/any/open')).toEqual([{}]);
    expect(security('/plain/guarded')).toBeUndefined();
    expect(security('/public/closed')).toEqual([{ oauth2: ['contacts.read'] }]);
    expect(security('/any/one')).toEqual([{ oauth2: ['contacts.read'] }, { oauth2: ['contacts.admin'] }]);
    expect(security('/any/two')).toEqual([
      { oauth2: ['audit', 'contacts.read', 'contacts.write'] },
      { oauth2: ['audit', 'contacts.read', 'contacts.admin'] },
      { oauth2: ['audit', 'contacts.admin', 'contacts.write'] },
      { oauth2: ['audit', 'contacts.admin'] },
    ]);
    expect(security('/step-up/acr')).toEqual([{ oauth2: [] }]);
  });
});
