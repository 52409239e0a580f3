import * as oauth from 'oauth4webapi';
import { ExplainedErrors } from '../../src/audit/explained-errors.js';
import { Database } from '../../src/persistence/database.js';
import type { Refusal } from '../../src/persistence/entities/refusal.entity.js';
import { alice, useServer } from '../support/server.js';
import { type Answer, expectRefusal, RelyingParty } from '../support/relying-party.js';

describe('B5 a code that is redeemed twice', () => {
  const server = useServer({}, { users: [alice] });

  /** Holds that these tokens are revoked. */
  async function expectRevoked(client: RelyingParty, tokens: Answer['body']): Promise<void> {
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
  it.each(kinds)('a code that is redeemed twice is refused, and its grant is revoked (%j)', async (kind) => {
    const client = await RelyingParty.register(server, kind);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);
    expect((await client.userinfo(body.access_token)).status).toBe(200);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectRevoked(client, body);
  });

  it('a code that is redeemed twice revokes the tokens that were refreshed meanwhile', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body: first } = await client.redeem(authorized);
    const { body: second } = await client.refresh(first.refresh_token);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectRevoked(client, second);
  });

  it('a code that is redeemed twice revokes its grant even long after the code expired', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);
    server.clock.advance(3_600);
    const { body: refreshed } = await client.refresh(body.refresh_token);
    expectRefusal(await client.redeem(authorized), 400, 'invalid_grant');
    await expectRevoked(client, refreshed);
  });

  it('a code whose grant is being revoked is refused once that is committed, not redeemed meanwhile', async () => {
    const client = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const database = server.app.get(Database);
    const [grant] = await database.query<{ id: string }>(
      'SELECT id FROM grants WHERE client_id = ? ORDER BY id DESC LIMIT 1',
      [client.clientId],
    );
    let redeemed: Promise<Answer> | undefined;
    await database.write(async (tx) => {
      await database.affected(tx, "UPDATE grants SET revoked_at = ?, revoked_reason = 'test' WHERE id = ?", [
        server.clock.now(),
        grant?.id ?? '',
      ]);
      redeemed ??= client.redeem(authorized);
      // Long enough for the request to come as far as it can.
      for (let turn = 0; turn < 50; turn++) await database.rows(tx, 'SELECT 1', []);
    });
    expectRefusal(await redeemed!, 400, 'invalid_grant');
    expect(
      await database.query('SELECT 1 FROM refresh_tokens WHERE grant_id = ?', [grant?.id ?? '']),
    ).toEqual([]);
  });

  it('a code that is redeemed twice leaves other grants of the same user and client active', async () => {
    const client = await RelyingParty.register(server);
    const other = await client.tokens();
    const authorized = await client.authorize();
    await client.redeem(authorized);
    await client.redeem(authorized);
    expect((await client.userinfo(other.access_token)).status).toBe(200);
  });

  it.each([0, 1, 90])(
    'a code that is redeemed again after %i seconds says so, and how that happens',
    async (seconds) => {
      const client = await RelyingParty.register(server);
      const authorized = await client.authorize();
      await client.redeem(authorized);
      server.clock.advance(seconds);

      const { body, headers } = await client.redeem(authorized);

      const [, ago = '', count] =
        /^the code was redeemed before, ((\d+) seconds? ago), so its grant has ended: a code can be redeemed once\. In a browser this happens when an effect that redeems it runs twice$/.exec(
          body.error_description as string,
        ) ?? [];
      // The clock goes on between the two.
      expect([seconds, seconds + 1, seconds + 2]).toContain(Number(count));
      expect(ago).toBe(count === '1' ? '1 second ago' : `${count} seconds ago`);
      const { detail } = (await server.app
        .get(ExplainedErrors)
        .find(headers.get('eyrie-reference') ?? '')) as Refusal;
      expect(detail).toContain(`redeemed before, ${ago}; grant `);
      expect(detail).toContain('docs/clients.md names the cure');
    },
  );

  it('a code that is redeemed again by another client says nothing of it, and the grant stays', async () => {
    const client = await RelyingParty.register(server);
    const other = await RelyingParty.register(server);
    const authorized = await client.authorize();
    const { body } = await client.redeem(authorized);

    const answer = await other.redeem(authorized);

    expect(answer.body.error_description).not.toContain('redeemed before');
    expect((await client.userinfo(body.access_token)).status).toBe(200);
  });

  it('of 20 parallel redemptions at most one succeeds, the rest are invalid_grant, and the grant is revoked', async () => {
    for (const kind of kinds) {
      const client = await RelyingParty.register(server, kind);
      const authorized = await client.authorize();
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.redeem(authorized)));
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      for (const answer of answers) if (answer !== winners[0]) expectRefusal(answer, 400, 'invalid_grant');
      for (const { body } of winners) await expectRevoked(client, body);
    }
  });

  it('oauth4webapi reports a second redemption as invalid_grant', async () => {
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
