import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { alice, contacts, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';

describe('Access tokens', () => {
  const server = useServer();
  let subject: string;
  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  it('a JWT one has the header and claims of RFC 9068 and verifies against the JWKS', async () => {
    const client = await RelyingParty.register(server);
    const { access_token } = await client.tokens();
    expect(decodeProtectedHeader(access_token)).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: expect.any(String),
    });
    const { payload } = await jwtVerify(access_token, createRemoteJWKSet(new URL('/jwks', server.issuer)), {
      issuer: server.issuer,
      audience: contacts.identifier,
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({
      iss: server.issuer,
      sub: subject,
      client_id: client.clientId,
      scope: 'openid profile email offline_access contacts.read',
      jti: expect.any(String),
      auth_time: expect.any(Number),
      acr: expect.any(String),
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(600);
    for (const claim of ['email', 'name', 'username', 'nonce']) expect(payload).not.toHaveProperty(claim);
  });

  it('an opaque one says nothing, and has 256 bits', async () => {
    const client = await RelyingParty.register(server, { access_token_format: 'opaque' });
    const { access_token } = await client.tokens();
    expect(access_token).toMatch(/^[\w-]{43}$/);
  });

  it('its audience is every resource that one of its scopes belongs to', async () => {
    const client = await RelyingParty.register(server);
    const audience = async (scope: string): Promise<unknown> =>
      payloadOf((await client.tokens({ scope })).access_token).aud;
    expect(await audience('contacts.read')).toBe(contacts.identifier);
    expect(await audience('openid')).toBe(server.issuer);
    expect(await audience('openid contacts.read')).toEqual([server.issuer, contacts.identifier]);
  });

  it.each(['jwt', 'opaque'])('a %s one is good until its 600 seconds are over', async (format) => {
    const client = await RelyingParty.register(server, { access_token_format: format });
    const { access_token } = await client.tokens();
    server.clock.advance(595);
    expect((await client.userinfo(access_token)).status).toBe(200);
    server.clock.advance(6);
    expect((await client.userinfo(access_token)).status).toBe(401);
    expect((await client.introspect(access_token)).body).toEqual({ active: false });
  });

  it('each has a jti of its own', async () => {
    const client = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'contacts.read',
    });
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => client.token({ grant_type: 'client_credentials' })),
    );
    expect(new Set(tokens.map(({ body }) => payloadOf(body.access_token).jti)).size).toBe(20);
  });
});
