import { alice, useServer } from '../support/server.js';
import { basic, expectRefusal, post, RelyingParty } from '../support/relying-party.js';

describe('C3 revocation', () => {
  const server = useServer({}, { users: [alice] });

  const isGood = async (client: RelyingParty, token: string): Promise<boolean> =>
    (await client.userinfo(token)).status === 200;

  it.each(['jwt', 'opaque'])(
    'a %s access token dies alone and at once, and dying twice is no error',
    async (format) => {
      const client = await RelyingParty.register(server, { access_token_format: format });
      const tokens = await client.tokens();
      const { access_token: other } = (await client.refresh(tokens.refresh_token)).body;
      const answer = await client.revoke(tokens.access_token);
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await isGood(client, tokens.access_token)).toBe(false);
      expect((await client.introspect(tokens.access_token)).body).toEqual({ active: false });
      expect(await isGood(client, other)).toBe(true);
      expect((await client.revoke(tokens.access_token)).status).toBe(200);
    },
  );

  it.each([{ rotate_refresh_tokens: true }, { rotate_refresh_tokens: false, access_token_format: 'opaque' }])(
    'a refresh token takes its whole grant along (%j)',
    async (kind) => {
      const client = await RelyingParty.register(server, kind);
      const [tokens, apart] = [await client.tokens(), await client.tokens()];
      expect((await client.revoke(tokens.refresh_token)).status).toBe(200);
      expect(await isGood(client, tokens.access_token)).toBe(false);
      expectRefusal(await client.refresh(tokens.refresh_token), 400, 'invalid_grant');
      expect(await isGood(client, apart.access_token)).toBe(true);
    },
  );

  it('a rotated refresh token takes the grant along too', async () => {
    const client = await RelyingParty.register(server);
    const tokens = await client.tokens();
    const successor = (await client.refresh(tokens.refresh_token)).body;
    expect((await client.revoke(tokens.refresh_token)).status).toBe(200);
    expectRefusal(await client.refresh(successor.refresh_token), 400, 'invalid_grant');
  });

  it('the same token revoked 10 times at once is 200 each time', async () => {
    for (const access_token_format of ['jwt', 'opaque']) {
      const client = await RelyingParty.register(server, { access_token_format });
      const tokens = await client.tokens();
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        const answers = await Promise.all(Array.from({ length: 10 }, () => client.revoke(token)));
        expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      }
    }
  });

  it.each(['unknown', 'a.b.c', 'x'.repeat(30_000), '\u{1f985}'])(
    'an unknown token (%.10s) is 200',
    async (token) => {
      const client = await RelyingParty.register(server);
      expect((await client.revoke(token)).status).toBe(200);
    },
  );

  it('an expired token is 200', async () => {
    const client = await RelyingParty.register(server);
    const tokens = await client.tokens();
    server.clock.advance(601);
    expect((await client.revoke(tokens.access_token)).status).toBe(200);
  });

  it.each(['jwt', 'opaque'])("another client's %s token and refresh token are left alone", async (format) => {
    const [client, stranger] = [
      await RelyingParty.register(server, { access_token_format: format }),
      await RelyingParty.register(server),
    ];
    const tokens = await client.tokens();
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const answer = await stranger.revoke(token);
      expect(answer.status).toBeLessThan(500);
    }
    expect(await isGood(client, tokens.access_token)).toBe(true);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it.each(['access_token', 'refresh_token', 'no_such_hint'])(
    'a wrong hint (%s) hinders nothing',
    async (hint) => {
      const client = await RelyingParty.register(server);
      const tokens = await client.tokens();
      await client.revoke(tokens.access_token, { token_type_hint: hint });
      expect(await isGood(client, tokens.access_token)).toBe(false);
      await client.revoke(tokens.refresh_token, { token_type_hint: hint });
      expectRefusal(await client.refresh(tokens.refresh_token), 400, 'invalid_grant');
    },
  );

  it('a public client names itself and revokes its own', async () => {
    const app = await RelyingParty.register(server, { token_endpoint_auth_method: 'none' });
    const tokens = await app.tokens();
    expect((await app.revoke(tokens.refresh_token)).status).toBe(200);
    expect(await isGood(app, tokens.access_token)).toBe(false);
  });

  it('no token is invalid_request; a client that does not prove itself is invalid_client', async () => {
    const client = await RelyingParty.register(server);
    const tokens = await client.tokens();
    expectRefusal(await client.revoke(''), 400, 'invalid_request');
    const { access_token: token } = tokens;
    expectRefusal(await post(server, '/revoke', { token }), 401, 'invalid_client');
    const authorization = basic(client.clientId, 'wrong');
    expectRefusal(await post(server, '/revoke', { token }, { authorization }), 401, 'invalid_client');
    expect(await isGood(client, token)).toBe(true);
  });

  it('is open to browser applications on other origins', async () => {
    const answer = await post(server, '/revoke', { token: 'x' }, { origin: 'https://spa.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});
