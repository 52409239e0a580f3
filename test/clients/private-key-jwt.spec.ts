import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { ClientSecrets } from '../../src/clients/client-secrets.js';
import type { Registration } from '../../src/clients/client-registration.js';
import { contacts, useServer } from '../support/server.js';
import { basic, expectRefusal } from '../support/relying-party.js';
import { claimsOf, type KeyPair, keyPair, present, sign } from '../support/assertions.js';

const robot = {
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
  token_endpoint_auth_method: 'private_key_jwt',
};

describe('G1 private_key_jwt', () => {
  const server = useServer();
  let keys: KeyPair;
  let clientId: string;

  const register = async (registration: Registration): Promise<string> =>
    (await server.register({ ...robot, client_id: `robot-${randomUUID()}`, ...registration })).clientId;
  const assertion = async (changes: JWTPayload = {}, id = clientId): Promise<string> =>
    sign(claimsOf(server, id, changes), keys.privateKey, { alg: 'ES256' });

  beforeAll(async () => {
    keys = await keyPair('ES256');
    clientId = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
  });

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
    'openid-client gets a token, introspects and revokes it with an assertion signed by %s',
    async (alg) => {
      const pair = await keyPair(alg, 'key-1');
      // openid-client signs with Ed25519, the newer name of EdDSA with that curve (RFC 9864): the key names neither.
      const { alg: _alg, ...publicJwk } = pair.publicJwk;
      const id = await register({
        jwks: { keys: [publicJwk] },
        introspection_resources: [contacts.identifier],
      });
      const config = await openid.discovery(
        new URL(server.issuer),
        id,
        undefined,
        openid.PrivateKeyJwt({ key: pair.privateKey, kid: 'key-1' }),
        { execute: [openid.allowInsecureRequests] },
      );
      const { access_token } = await openid.clientCredentialsGrant(config);
      expect(await openid.tokenIntrospection(config, access_token)).toMatchObject({
        active: true,
        client_id: id,
      });
      await openid.tokenRevocation(config, access_token);
      expect(await openid.tokenIntrospection(config, access_token)).toEqual({ active: false });
    },
  );

  it('a client with private_key_jwt has no secret, and cannot be given one', async () => {
    const { secret } = await server.register({
      ...robot,
      client_id: 'secretless',
      jwks: { keys: [{ ...keys.publicJwk }] },
    });
    expect(secret).toBe('');
    await expect(server.app.get(ClientSecrets).rotate('secretless', 0, 'test')).rejects.toThrow(
      'has no secret',
    );
  });

  it('client_id may repeat the client, and another one is invalid_request', async () => {
    expect((await present(server, await assertion(), { client_id: clientId })).status).toBe(200);
    expectRefusal(await present(server, await assertion(), { client_id: 'another' }), 400, 'invalid_request');
  });

  it('a replayed assertion is refused, also when it is sent at the same time as the first', async () => {
    const once = await assertion();
    const answers = await Promise.all([present(server, once), present(server, once), present(server, once)]);
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200, 401, 401,
    ]);
    expectRefusal(await present(server, once), 401, 'invalid_client');
  });

  it('the jti of one client is not that of another', async () => {
    const other = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
    const jti = randomUUID();
    expect((await present(server, await assertion({ jti }))).status).toBe(200);
    expect((await present(server, await assertion({ jti }, other))).status).toBe(200);
    expectRefusal(await present(server, await assertion({ jti }, other)), 401, 'invalid_client');
  });

  const refusals: [string, (now: number) => JWTPayload][] = [
    ['an expired one', (now) => ({ exp: now - 11 })],
    ['one without exp', () => ({ exp: undefined })],
    ['one that is valid for more than an hour', (now) => ({ exp: now + 3_700 })],
    ['one that is not valid yet', (now) => ({ nbf: now + 30 })],
    ['one issued in the future', (now) => ({ iat: now + 90 })],
    ['one without jti', () => ({ jti: undefined })],
    ['one with an empty jti', () => ({ jti: '' })],
    ['one whose jti is a number', () => ({ jti: 7 as unknown as string })],
    ['one without aud', () => ({ aud: undefined })],
    ['one for another server', () => ({ aud: 'https://elsewhere.example.com' })],
    ['one for the token endpoint', () => ({ aud: `${server.issuer}/token` })],
    ['one for us and another server', () => ({ aud: [server.issuer, 'https://elsewhere.example.com'] })],
    ['one with another subject', () => ({ sub: 'somebody' })],
    ['one without subject', () => ({ sub: undefined })],
    ['one of an unknown issuer', () => ({ iss: 'nobody', sub: 'nobody' })],
    ['one without issuer', () => ({ iss: undefined })],
  ];
  it.each(refusals)(
    'of assertions %s is refused with 401 invalid_client, and its jti stays unused',
    async (_title, changes) => {
      const jti = randomUUID();
      const answer = await present(server, await assertion({ jti, ...changes(server.clock.now()) }));
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect((await present(server, await assertion({ jti }))).status).toBe(200);
    },
  );

  it('an assertion just out of date is within the difference of clocks', async () => {
    expect((await present(server, await assertion({ exp: server.clock.now() - 5 }))).status).toBe(200);
  });

  it('an assertion may spell our issuer with a slash', async () => {
    expect((await present(server, await assertion({ aud: `${server.issuer}/` }))).status).toBe(200);
  });

  it('an unsigned assertion (alg none) is refused', async () => {
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${encode(claimsOf(server, clientId))}.`;
    expectRefusal(await present(server, unsigned), 401, 'invalid_client');
    expectRefusal(await present(server, `${unsigned}AAAA`), 401, 'invalid_client');
  });

  it('an assertion signed with somebody else’s key is refused', async () => {
    const { privateKey } = await keyPair('ES256');
    const forged = await sign(claimsOf(server, clientId), privateKey, { alg: 'ES256' });
    expectRefusal(await present(server, forged), 401, 'invalid_client');
  });

  it('an RSA public key used as an HMAC secret is refused', async () => {
    const pair = await keyPair('RS256');
    const id = await register({ jwks: { keys: [{ ...pair.publicJwk }] } });
    const guesses = [JSON.stringify(pair.publicJwk), pair.publicJwk.n ?? ''];
    for (const guess of guesses) {
      const forged = await sign(claimsOf(server, id), new TextEncoder().encode(guess), { alg: 'HS256' });
      expectRefusal(await present(server, forged), 401, 'invalid_client');
    }
  });

  it('an assertion signed with another algorithm than the registered one is refused', async () => {
    const pair = await keyPair('RS256');
    const { alg: _alg, ...publicJwk } = pair.publicJwk;
    const id = await register({ jwks: { keys: [publicJwk] }, token_endpoint_auth_signing_alg: 'PS256' });
    expectRefusal(
      await present(server, await sign(claimsOf(server, id), pair.privateKey, { alg: 'RS256' })),
      401,
      'invalid_client',
    );
  });

  it.each(['assertion', 'a.b.c', '..', 'e30.e30.', '{}'])(
    '%s, which is no JWT of a client, is refused',
    async (text) => {
      expectRefusal(await present(server, text), 401, 'invalid_client');
    },
  );

  it('an assertion of an unknown type is refused, and one without its type is invalid_request', async () => {
    const text = await assertion();
    const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer';
    expectRefusal(await present(server, text, { client_assertion_type: saml }), 401, 'invalid_client');
    expectRefusal(await present(server, text, { client_assertion_type: undefined }), 400, 'invalid_request');
    expectRefusal(await present(server, text, { client_assertion: undefined }), 400, 'invalid_request');
    expectRefusal(await present(server, text, { client_assertion: [text, text] }), 400, 'invalid_request');
  });

  it('an assertion beside a secret is invalid_request', async () => {
    expectRefusal(await present(server, await assertion(), { client_secret: 'x' }), 400, 'invalid_request');
  });

  it('a secret or a bare client_id does not authenticate the client', async () => {
    const { clientId: withSecret, secret } = await server.register({
      ...robot,
      token_endpoint_auth_method: 'client_secret_basic',
    });
    expect(basic(withSecret, secret)).toMatch(/^Basic /);
    const bare = { client_assertion: undefined, client_assertion_type: undefined };
    expectRefusal(await present(server, '', { ...bare, client_id: clientId }), 401, 'invalid_client');
    expectRefusal(
      await present(server, '', { ...bare, client_id: clientId, client_secret: secret }),
      401,
      'invalid_client',
    );
  });

  it.each(['client_secret_basic', 'client_secret_post', 'none'])(
    'a client registered for %s cannot use an assertion, whatever keys it has',
    async (method) => {
      const other = {
        grant_types: ['authorization_code'],
        redirect_uris: ['https://writer.example.com/callback'],
        token_endpoint_auth_method: method,
        jwks: { keys: [{ ...keys.publicJwk }] },
      };
      const id = await register(other);
      expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
    },
  );

  it('a disabled client is refused', async () => {
    const id = await register({ jwks: { keys: [{ ...keys.publicJwk }] } });
    await server.app.get(ClientRegistration).setDisabled(id, true, 'test');
    expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
  });

  it('a client that is allowed to may name the endpoints as audience, and the issuer still', async () => {
    const id = await register({ jwks: { keys: [{ ...keys.publicJwk }] }, assertion_audience: 'endpoint' });
    const audiences = [server.issuer, `${server.issuer}/token`, [server.issuer, `${server.issuer}/token`]];
    for (const aud of audiences)
      expect((await present(server, await assertion({ aud }, id))).status).toBe(200);
    const elsewhere = await assertion({ aud: `${server.issuer}/userinfo` }, id);
    expectRefusal(await present(server, elsewhere), 401, 'invalid_client');
  });

  it('an assertion is verified with the one of several keys without kid that signed it', async () => {
    const pairs = await Promise.all([keyPair('ES256'), keyPair('ES256')]);
    const id = await register({ jwks: { keys: pairs.map(({ publicJwk }) => ({ ...publicJwk })) } });
    for (const { privateKey } of pairs)
      expect(
        (await present(server, await sign(claimsOf(server, id), privateKey, { alg: 'ES256' }))).status,
      ).toBe(200);
    expectRefusal(await present(server, await assertion({}, id)), 401, 'invalid_client');
  });
});
