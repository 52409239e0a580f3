import { Controller, Get, Module, Post } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccessToken,
  AllowFormToken,
  BearerModule,
  Claim,
  OptionalBearer,
  Public,
  RequireScopes,
  Subject,
  Token,
  TokenVerifier,
} from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';
import { rawRequest, withAuthorization } from '../support/raw-request.js';
import { FORM } from '../support/token-requests.js';

@Controller('handlers')
class HandlersController {
  @OptionalBearer()
  @Get('token')
  token(@Token() token: AccessToken | undefined, @Claim('tenant') tenant?: string): unknown {
    return { subject: token?.subject ?? null, tenant: tenant ?? null };
  }

  @OptionalBearer()
  @Get('subject')
  subject(@Subject() subject?: string): unknown {
    return { subject: subject ?? null };
  }

  @AllowFormToken()
  @OptionalBearer()
  @Post('form')
  form(@Token() token?: AccessToken): unknown {
    return { subject: token?.subject ?? null };
  }
}

@OptionalBearer()
@Controller('class')
class ClassController {
  @Get('plain')
  plain(@Token() token?: AccessToken): unknown {
    return { subject: token?.subject ?? null };
  }

  @RequireScopes('contacts.read')
  @Get('scoped')
  scoped(): unknown {
    return {};
  }

  @Public()
  @Get('open')
  open(): unknown {
    return {};
  }
}

@RequireScopes('contacts.read')
@Controller('scoped')
class ScopedController {
  @OptionalBearer()
  @Get('optional')
  optional(@Token() token?: AccessToken): unknown {
    return { subject: token?.subject ?? null };
  }
}

@Public()
@Controller('public')
class PublicController {
  @OptionalBearer()
  @Get('optional')
  optional(@Token() token?: AccessToken): unknown {
    return { subject: token?.subject ?? null };
  }
}

describe.each([
  ['guards all', true],
  ['guards what asks for it', false],
])('an optional token in a service that %s', (_title, guardAll) => {
  let service: ContactsApp;
  let verifier: OneToken;

  beforeAll(async () => {
    @Module({
      imports: [BearerModule.forVerifier({ useClass: OneToken, guardAll })],
      controllers: [HandlersController, ClassController, ScopedController, PublicController],
    })
    class OptionalModule {}
    service = await listen(OptionalModule);
    verifier = service.app.get(TokenVerifier);
  });

  beforeEach(() => {
    verifier.claims = { tenant: 'acme' };
  });

  afterAll(() => service.app.close());

  const get = (path: string, authorization?: string) =>
    rawRequest(
      `${service.url}${path}`,
      authorization === undefined ? [] : [['Authorization', authorization]],
    );

  const OPTIONAL = [
    '/handlers/token',
    '/handlers/subject',
    '/class/plain',
    '/scoped/optional',
    '/public/optional',
  ];

  it.each(OPTIONAL)('%s: no token passes, and is undefined', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200, body: { subject: null } });
  });

  it.each(OPTIONAL)('%s: a good token is read', async (path) => {
    expect(await get(path, 'Bearer good')).toMatchObject({ status: 200, body: { subject: 'alice' } });
  });

  it.each(OPTIONAL)('%s: a bad token gets 401, and a malformed one 400', async (path) => {
    expect(await get(path, 'Bearer bad')).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(await get(path, 'Bearer')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await get(`${path}?access_token=good`)).status).toBe(400);
  });

  it('credentials of another scheme are no token', async () => {
    expect(await get('/handlers/token', 'Basic eDp5')).toMatchObject({
      status: 200,
      body: { subject: null, tenant: null },
    });
  });

  it('@Claim() is the claim of the token', async () => {
    expect((await get('/handlers/token', 'Bearer good')).body).toEqual({ subject: 'alice', tenant: 'acme' });
  });

  it('a form that may hold a token may hold none', async () => {
    const post = (body: string) =>
      rawRequest(`${service.url}/handlers/form`, [FORM], { method: 'POST', body });
    expect(await post('name=Bob')).toMatchObject({ status: 201, body: { subject: null } });
    expect(await post('access_token=good')).toMatchObject({ status: 201, body: { subject: 'alice' } });
  });

  it('a handler with requirements stays guarded in an optional class, and a public one reads nothing', async () => {
    expect((await get('/class/scoped')).status).toBe(401);
    expect((await withAuthorization(`${service.url}/class/scoped`, 'Bearer good')).status).toBe(403);
    expect((await get('/class/open', 'Bearer bad')).status).toBe(200);
  });

  it('Swagger shows both ways in', () => {
    const { paths } = SwaggerModule.createDocument(service.app, new DocumentBuilder().build());
    expect(paths['/handlers/token']?.get?.security).toEqual([{}, { oauth2: [] }]);
    expect(paths['/scoped/optional']?.get?.security).toEqual([{}, { oauth2: [] }]);
    expect(paths['/class/scoped']?.get?.security).toEqual([{ oauth2: ['contacts.read'] }]);
    expect(paths['/class/open']?.get?.security).toEqual([{}]);
  });
});

it('a handler that relies on a token does not compile with @OptionalBearer()', () => {
  class Handlers {
    // @ts-expect-error -- without a token, the parameter is undefined
    @OptionalBearer()
    relies(@Token() token: AccessToken): string {
      return token.subject;
    }

    @OptionalBearer()
    knows(_id: string, @Token() token: AccessToken | undefined, _query: object): string {
      return token?.subject ?? 'nobody';
    }
  }
  expect(new Handlers().knows('1', undefined, {})).toBe('nobody');
});
