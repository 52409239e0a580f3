import { interceptFetch, TestIssuer } from '@eyrie/guard/testing';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { prepare } from '../src/service.js';

const settings = {
  port: 0,
  issuer: 'https://id.example.com',
  clientId: 'contact-saver',
  clientSecret: 'a secret of the test',
};
const password = 'urn:eyrie:acr:password';

describe('ContactSaver', () => {
  let issuer: TestIssuer;
  let restore: () => void;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    // The service runs with the options of its own: only what it would ask the issuer is answered here.
    issuer = await TestIssuer.create({
      issuer: settings.issuer,
      audience: 'https://contacts.example.com',
    });
    restore = interceptFetch(issuer);
    const module = await Test.createTestingModule({ imports: [AppModule.for(settings)] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    prepare(app, settings.issuer);
    await app.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await app.close();
    restore();
  });

  type Method = 'GET' | 'POST' | 'DELETE';

  async function call(method: Method, path: string, token?: string, headers: Record<string, string> = {}) {
    const answer = await app.inject({
      method,
      url: path,
      headers: { host: 'contacts.test', ...(token && { authorization: `Bearer ${token}` }), ...headers },
      ...(method === 'POST' && { payload: { name: 'Erin', email: 'erin@example.com' } }),
    });
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : answer.json<Record<string, unknown>>(),
      challenge: String(answer.headers['www-authenticate']),
    };
  }

  const mint = (scope: string, more = {}) => issuer.mint({ sub: 'alice', scope, ...more });

  it('shows the contacts of the token’s subject, and tells the client which scope is missing', async () => {
    const { status, body } = await call('GET', '/contacts', await mint('contacts.read'));
    expect(status).toBe(200);
    expect(body).toHaveLength(3);
    const refused = await call('GET', '/contacts', await mint('contacts.write'));
    expect(refused.status).toBe(403);
    expect(refused.challenge).toContain('error="insufficient_scope"');
    expect(refused.challenge).toContain('scope="contacts.read"');
  });

  it.each([
    ['expired', () => issuer.expired({ scope: 'contacts.read' })],
    ['for another service', () => issuer.wrongAudience({ scope: 'contacts.read' })],
    ['of another issuer', () => issuer.wrongIssuer({ scope: 'contacts.read' })],
    ['signed with a key that is gone', () => issuer.rotatedKey({ scope: 'contacts.read' })],
    ['opaque and revoked', () => issuer.revoked({ scope: 'contacts.read' })],
  ])('refuses a token that is %s', async (_what, token) => {
    expect(await call('GET', '/contacts', await token())).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
  });

  it('takes an opaque token as well, and no more once it is withdrawn', async () => {
    const token = issuer.opaque({ sub: 'alice', scope: 'contacts.read' });
    expect((await call('GET', '/contacts', token)).status).toBe(200);
    await issuer.revoke(token);
    expect((await call('GET', '/contacts', token)).status).toBe(401);
  });

  it('refuses a signed token that was withdrawn, since it follows the revocation feed', async () => {
    const token = await mint('contacts.read');
    expect((await call('GET', '/contacts', token)).status).toBe(200);
    await issuer.revoke(token);
    expect((await call('GET', '/contacts', token)).status).toBe(401);
  });

  it('tells how many contacts there are to whoever may read or change them', async () => {
    for (const scope of ['contacts.read', 'contacts.write']) {
      expect((await call('GET', '/contacts/count', await mint(scope))).status).toBe(200);
    }
    expect((await call('GET', '/contacts/count', await mint('contacts.delete'))).status).toBe(403);
  });

  it('adds a contact, and says which client did', async () => {
    const token = await mint('contacts.write', { clientId: 'message-writer' });
    expect(await call('POST', '/contacts', token)).toMatchObject({
      status: 201,
      body: { name: 'Erin', addedBy: 'message-writer' },
    });
  });

  it('has nothing for a client that acts for itself', async () => {
    const token = await mint('contacts.read', { sub: 'a-service', clientId: 'a-service' });
    expect((await call('GET', '/contacts', token)).status).toBe(403);
  });

  it('deletes all contacts only when their owner has just signed in', async () => {
    const fresh = await mint('contacts.delete', { sub: 'carol', acr: password });
    expect((await call('DELETE', '/contacts', fresh)).status).toBe(204);
    const claims = { auth_time: Math.floor(Date.now() / 1000) - 301 };
    const refused = await call(
      'DELETE',
      '/contacts',
      await mint('contacts.delete', { acr: password, claims }),
    );
    expect(refused.status).toBe(401);
    expect(refused.challenge).toContain('error="insufficient_user_authentication"');
    expect(refused.challenge).toContain(`acr_values="${password}"`);
    expect(refused.challenge).toContain('max_age="300"');
  });

  it('takes a token that is bound to a key with its proof, and not without', async () => {
    const dpop = await issuer.dpopKey();
    const token = await mint('contacts.read', { dpop });
    const proof = await dpop.proof({ token, url: 'https://contacts.example.com/contacts' });
    const headers = { authorization: `DPoP ${token}`, dpop: proof };
    expect((await call('GET', '/contacts', undefined, headers)).status).toBe(200);
    expect((await call('GET', '/contacts', token)).status).toBe(401);
  });

  it('tells anybody what it is, whose tokens it takes, and what its routes ask for', async () => {
    expect((await call('GET', '/contacts/about')).status).toBe(200);
    expect((await call('GET', '/.well-known/oauth-protected-resource')).body).toMatchObject({
      resource: 'https://contacts.example.com',
      authorization_servers: [settings.issuer],
    });
    const { body } = await call('GET', '/docs-json');
    expect(body).toHaveProperty(
      ['paths', '/contacts', 'delete', 'security'],
      [{ oauth2: ['contacts.delete'] }],
    );
    expect((await call('GET', '/health')).status).toBe(200);
  });

  it('lets nobody in who brings no token', async () => {
    const { status, challenge } = await call('GET', '/contacts');
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer .*resource_metadata="https:\/\/contacts\.example\.com\/.*, DPoP /);
  });
});
