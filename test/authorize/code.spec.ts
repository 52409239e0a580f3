import { lookupHash } from '../../src/crypto/opaque-token.js';
import { Database } from '../../src/persistence/database.js';
import { AuthorizationCode } from '../../src/persistence/entities/authorization-code.entity.js';
import { Grant } from '../../src/persistence/entities/grant.entity.js';
import type { TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, useServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, challenge, expectCode, redirectUri } from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';

describe('A16 authorization codes', () => {
  const server = useServer();
  let browser: TestBrowser;
  let subject: string;

  beforeAll(async () => {
    subject = await server.createUser(alice);
    await server.register(messageWriter);
    browser = await signedInBrowser(server);
  });

  const stored = (code: string) =>
    server.app.get(Database).read.findOneByOrFail(AuthorizationCode, { codeHash: lookupHash(code) });

  it('A16 a code is 256 random bits, and no two are alike', async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 20; i++) codes.add(expectCode(await walk(browser, authorizeUrl())));

    expect(codes.size).toBe(20);
    for (const code of codes) expect(Buffer.from(code, 'base64url')).toHaveLength(32);
  });

  it('A16 a code is stored as a hash only', async () => {
    const code = expectCode(await walk(browser, authorizeUrl()));

    const { read } = server.app.get(Database);
    for (const { tableName } of read.connection.entityMetadatas) {
      expect(JSON.stringify(await read.query(`SELECT * FROM ${tableName}`))).not.toContain(code);
    }
  });

  it('A16 a code is bound to client, redirection URI, challenge, nonce, session, user and grant', async () => {
    const code = expectCode(await walk(browser, authorizeUrl({ nonce: 'the nonce' })));

    const row = await stored(code);
    expect(row).toMatchObject({
      clientId: messageWriter.client_id,
      redirectUri,
      redirectUriSent: true,
      codeChallenge: challenge,
      nonce: 'the nonce',
      consumedAt: null,
    });
    const grant = await server.app.get(Database).read.findOneByOrFail(Grant, { id: row.grantId });
    expect(grant).toMatchObject({
      clientId: messageWriter.client_id,
      userId: subject,
      scope: 'openid profile',
    });
    expect(grant.sessionId).toMatch(/^[\da-f-]{36}$/);
  });

  it('A16 a code lives 60 seconds and no longer', async () => {
    const party = await RelyingParty.register(server, {}, browser);
    const [early, late] = [await party.authorize(), await party.authorize()];
    expect((await stored(early.code)).expiresAt - server.clock.now()).toBeLessThanOrEqual(60);

    server.clock.advance(50);
    expect((await party.redeem(early)).status).toBe(200);
    server.clock.advance(11);
    expect((await party.redeem(late)).body.error).toBe('invalid_grant');
  });

  it('A16 a longer life than 60 seconds cannot be configured', async () => {
    await expect(startServer({ EYRIE_CODE_TTL: '61' })).rejects.toThrow(/EYRIE_CODE_TTL/);
  });

  it('A16 a code dies with the session that it came from', async () => {
    const own = await signedInBrowser(server);
    const party = await RelyingParty.register(server, { scope: 'openid profile' }, own);
    const authorized = await party.authorize();
    const account = await own.open('/account');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(account.html)?.[1] ?? '';
    await own.submit(account, { _csrf: csrf });

    expect((await party.redeem(authorized)).body.error).toBe('invalid_grant');
  });
});
