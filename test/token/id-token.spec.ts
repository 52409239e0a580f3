import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify, type JWTVerifyResult } from 'jose';
import { Sessions } from '../../src/sessions/sessions.js';
import { alice, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';

describe('B9 the ID token', () => {
  const server = useServer();
  let subject: string;
  beforeAll(async () => {
    subject = await server.createUser(alice);
  });

  const verify = (idToken: string, client: RelyingParty): Promise<JWTVerifyResult> =>
    jwtVerify(idToken, createRemoteJWKSet(new URL('/jwks', server.issuer)), {
      issuer: server.issuer,
      audience: client.clientId,
      typ: 'JWT',
      currentDate: new Date(server.clock.now() * 1_000),
    });

  const algorithms = [
    [undefined, 'RS256', 'sha256'],
    ['RS256', 'RS256', 'sha256'],
    ['ES256', 'ES256', 'sha256'],
    ['PS256', 'PS256', 'sha256'],
    ['EdDSA', 'EdDSA', 'sha512'],
  ] as const;
  it.each(algorithms)(
    'of a client registered for %s is signed with %s by a published key',
    async (registered, alg, hash) => {
      const client = await RelyingParty.register(
        server,
        registered ? { id_token_signed_response_alg: registered } : {},
      );
      const tokens = await client.tokens({ nonce: 'n-0S6_WzA2Mj' });
      const { protectedHeader, payload } = await verify(tokens.id_token, client);
      expect(protectedHeader).toMatchObject({ alg, typ: 'JWT', kid: expect.any(String) });
      const digest = createHash(hash).update(tokens.access_token).digest();
      expect(payload).toMatchObject({
        iss: server.issuer,
        sub: subject,
        aud: client.clientId,
        nonce: 'n-0S6_WzA2Mj',
        acr: expect.any(String),
        amr: ['pwd'],
        at_hash: digest.subarray(0, digest.length / 2).toString('base64url'),
      });
      expect(payload).not.toHaveProperty('sid');
      expect(payload.sub).toMatch(/^[\x21-\x7e]{1,255}$/);
      const { iat = 0, exp = 0, auth_time: authTime } = payload;
      expect(Math.abs(iat - server.clock.now())).toBeLessThanOrEqual(2);
      expect(exp - iat).toBe(600);
      expect(authTime).toBeLessThanOrEqual(iat);
      expect(authTime).toBeGreaterThan(iat - 120);
    },
  );

  it('holds no nonce where none was sent, and no claims of scopes', async () => {
    const client = await RelyingParty.register(server);
    const payload = payloadOf((await client.tokens()).id_token);
    for (const claim of ['nonce', 'name', 'email', 'preferred_username', 'azp'])
      expect(payload).not.toHaveProperty(claim);
  });

  it('is not issued without openid', async () => {
    const client = await RelyingParty.register(server);
    expect(await client.tokens({ scope: 'contacts.read' })).not.toHaveProperty('id_token');
  });

  it.each(['frontchannel_logout_uri', 'backchannel_logout_uri'])(
    'holds the sid of the session for a client with a %s',
    async (member) => {
      const client = await RelyingParty.register(server, {
        [member]: 'https://writer.example.com/signed-out',
      });
      const payload = payloadOf((await client.tokens()).id_token);
      const sessions = await server.app.get(Sessions).listActive(subject);
      expect(sessions.map(({ id }) => id)).toContain(payload.sid);
    },
  );

  it('after a refresh has the same iss, sub, aud, auth_time and sid, a new iat, and no nonce', async () => {
    const client = await RelyingParty.register(server, {
      frontchannel_logout_uri: 'https://writer.example.com/signed-out',
    });
    const first = await client.tokens({ nonce: 'once' });
    server.clock.advance(1_000);
    const second = (await client.refresh(first.refresh_token)).body;
    const { payload } = await verify(second.id_token, client);
    const before = payloadOf(first.id_token);
    for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'azp', 'acr', 'amr', 'sid'])
      expect([claim, payload[claim]]).toEqual([claim, before[claim]]);
    expect(payload.iat).toBeGreaterThanOrEqual(Number(before.iat) + 1_000);
    expect(payload).not.toHaveProperty('nonce');
    expect(payload.at_hash).toBe(
      createHash('sha256').update(second.access_token).digest().subarray(0, 16).toString('base64url'),
    );
  });

  it('its signature covers its payload: a changed one does not verify', async () => {
    const client = await RelyingParty.register(server);
    const [header = '', , signature = ''] = (await client.tokens()).id_token.split('.');
    const forged = Buffer.from(JSON.stringify({ iss: server.issuer, sub: 'mallory', aud: client.clientId }));
    await expect(
      verify(`${header}.${forged.toString('base64url')}.${signature}`, client),
    ).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  it('is no access token', async () => {
    const client = await RelyingParty.register(server, { id_token_signed_response_alg: 'ES256' });
    const { id_token } = await client.tokens();
    expect((await client.userinfo(id_token)).status).toBe(401);
    expect((await client.introspect(id_token)).body).toEqual({ active: false });
  });
});
