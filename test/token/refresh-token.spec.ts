import { alice, startServer, useServer } from '../support/server.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';

const day = 86_400;

describe('B6 refresh tokens', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '315360000', EYRIE_SESSION_TTL: '315360000' },
    { users: [alice] },
  );

  const isGood = async (client: RelyingParty, accessToken: string): Promise<boolean> =>
    (await client.userinfo(accessToken)).status === 200;

  describe('that rotate', () => {
    const rotating = [
      { token_endpoint_auth_method: 'none' },
      { rotate_refresh_tokens: true },
      { rotate_refresh_tokens: true, access_token_format: 'opaque' },
    ];

    it.each(rotating)('a refresh yields a new access token and a new refresh token (%j)', async (kind) => {
      const client = await RelyingParty.register(server, kind);
      const first = await client.tokens();
      const { status, headers, body: second } = await client.refresh(first.refresh_token);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(second.access_token).not.toBe(first.access_token);
      expect(await isGood(client, second.access_token)).toBe(true);
      const third = await client.refresh(second.refresh_token);
      expect(third.status).toBe(200);
    });

    it.each(rotating)(
      'within the grace window the same refresh token yields the same successor (%j)',
      async (kind) => {
        const client = await RelyingParty.register(server, kind);
        const first = await client.tokens();
        const once = await client.refresh(first.refresh_token);
        server.clock.advance(5);
        const again = await client.refresh(first.refresh_token);
        expect(again.status).toBe(200);
        expect(again.body.refresh_token).toBe(once.body.refresh_token);
        expect(await isGood(client, again.body.access_token)).toBe(true);
        expect((await client.refresh(once.body.refresh_token)).status).toBe(200);
      },
    );

    it.each(rotating)('after the grace window a rotated token revokes the grant (%j)', async (kind) => {
      const client = await RelyingParty.register(server, kind);
      const first = await client.tokens();
      const second = (await client.refresh(first.refresh_token)).body;
      server.clock.advance(11);
      expectRefusal(await client.refresh(first.refresh_token), 400, 'invalid_grant');
      expectRefusal(await client.refresh(second.refresh_token), 400, 'invalid_grant');
      expect(await isGood(client, first.access_token)).toBe(false);
      expect(await isGood(client, second.access_token)).toBe(false);
    });

    it('a replayed grandparent revokes the grant', async () => {
      const client = await RelyingParty.register(server);
      const first = await client.tokens();
      const second = (await client.refresh(first.refresh_token)).body;
      server.clock.advance(20 * day);
      const third = (await client.refresh(second.refresh_token)).body;
      server.clock.advance(20 * day);
      const fourth = (await client.refresh(third.refresh_token)).body;
      expectRefusal(await client.refresh(first.refresh_token), 400, 'invalid_grant');
      expectRefusal(await client.refresh(fourth.refresh_token), 400, 'invalid_grant');
    });

    it.each(rotating)(
      '20 parallel refreshes with a token that does not rotate all succeed with the same successor (%j)',
      async (kind) => {
        const client = await RelyingParty.register(server, kind);
        const first = await client.tokens();
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => client.refresh(first.refresh_token)),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
        expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      },
    );

    it('parallel refreshes after the grace window all fail, and revoke the grant', async () => {
      const client = await RelyingParty.register(server);
      const first = await client.tokens();
      const second = (await client.refresh(first.refresh_token)).body;
      server.clock.advance(11);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => client.refresh(first.refresh_token)),
      );
      for (const answer of answers) expectRefusal(answer, 400, 'invalid_grant');
      expect(await isGood(client, second.access_token)).toBe(false);
    });
  });

  describe('that do not rotate, of a confidential client by policy', () => {
    it('a refresh with a token that does not rotate yields a new access token and the same refresh token, again and again', async () => {
      const client = await RelyingParty.register(server, { rotate_refresh_tokens: false });
      const first = await client.tokens();
      for (let round = 0; round < 3; round++) {
        const { status, body } = await client.refresh(first.refresh_token);
        expect(status).toBe(200);
        expect(body.refresh_token).toBe(first.refresh_token);
        expect(await isGood(client, body.access_token)).toBe(true);
      }
    });

    it('20 parallel refreshes with a token that does not rotate all succeed', async () => {
      const client = await RelyingParty.register(server, { rotate_refresh_tokens: false });
      const first = await client.tokens();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => client.refresh(first.refresh_token)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(20);
    });

    it('each use of a refresh token that does not rotate extends its idle lifetime', async () => {
      const client = await RelyingParty.register(server, { rotate_refresh_tokens: false });
      const first = await client.tokens();
      for (let round = 0; round < 3; round++) {
        server.clock.advance(20 * day);
        expect((await client.refresh(first.refresh_token)).status).toBe(200);
      }
      server.clock.advance(31 * day);
      expectRefusal(await client.refresh(first.refresh_token), 400, 'invalid_grant');
    });
  });

  it.each([{ rotate_refresh_tokens: true }, { rotate_refresh_tokens: false }])(
    "another client's refresh token is invalid_grant and stays good for its own (%j)",
    async (kind) => {
      const [client, thief] = [
        await RelyingParty.register(server, kind),
        await RelyingParty.register(server),
      ];
      const first = await client.tokens();
      expectRefusal(await thief.refresh(first.refresh_token), 400, 'invalid_grant');
      expect((await client.refresh(first.refresh_token)).status).toBe(200);
    },
  );

  it("another client that replays a rotated token does not revoke its owner's grant", async () => {
    const [client, thief] = [await RelyingParty.register(server), await RelyingParty.register(server)];
    const first = await client.tokens();
    const second = (await client.refresh(first.refresh_token)).body;
    server.clock.advance(60);
    expectRefusal(await thief.refresh(first.refresh_token), 400, 'invalid_grant');
    expect((await client.refresh(second.refresh_token)).status).toBe(200);
  });

  it.each(['unknown', '', 'x'.repeat(20_000), 'é'])(
    'a refresh token that is none (%.10s) is refused',
    async (token) => {
      const client = await RelyingParty.register(server);
      expectRefusal(await client.refresh(token), 400, token === '' ? 'invalid_request' : 'invalid_grant');
    },
  );

  it('an access token or a code is no refresh token', async () => {
    const client = await RelyingParty.register(server);
    const { code } = await client.authorize();
    const { access_token } = await client.tokens();
    expectRefusal(await client.refresh(code), 400, 'invalid_grant');
    expectRefusal(await client.refresh(access_token), 400, 'invalid_grant');
  });

  it('a refresh token that was not used for 30 days has expired', async () => {
    const client = await RelyingParty.register(server);
    const [kept, idle] = [await client.tokens(), await client.tokens()];
    server.clock.advance(30 * day - 60);
    expect((await client.refresh(kept.refresh_token)).status).toBe(200);
    server.clock.advance(120);
    expectRefusal(await client.refresh(idle.refresh_token), 400, 'invalid_grant');
  });

  it('after 180 days the grant ends however often it was refreshed, and its last access token with it', async () => {
    for (const access_token_format of ['jwt', 'opaque']) {
      const client = await RelyingParty.register(server, { access_token_format });
      let last = await client.tokens();
      for (let passed = 0; passed < 180 - 20; passed += 20) {
        server.clock.advance(20 * day);
        last = (await client.refresh(last.refresh_token)).body;
      }
      server.clock.advance(20 * day - 100);
      const { status, body } = await client.refresh(last.refresh_token);
      expect(status).toBe(200);
      expect(body.expires_in).toBeLessThanOrEqual(100);
      expect(await isGood(client, body.access_token)).toBe(true);
      server.clock.advance(101);
      expect(await isGood(client, body.access_token)).toBe(false);
      expect((await client.introspect(body.access_token)).body).toEqual({ active: false });
      expectRefusal(await client.refresh(body.refresh_token), 400, 'invalid_grant');
    }
  });

  it('with a grace window of 0 the second use of a refresh token revokes the grant at once', async () => {
    const strict = await startServer({ EYRIE_REFRESH_GRACE: '0' });
    try {
      await strict.createUser(alice);
      const client = await RelyingParty.register(strict);
      const first = await client.tokens();
      const second = (await client.refresh(first.refresh_token)).body;
      expectRefusal(await client.refresh(first.refresh_token), 400, 'invalid_grant');
      expect(await isGood(client, second.access_token)).toBe(false);
      expectRefusal(await client.refresh(second.refresh_token), 400, 'invalid_grant');

      // The second use began a second before the first was done, or at a replica whose clock is behind.
      const crossed = await client.tokens();
      const winner = (await client.refresh(crossed.refresh_token)).body;
      strict.clock.turn(-1);
      expectRefusal(await client.refresh(crossed.refresh_token), 400, 'invalid_grant');
      expectRefusal(await client.refresh(winner.refresh_token), 400, 'invalid_grant');
      strict.clock.turn(1);

      const raced = await client.tokens();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => client.refresh(raced.refresh_token)),
      );
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      for (const answer of answers) if (answer.status !== 200) expectRefusal(answer, 400, 'invalid_grant');
    } finally {
      await strict.stop();
    }
  });
});
