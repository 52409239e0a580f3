import { Controller, Module, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, RequireScopes, RequireScopesFor, TokenVerifier } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';

@Controller('tools')
class ToolsController {
  @RequireScopes('tools.read')
  @RequireScopesFor(({ body }) => ((body as { tool?: string }).tool === 'write' ? ['tools.write'] : []))
  @Post()
  call(): string {
    return '"called"';
  }
}

const bearer = BearerModule.forVerifier({
  useClass: OneToken,
  resourceMetadata: { resource: 'https://tools.example.com' },
});

@Module({ imports: [bearer], controllers: [ToolsController] })
class ToolsModule {}

describe('@RequireScopesFor()', () => {
  let service: ContactsApp;
  let verifier: OneToken;

  beforeAll(async () => {
    service = await listen(ToolsModule);
    verifier = service.app.get(TokenVerifier);
  });
  afterAll(() => service.app.close());

  const call = (scope: string, tool: string): Promise<Response> => {
    verifier.claims = { scope };
    return fetch(`${service.url}/tools`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer good' },
      body: JSON.stringify({ tool }),
    });
  };

  it('a request that needs no further scope passes', async () => {
    expect((await call('tools.read', 'read')).status).toBe(201);
  });

  it('a request that needs one is refused without it, and the challenge names all that it needs', async () => {
    const refused = await call('tools.read', 'write');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope", error_description="The access token does not hold the scopes of this resource", scope="tools.read tools.write"',
    );
    expect((await call('tools.read tools.write', 'write')).status).toBe(201);
  });

  it('the scopes of the other decorators are needed too', async () => {
    expect((await call('tools.write', 'write')).status).toBe(403);
  });

  it('without a token, the challenge names the scopes of the route', async () => {
    const refused = await fetch(`${service.url}/tools`, { method: 'POST' });
    expect(refused.headers.get('www-authenticate')).toContain('scope="tools.read", resource_metadata=');
  });
});
