import * as oauth from 'oauth4webapi';
import { alice, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  challengeOf,
  expectRefusal,
  type Fields,
  RelyingParty,
} from '../support/relying-party.js';

describe('B4 a code that does not fit its request', () => {
  let server: TestServer;
  let client: RelyingParty;
  let optional: RelyingParty;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    client = await RelyingParty.register(server);
    optional = await RelyingParty.register(server, { require_pkce: false });
  });
  afterAll(() => server.stop());

  const verifier = 'a-verifier-of-unreserved-characters-0123456789';
  const wrong: [string, Fields][] = [
    ['another redirect_uri', { redirect_uri: 'https://writer.example.com/other' }],
    ['a redirect_uri with another query', { redirect_uri: 'https://writer.example.com/callback?x=1' }],
    ['a redirect_uri in other letter case', { redirect_uri: 'https://WRITER.example.com/callback' }],
    ['no redirect_uri, though one was sent before', { redirect_uri: undefined }],
    ['an empty redirect_uri, though one was sent before', { redirect_uri: '' }],
    ['a wrong verifier', { code_verifier: verifier }],
    ['a verifier of 42 characters', { code_verifier: 'x'.repeat(42) }],
    ['a verifier of 129 characters', { code_verifier: 'x'.repeat(129) }],
    ['a verifier with a character that is not unreserved', { code_verifier: `${'x'.repeat(43)}+` }],
    ['no verifier', { code_verifier: undefined }],
    ['an empty verifier', { code_verifier: '' }],
  ];
  it.each(wrong)('%s is invalid_grant and leaves the code for the right request', async (_title, fields) => {
    const authorized = await client.authorize();
    expectRefusal(await client.redeem(authorized, fields), 400, 'invalid_grant');
    const answer = await client.redeem(authorized);
    expect(answer.status).toBe(200);
    expect((await client.userinfo(answer.body.access_token)).status).toBe(200);
  });

  it('the challenge in place of the verifier (plain) is invalid_grant', async () => {
    const authorized = await client.authorize();
    const answer = await client.redeem(authorized, { code_verifier: challengeOf(authorized.verifier) });
    expectRefusal(answer, 400, 'invalid_grant');
  });

  it("another client's code is invalid_grant and stays good for its own", async () => {
    const thief = await RelyingParty.register(server);
    const authorized = await client.authorize();
    expectRefusal(await thief.redeem(authorized), 400, 'invalid_grant');
    expect((await client.redeem(authorized)).status).toBe(200);
  });

  it("another client that presents a used code does not kill its owner's grant", async () => {
    const thief = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);
    expectRefusal(await thief.redeem(authorized), 400, 'invalid_grant');
    expect((await client.userinfo(body.access_token)).status).toBe(200);
  });

  it.each(['unknown', 'a b', '\u00e9', 'x'.repeat(10_000), "' OR 1=1 --"])(
    'an unknown code (%.20s) is invalid_grant',
    async (code) => {
      expectRefusal(await client.redeem({ code, verifier }), 400, 'invalid_grant');
    },
  );

  it('a missing or empty code is invalid_request', async () => {
    expectRefusal(await client.redeem({ code: '', verifier }), 400, 'invalid_request');
    expectRefusal(await client.token({ grant_type: 'authorization_code' }), 400, 'invalid_request');
  });

  it('a code is good until its 60 seconds are over, and invalid_grant from then on', async () => {
    const [inTime, late] = [await client.authorize(), await client.authorize()];
    server.clock.advance(57);
    expect((await client.redeem(inTime)).status).toBe(200);
    server.clock.advance(4);
    expectRefusal(await client.redeem(late), 400, 'invalid_grant');
  });

  it('all refusals of a code read alike, so that nothing can be probed', async () => {
    const authorized = await client.authorize();
    const texts = new Set<string>();
    for (const [, fields] of wrong) texts.add((await client.redeem(authorized, fields)).text);
    texts.add((await client.redeem({ code: 'unknown', verifier })).text);
    expect(texts.size).toBe(1);
  });

  it('redirect_uri may be left out where the authorization request left it out, or repeat the registered one', async () => {
    const without = await client.authorize({ redirect_uri: undefined });
    expect((await client.redeem(without, { redirect_uri: undefined })).status).toBe(200);
    const repeated = await client.authorize({ redirect_uri: undefined });
    expect((await client.redeem(repeated)).status).toBe(200);
    const other = await client.authorize({ redirect_uri: undefined });
    expectRefusal(
      await client.redeem(other, { redirect_uri: 'https://evil.example/' }),
      400,
      'invalid_grant',
    );
  });

  describe('PKCE', () => {
    const none = { code_challenge: undefined, code_challenge_method: undefined };

    it('no challenge and no verifier are accepted from a confidential client whose policy allows it', async () => {
      const authorized = await optional.authorize(none);
      expect((await optional.redeem(authorized, { code_verifier: undefined })).status).toBe(200);
    });

    it('a verifier without an earlier challenge is invalid_grant and leaves the code', async () => {
      const authorized = await optional.authorize(none);
      expectRefusal(await optional.redeem(authorized), 400, 'invalid_grant');
      expect((await optional.redeem(authorized, { code_verifier: undefined })).status).toBe(200);
    });

    it('a challenge without a verifier is invalid_grant even where PKCE is optional', async () => {
      const authorized = await optional.authorize();
      const answer = await optional.redeem(authorized, { code_verifier: undefined });
      expectRefusal(answer, 400, 'invalid_grant');
    });

    it('a challenge and its verifier are accepted where PKCE is optional', async () => {
      expect((await optional.redeem(await optional.authorize())).status).toBe(200);
    });

    it.each(['x'.repeat(43), '-._~'.repeat(32)])(
      'a verifier at the edge of its syntax is accepted',
      async (edge) => {
        const authorized = await client.authorize({ code_challenge: challengeOf(edge) });
        expect((await client.redeem(authorized, { code_verifier: edge })).status).toBe(200);
      },
    );
  });
});

