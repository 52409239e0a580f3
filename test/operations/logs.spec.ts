import * as client from 'openid-client';
import { signIn, TestBrowser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ServerProcess } from '../support/programs.js';
import { alice, testSecret } from '../support/server.js';
import { authorize, clientSecret, messageWriter, redeem, refresh, StoryFile } from '../support/story.js';

describe('The log at its most talkative', () => {
  let database: TestDatabase;
  let story: StoryFile;
  let server: ServerProcess;

  beforeAll(async () => {
    [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
    server = await ServerProcess.start({
      DATABASE_URL: database.url,
      EYRIE_APPLY: story.path,
      EYRIE_LOG_LEVEL: 'trace',
      EYRIE_ADMIN_PASSWORD: 'the password of admin',
    });
  });
  afterAll(async () => {
    await server.kill();
    await Promise.all([database.drop(), story.remove()]);
  });

  it('holds no password, code, token, secret or cookie of a whole life of tokens and of failures', async () => {
    const { url } = server;
    const config = await messageWriter(url);
    const browser = new TestBrowser(url);
    await signIn(browser, await browser.open('/login'), { ...alice, password: 'a mistyped password' });

    const authorized = await authorize(config, browser);
    const tokens = await client.authorizationCodeGrant(config, authorized.response, {
      pkceCodeVerifier: authorized.verifier,
    });
    await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
    await client.tokenIntrospection(config, tokens.access_token);
    const { body: refreshed } = await refresh(url, tokens.refresh_token ?? '');
    await redeem(url, authorized);
    await redeem(url, { ...authorized, code: 'a-guessed-code' });
    await refresh(url, 'a-guessed-refresh-token');
    await fetch(`${url}/userinfo`, { headers: { authorization: 'Bearer a-guessed-access-token' } });
    await fetch(`${url}/userinfo?access_token=a-token-in-the-query`);
    await client.tokenRevocation(config, refreshed.refresh_token ?? '');
    await browser.open(`/logout?id_token_hint=${tokens.id_token}`);

    server.signal('SIGTERM');
    const { stdout, stderr } = await server.ended();
    const secrets = [
      testSecret,
      'the password of admin',
      alice.password,
      'a mistyped password',
      clientSecret,
      Buffer.from(`message-writer:${clientSecret}`).toString('base64'),
      authorized.code,
      authorized.verifier,
      tokens.access_token,
      tokens.refresh_token,
      tokens.id_token,
      refreshed.access_token,
      refreshed.refresh_token,
      'a-guessed',
      'a-token-in-the-query',
      ...browser.cookies.values(),
    ].filter((secret) => secret !== undefined && secret.length > 8);
    expect(secrets.filter((secret) => (stdout + stderr).includes(String(secret)))).toEqual([]);
    // Nor encoded for a URL.
    expect(secrets.filter((secret) => stdout.includes(encodeURIComponent(String(secret))))).toEqual([]);

    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const answered = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'answered');
    expect(answered.length).toBeGreaterThan(15);
    for (const line of answered)
      expect(line).toMatchObject({ reqId: expect.any(String), status: expect.any(Number) });
  });
});
