import { newGrant } from '../../src/persistence/entities/grant-columns.js';
import { Database } from '../../src/persistence/database.js';
import { GrantsStore } from '../../src/persistence/stores/grants.store.js';
import { startServer, type TestServer } from '../support/server.js';

describe('a new grant', () => {
  let server: TestServer;

  beforeAll(async () => (server = await startServer()));
  afterAll(() => server.stop());

  it('comes back from the database with every column as it was written', async () => {
    const grant = newGrant({
      grantType: 'authorization_code',
      clientId: 'writer',
      userId: 'a user',
      sessionId: 'a session',
      scope: 'openid profile',
      ungrantedScope: 'email',
      resources: ['https://contacts.example.com'],
      authorizationDetails: [{ type: 'payment', actions: ['initiate'], amount: { currency: 'EUR' } }],
      offline: true,
      authTime: 1_800_000_000,
      acr: 'urn:example:acr',
      amr: ['pwd', 'otp'],
      claims: '{"userinfo":{}}',
      createdAt: 1_800_000_001,
      expiresAt: 1_800_000_002,
    });
    await server.app.get(Database).write((tx) => server.app.get(GrantsStore).insert(tx, grant));

    expect(await server.app.get(GrantsStore).find(grant.id)).toEqual(grant);
  });

  it('says nothing of a session, a resource owner or a revocation unless it is told', () => {
    expect(
      newGrant({ grantType: 'client_credentials', clientId: 'writer', offline: true, createdAt: 1 }),
    ).toEqual({
      id: expect.any(String) as string,
      grantType: 'client_credentials',
      clientId: 'writer',
      userId: null,
      sessionId: null,
      scope: '',
      ungrantedScope: null,
      resources: null,
      authorizationDetails: null,
      offline: true,
      authTime: null,
      acr: null,
      amr: null,
      claims: null,
      createdAt: 1,
      expiresAt: null,
      revokedAt: null,
      revokedReason: null,
      trustedIssuerId: null,
      orgId: null,
    });
  });
});