describe('B5 a code that is redeemed twice', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
  });
  afterAll(() => server.stop());

  /** Holds that nothing of these tokens is good any more. */
  async function expectDead(client: RelyingParty, tokens: Answer['body']): Promise<void> {
    expectUserinfoRefused(await client.userinfo(tokens.access_token));
    expectRefusal(await client.refresh(tokens.refresh_token), 400, 'invalid_grant');
    if (client.secret === '') return;
    expect((await client.introspect(tokens.access_token)).body).toEqual({ active: false });
    expect((await client.introspect(tokens.refresh_token)).body).toEqual({ active: false });
  }

  function expectUserinfoRefused(answer: Answer): void {
    expect({ status: answer.status, error: answer.body.error }).toEqual({
      status: 401,
      error: 'invalid_token',
    });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  }

  const kinds = [
    { access_token_format: 'jwt' },
    { access_token_format: 'opaque' },
    { token_endpoint_auth_method: 'none' },
    { rotate_refresh_tokens: false },
  ];
  it.each(kinds)('is refused, and its grant dies (%j)', async (kind) => {
    const client = await RelyingParty.register(server, kind);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);
    expect((await client.userinfo(body.access_token)).status).toBe(200);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectDead(client, body);
  });

  it('what was refreshed meanwhile dies too', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body: first } = await client.redeem(authorized);
    const { body: second } = await client.refresh(first.refresh_token);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectDead(client, second);
  });

  it('is seen long after the code expired, while its grant lives', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);
    server.clock.advance(3_600);
    const { body: refreshed } = await client.refresh(body.refresh_token);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectDead(client, refreshed);
  });

  it('other grants of the same user and client live on', async () => {
    const client = await RelyingParty.register(server);
    const other = await client.tokens();
    const authorized = await client.authorize();
    await client.redeem(authorized);
    await client.redeem(authorized);
    expect((await client.userinfo(other.access_token)).status).toBe(200);
  });

  it('of 20 parallel redemptions at most one succeeds, the rest are invalid_grant, and the grant is dead', async () => {
    for (const kind of kinds) {
      const client = await RelyingParty.register(server, kind);
      const authorized = await client.authorize();
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.redeem(authorized)));
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      for (const answer of answers) if (answer !== winners[0]) expectRefusal(answer, 400, 'invalid_grant');
      for (const { body } of winners) await expectDead(client, body);
    }
  });

  it('oauth4webapi reports it as invalid_grant', async () => {
    const client = await RelyingParty.register(server);
    const issuer = new URL(server.issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const { code, verifier } = await client.authorize({ nonce: 'n' });
    const callback = oauth.validateAuthResponse(
      as,
      { client_id: client.clientId },
      new URLSearchParams({ code, iss: server.issuer }),
    );
    const redeem = async () =>
      oauth.processAuthorizationCodeResponse(
        as,
        { client_id: client.clientId },
        await oauth.authorizationCodeGrantRequest(
          as,
          { client_id: client.clientId },
          oauth.ClientSecretBasic(client.secret),
          callback,
          client.redirectUri,
          verifier,
          insecure,
        ),
        { expectedNonce: 'n' },
      );
    expect(await redeem()).toHaveProperty('id_token');
    await expect(redeem()).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
  });
});
