import { decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import { alice, useServer } from '../support/server.js';
import {
  type Answer,
  encode,
  form,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';
import { expectBearerRefusal } from '../support/bearer-refusal.js';

describe('C1 userinfo', () => {
  const server = useServer();
  let subject: string;
  let client: RelyingParty;
  let token: string;
  const bearer = () => ({ authorization: `Bearer ${token}` });

  beforeAll(async () => {
    subject = await server.createUser(alice);
    client = await RelyingParty.register(server);
    token = (await client.tokens()).access_token;
  });

  function expectClaims(answer: Answer): void {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(answer.body).toMatchObject({ sub: subject, name: 'Alice', email: 'alice@example.com' });
  }

  /** RFC 6750 §3: status, error code and challenge agree. */
  describe('answers', () => {
    it('userinfo answers GET with the token in the header', async () => {
      expectClaims(await request(server, '/userinfo', { headers: bearer() }));
    });

    it('userinfo answers POST with the token in the header and no body', async () => {
      expectClaims(await request(server, '/userinfo', { method: 'POST', headers: bearer() }));
    });

    it('userinfo answers POST with the token in the header and an empty form', async () => {
      expectClaims(await post(server, '/userinfo', '', bearer()));
    });

    it('userinfo answers POST with the token in the form', async () => {
      expectClaims(await post(server, '/userinfo', { access_token: token }));
    });

    it.each(['bearer', 'BEARER', 'bEaReR'])('userinfo takes the scheme name %s', async (scheme) => {
      expectClaims(await request(server, '/userinfo', { headers: { authorization: `${scheme} ${token}` } }));
    });

    it('userinfo answers an opaque token as it does a JWT', async () => {
      const opaque = await RelyingParty.register(server, { access_token_format: 'opaque' });
      expectClaims(await opaque.userinfo((await opaque.tokens()).access_token));
    });

    it('userinfo returns only the claims of the scopes that were granted', async () => {
      const { access_token } = await client.tokens({ scope: 'openid email' });
      const { body } = await client.userinfo(access_token);
      expect(Object.keys(body).toSorted()).toEqual(['email', 'email_verified', 'sub']);
      const { access_token: bare } = await client.tokens({ scope: 'openid' });
      expect((await client.userinfo(bare)).body).toEqual({ sub: subject });
    });
  });

  describe('CORS', () => {
    const origin = 'https://spa.example.com';

    it('a preflight of userinfo is answered without a token', async () => {
      const answer = await request(server, '/userinfo', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(answer.headers.get('access-control-allow-methods')).toContain('GET');
    });

    it('answers and refusals of userinfo can be read by other origins, the challenge included', async () => {
      const good = await request(server, '/userinfo', { headers: { ...bearer(), origin } });
      const bad = await request(server, '/userinfo', { headers: { authorization: 'Bearer bad', origin } });
      const none = await post(server, '/userinfo', 'access_token=%zz', { origin });
      for (const answer of [good, bad, none]) {
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
        expect(answer.headers.get('access-control-expose-headers')).toMatch(/www-authenticate/i);
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      }
    });
  });

  it('the media type of a form may be written in any letter case', async () => {
    const answer = await post(
      server,
      '/userinfo',
      { access_token: token },
      {
        'content-type': form.toUpperCase(),
      },
    );
    expectClaims(answer);
  });

  describe('signed for a client that registered an algorithm', () => {
    it('signed userinfo comes as a JWT of its own type with iss and aud, which openid-client verifies', async () => {
      const signed = await RelyingParty.register(server, { userinfo_signed_response_alg: 'PS256' });
      const { access_token } = await signed.tokens();

      const answer = await signed.userinfo(access_token);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/jwt');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(decodeProtectedHeader(answer.text)).toMatchObject({ alg: 'PS256', typ: 'userinfo+jwt' });
      expect(payloadOf(answer.text)).toMatchObject({
        iss: server.issuer,
        aud: signed.clientId,
        sub: subject,
      });

      const config = await openid.discovery(
        new URL(server.issuer),
        signed.clientId,
        { client_secret: signed.secret, userinfo_signed_response_alg: 'PS256' },
        undefined,
        { execute: [openid.allowInsecureRequests] },
      );
      openid.enableNonRepudiationChecks(config);
      expect(await openid.fetchUserInfo(config, access_token, subject)).toMatchObject({ name: 'Alice' });
    });

    it('signed userinfo is neither an id_token_hint nor an access token', async () => {
      const signed = await RelyingParty.register(server, { userinfo_signed_response_alg: 'ES256' });
      const { text } = await signed.userinfo((await signed.tokens()).access_token);
      const hinted = await signed.browser.open(`/logout?${encode({ id_token_hint: text })}`);
      expect(hinted.status).toBe(400);
      expectBearerRefusal(
        await request(server, '/userinfo', { headers: { authorization: `Bearer ${text}` } }),
        401,
        'invalid_token',
      );
    });
  });
});
