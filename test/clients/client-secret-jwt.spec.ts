import * as openid from 'openid-client';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { ClientSecrets } from '../../src/clients/client-secrets.js';
import { Database } from '../../src/persistence/database.js';
import { useServer } from '../support/server.js';
import { expectRefusal, post } from '../support/relying-party.js';
import { claimsOf, keyPair, present, sign } from '../support/assertions.js';

const robot = {
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
  token_endpoint_auth_method: 'client_secret_jwt',
};

describe('G1 client_secret_jwt', () => {
  const server = useServer();
  let clientId: string;
  let secret: string;

  const registration = (): ClientRegistration => server.app.get(ClientRegistration);
  const assertion = async (key = secret, changes = {}, alg = 'HS256'): Promise<string> =>
    sign(claimsOf(server, clientId, changes), new TextEncoder().encode(key), { alg });
  const stored = async (): Promise<{ sealed_secret: string | null }[]> =>
    server.app
      .get(Database)
      .query('SELECT sealed_secret FROM client_secrets WHERE client_id = ?', [clientId]);

  beforeEach(async () => {
    ({ clientId, secret } = await server.register(robot));
  });

  it('openid-client gets a token', async () => {
    const config = await openid.discovery(
      new URL(server.issuer),
      clientId,
      undefined,
      openid.ClientSecretJwt(secret),
      {
        execute: [openid.allowInsecureRequests],
      },
    );
    expect((await openid.clientCredentialsGrant(config)).scope).toBe('contacts.read');
  });

  it('a replayed assertion is refused', async () => {
    const once = await assertion();
    expect((await present(server, once)).status).toBe(200);
    expectRefusal(await present(server, once), 401, 'invalid_client');
  });

  it.each([
    ['expired', { exp: 1 }],
    ['without jti', { jti: undefined }],
    ['for another server', { aud: 'https://elsewhere.example.com' }],
    ['about somebody else', { sub: 'somebody' }],
  ])('an assertion %s is refused', async (_title, changes) => {
    expectRefusal(await present(server, await assertion(secret, changes)), 401, 'invalid_client');
  });

  it('an assertion under another secret, another hash, a signature or nothing is refused', async () => {
    const { privateKey } = await keyPair('ES256');
    const refused = [
      await assertion(`${secret}x`),
      await assertion(secret, {}, 'HS512'),
      await sign(claimsOf(server, clientId), privateKey, { alg: 'ES256' }),
      `${(await assertion()).split('.').slice(0, 2).join('.')}.`,
    ];
    for (const jwt of refused) expectRefusal(await present(server, jwt), 401, 'invalid_client');
  });

  it('the secret itself does not authenticate the client', async () => {
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    expectRefusal(await post(server, '/token', fields), 401, 'invalid_client');
  });

  it('the secret is sealed in the database, and no other client’s is kept', async () => {
    const [row] = await stored();
    expect(row?.sealed_secret).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(row?.sealed_secret).not.toContain(secret);
    await server.register({
      ...robot,
      client_id: 'plain',
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const others = await server.app
      .get(Database)
      .query('SELECT sealed_secret FROM client_secrets WHERE client_id = ?', ['plain']);
    expect(others).toEqual([{ sealed_secret: null }]);
  });

  it('a rotation lets the old secret go on for its overlap', async () => {
    const next = await server.app.get(ClientSecrets).rotate(clientId, 60, 'test');
    for (const key of [secret, next]) expect((await present(server, await assertion(key))).status).toBe(200);
    server.clock.advance(61);
    expectRefusal(await present(server, await assertion(secret)), 401, 'invalid_client');
    expect((await present(server, await assertion(next))).status).toBe(200);
  });

  it('a client that changes to another method loses the sealed secret, and needs a new one on its way back', async () => {
    await registration().update(clientId, { token_endpoint_auth_method: 'client_secret_post' }, 'test');
    expect(await stored()).toEqual([{ sealed_secret: null }]);
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    expect((await post(server, '/token', fields)).status).toBe(200);

    await registration().update(clientId, { token_endpoint_auth_method: 'client_secret_jwt' }, 'test');
    expectRefusal(await present(server, await assertion()), 401, 'invalid_client');
    const next = await server.app.get(ClientSecrets).rotate(clientId, 0, 'test');
    expect((await present(server, await assertion(next))).status).toBe(200);
  });

  it('a chosen secret that is too short for a MAC is refused', async () => {
    const short = { ...robot, client_id: 'short', client_secret: 'only 31 characters, one too few' };
    await expect(server.register(short)).rejects.toThrow('at least 32 characters');
  });
});
