import { decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  basic,
  encode,
  form,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../support/relying-party.js';

/** RFC 9449 §7.1: a resource that takes tokens of both kinds says so. */
const bothSchemes = 'Bearer realm="eyrie", DPoP realm="eyrie", algs="ES256 RS256 PS256 EdDSA Ed25519"';

describe('C1 userinfo', () => {
  let server: TestServer;
  let subject: string;
  let client: RelyingParty;
  let token: string;
  const bearer = () => ({ authorization: `Bearer ${token}` });

  beforeAll(async () => {
    server = await startServer();
    subject = await server.createUser(alice);
    client = await RelyingParty.register(server);
    token = (await client.tokens()).access_token;
  });
  afterAll(() => server.stop());

  function expectClaims(answer: Answer): void {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(answer.body).toMatchObject({ sub: subject, name: 'Alice', email: 'alice@example.com' });
  }

  /** RFC 6750 §3: status, error code and challenge agree. */
  function expectRefused(answer: Answer, status: number, error: string): void {
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
    expect(answer.headers.get('www-authenticate')).toMatch(
      new RegExp(`^Bearer realm="[^"]+", .*error="${error}"`),
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }

  describe('answers', () => {
    it('GET with the header', async () => {
      expectClaims(await request(server, '/userinfo', { headers: bearer() }));
    });

    it('POST with the header and no body', async () => {
      expectClaims(await request(server, '/userinfo', { method: 'POST', headers: bearer() }));
    });

    it('POST with the header and an empty form', async () => {
      expectClaims(await post(server, '/userinfo', '', bearer()));
    });

    it('POST with the token in the form', async () => {
      expectClaims(await post(server, '/userinfo', { access_token: token }));
    });

    it.each(['bearer', 'BEARER', 'bEaReR'])('the scheme name %s', async (scheme) => {
      expectClaims(await request(server, '/userinfo', { headers: { authorization: `${scheme} ${token}` } }));
    });

    it('an opaque token as it does a JWT', async () => {
      const opaque = await RelyingParty.register(server, { access_token_format: 'opaque' });
      expectClaims(await opaque.userinfo((await opaque.tokens()).access_token));
    });

    it('only the claims of the scopes that were granted', async () => {
      const { access_token } = await client.tokens({ scope: 'openid email' });
      const { body } = await client.userinfo(access_token);
      expect(Object.keys(body).toSorted()).toEqual(['email', 'email_verified', 'sub']);
      const { access_token: bare } = await client.tokens({ scope: 'openid' });
      expect((await client.userinfo(bare)).body).toEqual({ sub: subject });
    });
  });

  describe('refuses', () => {
    it.each(['GET', 'POST'])('%s without a token, with 401 and a bare challenge', async (method) => {
      const answer = await request(server, '/userinfo', { method });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(bothSchemes);
    });

    it('Basic credentials, with 401 and a bare challenge', async () => {
      const headers = { authorization: basic(client.clientId, client.secret) };
      const answer = await request(server, '/userinfo', { headers });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, bothSchemes]);
    });

    it.each(['unknown', 'a.b.c', 'x'.repeat(9_000), 'abc==', '-._~+/'])(
      'a bad token (%.10s) with 401 invalid_token',
      async (bad) => {
        expectRefused(await client.userinfo(bad), 401, 'invalid_token');
        expectRefused(await post(server, '/userinfo', { access_token: bad }), 401, 'invalid_token');
      },
    );

    it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer \u00e9', 'Bearer a,b', 'Bearer "a"'])(
      'a malformed header (%s) with a 4xx',
      async (authorization) => {
        const answer = await request(server, '/userinfo', { headers: { authorization } });
        expect([400, 401]).toContain(answer.status);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      },
    );

    it('a refresh token and an authorization code with 401 invalid_token', async () => {
      const { refresh_token } = await client.tokens();
      const { code } = await client.authorize();
      expectRefused(await client.userinfo(refresh_token), 401, 'invalid_token');
      expectRefused(await client.userinfo(code), 401, 'invalid_token');
    });

    it.each(['profile', 'contacts.read', 'profile contacts.read'])(
      'a token without openid (%s) with 403 insufficient_scope, naming openid',
      async (scope) => {
        for (const access_token_format of ['jwt', 'opaque']) {
          const other = await RelyingParty.register(server, { access_token_format });
          const { access_token } = await other.tokens({ scope });
          const answer = await client.userinfo(access_token);
          expectRefused(answer, 403, 'insufficient_scope');
          expect(answer.headers.get('www-authenticate')).toContain('scope="openid"');
        }
      },
    );

    it("a client's own token, which has no resource owner, with 403 insufficient_scope", async () => {
      const robot = await RelyingParty.register(server, {
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: '',
      });
      const { body } = await robot.token({ grant_type: 'client_credentials' });
      expectRefused(await client.userinfo(body.access_token), 403, 'insufficient_scope');
    });

    it('a token in the query, with 400 invalid_request', async () => {
      const path = `/userinfo?${encode({ access_token: token })}`;
      expectRefused(await request(server, path), 400, 'invalid_request');
      expectRefused(await request(server, path, { headers: bearer() }), 400, 'invalid_request');
      expectRefused(await post(server, path, {}), 400, 'invalid_request');
    });

    it('two tokens, in header and form or twice in the form, with 400 invalid_request', async () => {
      const both = await post(server, '/userinfo', { access_token: token }, bearer());
      expectRefused(both, 400, 'invalid_request');
      const twice = await post(server, '/userinfo', { access_token: [token, token] });
      expectRefused(twice, 400, 'invalid_request');
    });

    it('a token in a JSON or text/plain body: it counts as none', async () => {
      for (const [type, body] of [
        ['application/json', JSON.stringify({ access_token: token })],
        ['text/plain', encode({ access_token: token })],
      ] as const) {
        const answer = await request(server, '/userinfo', {
          method: 'POST',
          body,
          headers: { 'content-type': type },
        });
        expect([type, answer.status]).toEqual([type, 401]);
      }
    });

    it('hostile forms with a 4xx and a challenge', async () => {
      const bodies = [
        'access_token=%zz',
        'access_token=a%00b',
        '__proto__=x&access_token=%ff',
        `${encode({ access_token: token })}&${'a=b&'.repeat(3_000)}`,
      ];
      for (const body of bodies) {
        const answer = await post(server, '/userinfo', body);
        expect([400, 401]).toContain(answer.status);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      }
      expect((await post(server, '/userinfo', { access_token: 'x'.repeat(70_000) })).status).toBe(413);
    });

    it.each(['PUT', 'PATCH', 'DELETE'])('%s with 405 and Allow', async (method) => {
      const answer = await request(server, '/userinfo', { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    });

    it("a disabled user's token, JWT or opaque, with 401", async () => {
      const eve = { username: 'eve', password: 'the password of eve' };
      const id = await server.createUser(eve);
      for (const access_token_format of ['jwt', 'opaque']) {
        const party = await RelyingParty.register(server, { access_token_format });
        const { body } = await party.redeem(await party.authorize({}, eve));
        expect((await party.userinfo(body.access_token)).body.sub).toBe(id);
        await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
        expectRefused(await party.userinfo(body.access_token), 401, 'invalid_token');
        await server.app.get(UserAccounts).update(id, { disabled: false }, 'test');
      }
    });

    it("a disabled client's token with 401", async () => {
      const other = await RelyingParty.register(server);
      const { access_token } = await other.tokens();
      await server.app.get(ClientRegistration).setDisabled(other.clientId, true, 'test');
      expectRefused(await client.userinfo(access_token), 401, 'invalid_token');
    });
  });

  describe('CORS', () => {
    const origin = 'https://spa.example.com';

    it('a preflight is answered without a token', async () => {
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

    it('answers and refusals can be read by other origins, the challenge included', async () => {
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
    it('comes as a JWT of its own type with iss and aud, which openid-client verifies', async () => {
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

    it('is no hint of a session, and no access token', async () => {
      const signed = await RelyingParty.register(server, { userinfo_signed_response_alg: 'ES256' });
      const { text } = await signed.userinfo((await signed.tokens()).access_token);
      const hinted = await signed.browser.open(`/logout?${encode({ id_token_hint: text })}`);
      expect(hinted.status).toBe(400);
      expectRefused(
        await request(server, '/userinfo', { headers: { authorization: `Bearer ${text}` } }),
        401,
        'invalid_token',
      );
    });
  });
});
