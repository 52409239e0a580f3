import { ClientRegistration } from '../../src/clients/client-registration.js';
import { useServer } from '../support/server.js';
import { type Answer, expectRefusal, post } from '../support/relying-party.js';
import { expectChallenge, metadata, type Registered, send } from '../support/dynamic-registration.js';

describe('F1 management of dynamic registrations (RFC 7592)', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
  });
  let registered: Registered;

  const register = async (body: unknown): Promise<Answer> => send(server, 'POST', '/register', body);
  const at = ({ registration_client_uri: uri }: Registered): string => new URL(uri).pathname;
  const put = async (body: unknown, token = registered.registration_access_token): Promise<Answer> =>
    send(server, 'PUT', at(registered), body, token);

  beforeEach(async () => {
    registered = (await register(metadata)).body as Registered;
  });

  it('GET returns what is registered, without the secret, which is not kept', async () => {
    const answer = await send(server, 'GET', at(registered), undefined, registered.registration_access_token);
    const { client_secret: _secret, client_secret_expires_at: _expiry, ...rest } = registered;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual(rest);
  });

  it('PUT replaces the registration, and what is left out gets its default', async () => {
    const { client_id } = registered;
    const full = {
      client_id,
      ...metadata,
      client_uri: 'https://rp.example.com',
      grant_types: ['authorization_code', 'refresh_token'],
    };
    const first = await put(full);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      client_uri: 'https://rp.example.com',
      grant_types: full.grant_types,
    });
    expect(first.body).not.toHaveProperty('client_secret');

    const second = await put({ client_id, redirect_uris: ['https://rp.example.com/new'] });
    expect(second.body).toMatchObject({
      redirect_uris: ['https://rp.example.com/new'],
      grant_types: ['authorization_code'],
      client_name: client_id,
    });
    expect(second.body).not.toHaveProperty('client_uri');
  });

  it('PUT with the current secret is accepted, and the secret stays valid', async () => {
    const { client_id, client_secret } = registered;
    const answer = await put({
      client_id,
      client_secret,
      ...metadata,
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect(answer.status).toBe(200);
    const fields = { grant_type: 'authorization_code', code: 'x', client_id, client_secret };
    expectRefusal(await post(server, '/token', fields), 400, 'invalid_grant');
  });

  it('PUT with a method that needs another secret returns a new one', async () => {
    const { client_id } = registered;
    const answer = await put({ client_id, ...metadata, token_endpoint_auth_method: 'client_secret_jwt' });
    expect(answer.body).toMatchObject({ client_secret: expect.any(String), client_secret_expires_at: 0 });
    expect(answer.body.client_secret).not.toBe(registered.client_secret);
  });

  it.each<[string, object, string]>([
    ['no client_id', { client_id: undefined }, 'invalid_client_metadata'],
    ['another client_id', { client_id: 'another' }, 'invalid_client_metadata'],
    ['another secret', { client_secret: 'a secret of my own choice, if I may' }, 'invalid_client_metadata'],
    ['a secret that is no text', { client_secret: {} }, 'invalid_client_metadata'],
    ['registration_access_token', { registration_access_token: 'x' }, 'invalid_request'],
    ['registration_client_uri', { registration_client_uri: 'x' }, 'invalid_request'],
    ['client_secret_expires_at', { client_secret_expires_at: 0 }, 'invalid_request'],
    ['client_id_issued_at', { client_id_issued_at: 1 }, 'invalid_request'],
    ['a bad redirection URI', { redirect_uris: ['http://rp.example.com/'] }, 'invalid_redirect_uri'],
    ['response types that do not fit', { response_types: [] }, 'invalid_client_metadata'],
  ])('PUT with %s is refused and changes nothing', async (_title, changes, error) => {
    const before = await server.app.get(ClientRegistration).require(registered.client_id);
    expectRefusal(await put({ client_id: registered.client_id, ...metadata, ...changes }), 400, error);
    expect(await server.app.get(ClientRegistration).require(registered.client_id)).toEqual(before);
  });

  it('F5 PUT gives no more than a registration may have', async () => {
    const answer = await put({
      client_id: registered.client_id,
      ...metadata,
      scope: 'openid eyrie.admin',
      grant_types: ['authorization_code', 'client_credentials'],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ scope: 'openid', grant_types: ['authorization_code'] });
    expect(await server.app.get(ClientRegistration).require(registered.client_id)).toMatchObject({
      scope: 'openid',
      grantTypes: ['authorization_code'],
    });
  });

  it('PUT leaves what an administrator gave the client', async () => {
    const scope = 'openid eyrie.admin.read';
    const introspection_resources = ['https://contacts.example.com'];
    await server.app
      .get(ClientRegistration)
      .update(registered.client_id, { scope, introspection_resources }, 'test');
    expect((await put({ client_id: registered.client_id, ...metadata, scope })).status).toBe(200);
    const after = await server.app.get(ClientRegistration).require(registered.client_id);
    expect(after).toMatchObject({ scope, introspectionResources: introspection_resources });
  });

  it('DELETE is 204, and then the client, its secret and its token are not accepted any more', async () => {
    const { client_id, client_secret, registration_access_token: token } = registered;
    const answer = await send(server, 'DELETE', at(registered), undefined, token);
    expect([answer.status, answer.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE'])
      expectChallenge(await send(server, method, at(registered), undefined, token));
    expectChallenge(await put({ client_id, ...metadata }));
    const fields = { grant_type: 'authorization_code', code: 'x', client_id, client_secret };
    expectRefusal(await post(server, '/token', fields), 401, 'invalid_client');
  });

  it('management without a token gets a challenge without an error', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(server, method, at(registered));
      expectRefusal(answer, 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie"');
    }
  });

  it.each(['GET', 'PUT', 'DELETE'])(
    '%s with the token of another client is refused and changes nothing',
    async (method) => {
      const other = (await register(metadata)).body as Registered;
      const body =
        method === 'PUT' ? { client_id: registered.client_id, ...metadata, client_name: 'Taken' } : undefined;
      expectChallenge(await send(server, method, at(registered), body, other.registration_access_token));
      expect(await server.app.get(ClientRegistration).require(registered.client_id)).toMatchObject({
        clientName: 'Newcomer',
      });
    },
  );

  it.each(['invented', '', 'a b', 'Basic'])(
    'the registration access token "%s" is refused',
    async (token) => {
      expectChallenge(await send(server, 'GET', at(registered), undefined, token));
    },
  );

  it('a client that an administrator registered or disabled cannot be managed here', async () => {
    const { clientId, secret } = await server.register({ ...metadata, client_id: 'by-hand' });
    expectChallenge(await send(server, 'GET', `/register/${clientId}`, undefined, secret));
    await server.app.get(ClientRegistration).setDisabled(registered.client_id, true, 'test');
    expectChallenge(
      await send(server, 'GET', at(registered), undefined, registered.registration_access_token),
    );
  });
});
