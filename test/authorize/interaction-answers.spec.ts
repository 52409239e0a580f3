import { Database } from '../../src/persistence/database.js';
import { Grant } from '../../src/persistence/entities/grant.entity.js';
import { allow, responseOf, type Shown, TestBrowser } from '../support/browser.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const verifier = 'v'.repeat(43);

describe('A19 an interaction', () => {
  const server = useServer({}, { users: [alice] });
  let client: RelyingParty;
  let browser: TestBrowser;
  let consent: Shown;

  beforeEach(async () => {
    client = await RelyingParty.register(server);
    browser = await signedInBrowser(server);
    consent = await browser.open(client.authorizeUrl(verifier));
    if (!shows.consent(consent)) throw new Error(`no consent page at ${consent.url}`);
  });

  const grants = (): Promise<number> =>
    server.app.get(Database).read.countBy(Grant, { clientId: client.clientId });
  const decide = (decision: string): Promise<Shown> =>
    browser.submit(consent, { decision, scope: ['openid', 'profile', 'email', 'offline_access'] });

  it('that is answered twice at once gets one grant, and the same code both times', async () => {
    const [first, second] = await Promise.all([allow(browser, consent), allow(browser, consent)]);
    expect(responseOf(first).get('code')).toEqual(expect.any(String));
    expect(responseOf(second).get('code')).toBe(responseOf(first).get('code'));
    expect(await grants()).toBe(1);
    const code = { code: responseOf(second).get('code') ?? '', verifier };
    expect((await client.redeem(code)).status).toBe(200);
  });

  it('that is answered again a moment later gets the same answer, whatever it says then', async () => {
    const first = responseOf(await allow(browser, consent));
    const second = responseOf(await decide('deny'));
    expect(second.get('code')).toBe(first.get('code'));
    expect(await grants()).toBe(1);
  });

  it('that was denied stays denied', async () => {
    expect(responseOf(await decide('deny')).get('error')).toBe('access_denied');
    expect(responseOf(await decide('allow')).get('error')).toBe('access_denied');
    expect(await grants()).toBe(0);
  });

  it.each(['allow', 'deny'])('that was answered by "%s" ten seconds ago is used up', async (decision) => {
    await decide(decision);
    server.clock.advance(10);
    const again = await decide('allow');
    expect(again.status).toBe(400);
    expect(again.html).toContain('This request has been answered');
    const reopened = await browser.open(consent.url);
    expect(reopened.status).toBe(400);
    expect(await grants()).toBe(decision === 'allow' ? 1 : 0);
  });

  it('that sign-in answered, as consent was remembered, is used up as well', async () => {
    await allow(browser, consent);
    const fresh = new TestBrowser(server.issuer);
    const page = await fresh.open(client.authorizeUrl(verifier));
    const signedIn = { username: alice.username, password: alice.password };
    const first = responseOf(await fresh.submit(page, signedIn));
    const second = responseOf(await fresh.submit(page, signedIn));
    expect(second.get('code')).toBe(first.get('code'));
    server.clock.advance(10);
    expect((await fresh.submit(page, signedIn)).status).toBe(400);
    expect(await grants()).toBe(2);
  });

  it('of a pushed request that is answered twice at once gets the same code both times', async () => {
    const pushed = await client.authenticated(
      '/par',
      Object.fromEntries(new URL(client.authorizeUrl(verifier), server.issuer).searchParams),
    );
    const requestUri = (pushed.body as unknown as { request_uri: string }).request_uri;
    const query = new URLSearchParams({ client_id: client.clientId, request_uri: requestUri });
    consent = await browser.open(`/authorize?${query.toString()}`);
    const [first, second] = await Promise.all([allow(browser, consent), allow(browser, consent)]);
    expect(responseOf(first).get('code')).toEqual(expect.any(String));
    expect(responseOf(second).get('code')).toBe(responseOf(first).get('code'));
    expect(await grants()).toBe(1);
  });
});

describe('A19 HEAD', () => {
  const server = useServer({}, { users: [alice] });
  let client: RelyingParty;
  let browser: TestBrowser;

  beforeAll(async () => {
    client = await RelyingParty.register(server);
    await client.authorize();
    browser = await signedInBrowser(server);
  });

  const head = (path: string): Promise<Shown> => browser.send(path, { method: 'HEAD' });
  const grants = (): Promise<number> => server.app.get(Database).read.count(Grant);

  it('of an authorization request issues nothing and sets no cookie, though GET would issue', async () => {
    const before = await grants();
    const answer = await head(client.authorizeUrl(verifier));
    expect(answer).toMatchObject({ status: 303, html: '' });
    expect(answer.headers.get('location')).toContain('/login?');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await grants()).toBe(before);
    expect(responseOf(await browser.open(client.authorizeUrl(verifier))).get('code')).not.toBeNull();
  });

  it('of a logout signs nobody out, though GET would', async () => {
    const { id_token: hint } = await client.tokens();
    await head(`/logout?id_token_hint=${hint}`);
    expect((await browser.open('/account')).url).toMatch(/\/account$/);
  });
});
