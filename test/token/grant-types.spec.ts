import { UserAccounts } from '../../src/users/user-accounts.js';
import { GrantsStore } from '../../src/persistence/stores/grants.store.js';
import { Database } from '../../src/persistence/database.js';
import { alice, contacts, startServer, useServer } from '../support/server.js';
import { expectRefusal, payloadOf, RelyingParty } from '../support/relying-party.js';

describe('B3 grant types', () => {
  const server = useServer({}, { users: [alice] });

  it.each([
    'password',
    'implicit',
    'AUTHORIZATION_CODE',
    'authorization_code ',
    '__proto__',
    'constructor',
    'urn:ietf:params:oauth:grant-type:saml2-bearer',
  ])('%j is unsupported_grant_type', async (grant_type) => {
    const client = await RelyingParty.register(server);
    expectRefusal(await client.token({ grant_type }), 400, 'unsupported_grant_type');
  });

  it.each([{}, { grant_type: '' }])(
    'a missing or empty grant_type (%j) is invalid_request',
    async (fields) => {
      const client = await RelyingParty.register(server);
      expectRefusal(await client.token(fields), 400, 'invalid_request');
    },
  );

  const all = ['authorization_code', 'refresh_token', 'client_credentials'];
  it.each(all)('%s by a client that is not registered for it is unauthorized_client', async (grant_type) => {
    const others = grant_type === 'authorization_code' ? ['client_credentials'] : ['authorization_code'];
    const client = await RelyingParty.register(server, {
      grant_types: others,
      redirect_uris: others.includes('authorization_code') ? ['https://writer.example.com/callback'] : [],
      scope: 'contacts.read',
    });
    const answer = await client.token({ grant_type, code: 'x', refresh_token: 'x' });
    expectRefusal(answer, 400, 'unauthorized_client');
  });

  it('a refresh token is not issued to a client without the refresh_token grant', async () => {
    const client = await RelyingParty.register(server, { grant_types: ['authorization_code'] });
    const tokens = await client.tokens();
    expect(tokens.access_token).toBeDefined();
    expect(tokens).not.toHaveProperty('refresh_token');
  });

  it('without openid a refresh token needs no offline_access; with openid it does', async () => {
    const client = await RelyingParty.register(server);
    expect(await client.tokens({ scope: 'contacts.read' })).toHaveProperty('refresh_token');
    expect(await client.tokens({ scope: 'openid contacts.read' })).not.toHaveProperty('refresh_token');
    expect(await client.tokens({ scope: 'openid offline_access' })).toHaveProperty('refresh_token');
  });
});

describe('B8 client_credentials', () => {
  const server = useServer();
  const registration = {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    scope: 'contacts.read contacts.write',
  };
  beforeAll(async () => {
    await server.createUser(alice);
  });

  const ask = (client: RelyingParty, scope?: string) =>
    client.token({ grant_type: 'client_credentials', scope });

  it('a confidential client gets an access token for itself, without refresh token and ID token', async () => {
    const client = await RelyingParty.register(server, registration);
    const { status, body } = await ask(client, 'contacts.read');
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    expect(body.scope).toBe('contacts.read');
    expect(payloadOf(body.access_token)).toMatchObject({
      sub: client.clientId,
      client_id: client.clientId,
      aud: contacts.identifier,
      scope: 'contacts.read',
    });
  });

  it('a public client cannot even be registered for it, and is refused', async () => {
    await expect(
      RelyingParty.register(server, { ...registration, token_endpoint_auth_method: 'none' }),
    ).rejects.toThrow(/Bad Request/);
    const client = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
    expectRefusal(await ask(client), 400, 'unauthorized_client');
  });

  it('without scope it gets all that it registered', async () => {
    const client = await RelyingParty.register(server, registration);
    expect((await ask(client)).body.scope).toBe('contacts.read contacts.write');
  });

  it.each(['contacts.delete', 'contacts.read contacts.delete', 'eyrie.admin', 'openid', 'offline_access'])(
    'scope %s beyond what it registered is invalid_scope',
    async (scope) => {
      const client = await RelyingParty.register(server, registration);
      expectRefusal(await ask(client, scope), 400, 'invalid_scope');
    },
  );

  it.each(['contacts.read\u00e9', 'a"b', 'a\\b', 'contacts.read\ncontacts.write'])(
    'scope %j with characters of no scope is invalid_scope',
    async (scope) => {
      const client = await RelyingParty.register(server, registration);
      expectRefusal(await ask(client, scope), 400, 'invalid_scope');
    },
  );

  it.each(['openid', 'profile', 'offline_access'])(
    'scope %s is about a resource owner and is refused even where it is registered',
    async (scope) => {
      const client = await RelyingParty.register(server, {
        ...registration,
        grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
        redirect_uris: ['https://writer.example.com/callback'],
        scope: `${scope} contacts.read`,
      });
      expectRefusal(await ask(client, scope), 400, 'invalid_scope');
      expect((await ask(client)).body.scope).toBe('contacts.read');
    },
  );

  it('a client without any scope gets a token without scope, and no empty one', async () => {
    const client = await RelyingParty.register(server, { ...registration, scope: '' });
    const { status, body } = await ask(client);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('scope');
    expect(payloadOf(body.access_token)).not.toHaveProperty('scope');
  });

  it('tokens asked for at the same moment are all good', async () => {
    const client = await RelyingParty.register(server, registration);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(client)));
    expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(20);
    for (const { body } of answers)
      expect((await client.introspect(body.access_token)).body).toMatchObject({ active: true });
  });

  it('after all of its tokens were revoked the next one is good again', async () => {
    const client = await RelyingParty.register(server, registration);
    const { body: before } = await ask(client);
    await server.app
      .get(Database)
      .write((tx) =>
        server.app.get(GrantsStore).revokeAll(tx, { clientId: client.clientId }, 'test', server.clock.now()),
      );
    const { body: after } = await ask(client);
    expect((await client.introspect(before.access_token)).body).toEqual({ active: false });
    expect((await client.introspect(after.access_token)).body).toMatchObject({ active: true });
  });
});

describe('A resource owner who was disabled', () => {
  it('B4 a code of theirs is refused, even one that was issued while they were being disabled', async () => {
    const server = await startServer();
    try {
      const subject = await server.createUser(alice);
      const client = await RelyingParty.register(server);
      const authorized = await client.authorize();
      const tokens = await client.tokens();
      await server.app.get(UserAccounts).update(subject, { disabled: true }, 'test');
      // As if the grants had been written just after those that stood were revoked.
      await server.app
        .get(Database)
        .write((tx) => tx.query('UPDATE grants SET revoked_at = NULL, revoked_reason = NULL'));
      expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
      expectRefusal(await client.refresh(tokens.refresh_token), 400, 'invalid_grant');
    } finally {
      await server.stop();
    }
  });
});
