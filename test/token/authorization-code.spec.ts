import { alice, useServer } from '../support/server.js';
import { challengeOf, expectRefusal, type Fields, RelyingParty } from '../support/relying-party.js';

describe('B4 a code that does not fit its request', () => {
  const server = useServer({}, { users: [alice] });
  let client: RelyingParty;
  let optional: RelyingParty;

  beforeAll(async () => {
    client = await RelyingParty.register(server);
    optional = await RelyingParty.register(server, { require_pkce: false });
  });

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
  it.each(wrong)(
    'a redemption with %s is invalid_grant and leaves the code for the right request',
    async (_title, fields) => {
      const authorized = await client.authorize();
      expectRefusal(await client.redeem(authorized, fields), 400, 'invalid_grant');
      const answer = await client.redeem(authorized);
      expect(answer.status).toBe(200);
      expect((await client.userinfo(answer.body.access_token)).status).toBe(200);
    },
  );

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

  it("another client that presents a used code does not revoke its owner's grant", async () => {
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
      'a verifier of the shortest or the longest length is accepted (%s)',
      async (edge) => {
        const authorized = await client.authorize({ code_challenge: challengeOf(edge) });
        expect((await client.redeem(authorized, { code_verifier: edge })).status).toBe(200);
      },
    );
  });
});
