import { ClientRegistration } from '../../src/clients/client-registration.js';
import { UserAccounts } from '../../src/users/user-accounts.js';
import { alice, useServer } from '../support/server.js';
import { basic, encode, post, RelyingParty, request } from '../support/relying-party.js';
import { expectBearerRefusal } from '../support/bearer-refusal.js';

/** RFC 9449 §7.1: a resource that takes tokens of both kinds says so. */
const bothSchemes = 'Bearer realm="eyrie", DPoP realm="eyrie", algs="ES256 RS256 PS256 EdDSA Ed25519"';

describe('C1 refusals of userinfo', () => {
  const server = useServer();
  let client: RelyingParty;
  let token: string;
  const bearer = () => ({ authorization: `Bearer ${token}` });

  beforeAll(async () => {
    await server.createUser(alice);
    client = await RelyingParty.register(server);
    token = (await client.tokens()).access_token;
  });

  describe('refuses', () => {
    it.each(['GET', 'POST'])(
      'userinfo refuses %s without a token, with 401 and a bare challenge',
      async (method) => {
        const answer = await request(server, '/userinfo', { method });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe(bothSchemes);
      },
    );

    it('userinfo refuses Basic credentials, with 401 and a bare challenge', async () => {
      const headers = { authorization: basic(client.clientId, client.secret) };
      const answer = await request(server, '/userinfo', { headers });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, bothSchemes]);
    });

    it.each(['unknown', 'a.b.c', 'x'.repeat(9_000), 'abc==', '-._~+/'])(
      'userinfo refuses a bad token (%.10s) with 401 invalid_token',
      async (bad) => {
        expectBearerRefusal(await client.userinfo(bad), 401, 'invalid_token');
        expectBearerRefusal(await post(server, '/userinfo', { access_token: bad }), 401, 'invalid_token');
      },
    );

    it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer \u00e9', 'Bearer a,b', 'Bearer "a"'])(
      'userinfo refuses a malformed header (%s) with a 4xx',
      async (authorization) => {
        const answer = await request(server, '/userinfo', { headers: { authorization } });
        expect([400, 401]).toContain(answer.status);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      },
    );

    it('userinfo refuses a refresh token and an authorization code with 401 invalid_token', async () => {
      const { refresh_token } = await client.tokens();
      const { code } = await client.authorize();
      expectBearerRefusal(await client.userinfo(refresh_token), 401, 'invalid_token');
      expectBearerRefusal(await client.userinfo(code), 401, 'invalid_token');
    });

    it.each(['profile', 'contacts.read', 'profile contacts.read'])(
      'userinfo refuses a token without openid (%s) with 403 insufficient_scope, naming openid',
      async (scope) => {
        for (const access_token_format of ['jwt', 'opaque']) {
          const other = await RelyingParty.register(server, { access_token_format });
          const { access_token } = await other.tokens({ scope });
          const answer = await client.userinfo(access_token);
          expectBearerRefusal(answer, 403, 'insufficient_scope');
          expect(answer.headers.get('www-authenticate')).toContain('scope="openid"');
        }
      },
    );

    it("userinfo refuses a client's own token, which has no resource owner, with 403 insufficient_scope", async () => {
      const robot = await RelyingParty.register(server, {
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: '',
      });
      const { body } = await robot.token({ grant_type: 'client_credentials' });
      expectBearerRefusal(await client.userinfo(body.access_token), 403, 'insufficient_scope');
    });

    it('userinfo refuses a token in the query, with 400 invalid_request', async () => {
      const path = `/userinfo?${encode({ access_token: token })}`;
      expectBearerRefusal(await request(server, path), 400, 'invalid_request');
      expectBearerRefusal(await request(server, path, { headers: bearer() }), 400, 'invalid_request');
      expectBearerRefusal(await post(server, path, {}), 400, 'invalid_request');
    });

    it('userinfo refuses two tokens, in header and form or twice in the form, with 400 invalid_request', async () => {
      const both = await post(server, '/userinfo', { access_token: token }, bearer());
      expectBearerRefusal(both, 400, 'invalid_request');
      const twice = await post(server, '/userinfo', { access_token: [token, token] });
      expectBearerRefusal(twice, 400, 'invalid_request');
    });

    it('userinfo ignores a token in a JSON or text/plain body, and answers 401', async () => {
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

    it('userinfo refuses hostile forms with a 4xx and a challenge', async () => {
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

    it.each(['PUT', 'PATCH', 'DELETE'])('userinfo answers %s with 405 and Allow', async (method) => {
      const answer = await request(server, '/userinfo', { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
    });

    it("userinfo refuses a disabled user's token, JWT or opaque, with 401", async () => {
      const eve = { username: 'eve', password: 'the password of eve' };
      const id = await server.createUser(eve);
      for (const access_token_format of ['jwt', 'opaque']) {
        const party = await RelyingParty.register(server, { access_token_format });
        const { body } = await party.redeem(await party.authorize({}, eve));
        expect((await party.userinfo(body.access_token)).body.sub).toBe(id);
        await server.app.get(UserAccounts).update(id, { disabled: true }, 'test');
        expectBearerRefusal(await party.userinfo(body.access_token), 401, 'invalid_token');
        await server.app.get(UserAccounts).update(id, { disabled: false }, 'test');
      }
    });

    it("userinfo refuses a disabled client's token with 401", async () => {
      const other = await RelyingParty.register(server);
      const { access_token } = await other.tokens();
      await server.app.get(ClientRegistration).setDisabled(other.clientId, true, 'test');
      expectBearerRefusal(await client.userinfo(access_token), 401, 'invalid_token');
    });
  });
});
