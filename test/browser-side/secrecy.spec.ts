import { jest } from '@jest/globals';
import type { FastifyBaseLogger } from 'fastify';
import { Database } from '../../src/persistence/database.js';
import { authorizeUrl } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { signOut } from '../support/forms.js';

describe('E6 what the service writes down', () => {
  const server = useServer({ EYRIE_LOG_LEVEL: 'info' });
  /** Everything that must stay secret, by what it is. */
  const secrets: Record<string, string> = {};
  const logged: string[] = [];

  beforeAll(async () => {
    const logger = server.app.getHttpAdapter().getInstance().log;
    logger.level = 'trace';
    jest.spyOn(streamOf(logger), 'write').mockImplementation((line) => logged.push(line));
    const wrongPassword = 'a wrong password, nearly right';
    await server.createUser(alice);
    const nobody = new TestBrowser(server.issuer);
    await nobody.submit(await nobody.open('/login'), { username: 'alice', password: wrongPassword });
    const browser = await signedInBrowser(server);
    const party = await RelyingParty.register(server, {}, browser);
    const authorized = await party.authorize({ nonce: 'the-secret-nonce' });
    const { body } = await party.redeem(authorized);
    await party.redeem(authorized);
    const again = await party.tokens();
    const refreshed = await party.refresh(again.refresh_token);
    await party.refresh('an-unknown-refresh-token-of-somebody');
    await party.userinfo(again.access_token);
    await party.userinfo(`${again.access_token}x`);
    await party.introspect(refreshed.body.access_token);
    await party.revoke(refreshed.body.refresh_token);
    await browser.open(
      authorizeUrl({
        client_id: party.clientId,
        id_token_hint: again.id_token,
        redirect_uri: 'https://x.example',
      }),
    );
    await browser.open(`/logout?id_token_hint=${again.id_token}&post_logout_redirect_uri=https://x.example`);
    Object.assign(secrets, {
      password: alice.password,
      wrongPassword,
      clientSecret: party.secret,
      code: authorized.code,
      verifier: authorized.verifier,
      accessToken: body.access_token,
      laterAccessToken: again.access_token,
      refreshToken: again.refresh_token,
      rotatedRefreshToken: refreshed.body.refresh_token,
      idToken: again.id_token,
      unknownRefreshToken: 'an-unknown-refresh-token-of-somebody',
      session: browser.cookies.get('eyrie_session'),
      browser: browser.cookies.get('eyrie_browser'),
      device: browser.cookies.get('eyrie_device'),
    });
    await signOut(browser);
  });

  it('E6 the logs of every level hold no password, code, token, secret or cookie', () => {
    const text = logged.join('\n');

    expect(text).toContain('"path":"/token"');
    for (const [what, secret] of Object.entries(secrets))
      expect([what, text.includes(secret)]).toEqual([what, false]);
    expect(text).not.toContain('id_token_hint');
  });

  it('E6 the audit trail holds none either', async () => {
    const events = await server.app.get(Database).read.query<unknown[]>('SELECT * FROM audit_events');
    const text = JSON.stringify(events);

    expect(text).toContain('code.replayed');
    for (const [what, secret] of Object.entries(secrets))
      expect([what, text.includes(secret)]).toEqual([what, false]);
  });

  it('E6 no table holds one in the clear', async () => {
    const { read } = server.app.get(Database);
    for (const { tableName } of read.connection.entityMetadatas) {
      const text = JSON.stringify(await read.query(`SELECT * FROM ${tableName}`));
      for (const [what, secret] of Object.entries(secrets)) {
        expect([tableName, what, text.includes(secret)]).toEqual([tableName, what, false]);
      }
    }
  });
});

/** Where a pino logger and its children write their lines. */
function streamOf(logger: FastifyBaseLogger): { write(line: string): unknown } {
  const key = Object.getOwnPropertySymbols(logger).find((symbol) => symbol.description === 'pino.stream');
  return Reflect.get(logger, key ?? '') as { write(line: string): unknown };
}
