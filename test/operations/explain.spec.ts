import { AdminCaller } from '../support/admin-caller.js';
import { authorizeUrl, expectPage } from '../support/authorization-requests.js';
import { signedInBrowser } from '../support/walk.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { ExplainedErrors } from '../../src/audit/explained-errors.js';
import { keptErrors } from '../support/kept-errors.js';
import { responseOf, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, startServer, useServer } from '../support/server.js';
import { basic, expectRefusal, post, RelyingParty, request } from '../support/relying-party.js';

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
const day = 86_400;

describe('An error explained by its reference', () => {
  const server = useServer({ EYRIE_ACCESS_TOKEN_TTL: '3600' }, { users: [alice], clients: [messageWriter] });
  beforeAll(() => server.clock.hold());
  let admin: AdminCaller;
  let browser: TestBrowser;

  beforeAll(async () => {
    admin = await AdminCaller.register(server, 'eyrie.admin.read');
    browser = new TestBrowser(server.issuer);
  });
  // Each test has a minute of its own.
  beforeEach(() => server.clock.advance(60));

  const explain = async (reference: string) => (await admin.get(`/explain/${reference}`)).body;

  it('a page tells a reference, under which stands what was expected and what came', async () => {
    const asked = server.clock.now();
    const page = await browser.open(authorizeUrl({ redirect_uri: 'https://writer.example.com/else' }));
    const answered = server.clock.now();

    expectPage(page);
    expect(page.html).not.toContain('writer.example.com/else');
    const explained = await explain(referenceOf(page.html));
    expect(explained.at).toBeGreaterThanOrEqual(asked);
    expect(explained.at).toBeLessThanOrEqual(answered);
    expect(explained).toEqual({
      reference: expect.stringMatching(uuid),
      at: explained.at,
      endpoint: 'GET /authorize',
      code: 'invalid_request',
      description: expect.stringContaining('redirect_uri'),
      detail: 'redirect_uri https://writer.example.com/else, registered: https://writer.example.com/callback',
      client_id: 'message-writer',
      expires_at: Number(explained.at) + 7 * day,
    });
  });

  it('an error on the back channel tells it in a header, and its body no more than before', async () => {
    const party = await RelyingParty.register(server);
    const authorized = await party.authorize();
    const answer = await party.redeem(authorized, { redirect_uri: 'https://writer.example.com/else' });

    expectRefusal(answer, 400, 'invalid_grant');
    expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
    expect(answer.text).not.toContain('writer.example.com');
    const reference = answer.headers.get('eyrie-reference') ?? '';
    expect(answer.text).not.toContain(reference);
    expect(await explain(reference)).toMatchObject({
      endpoint: 'POST /token',
      code: 'invalid_grant',
      detail:
        'redirect_uri: expected https://writer.example.com/callback, received https://writer.example.com/else',
      client_id: party.clientId,
    });
  });

  it.each(['query', 'fragment', 'form_post'])(
    'an error by %s ends with it, in the characters of RFC 6749',
    async (mode) => {
      const left = await browser.send(authorizeUrl({ response_type: 'cöde"\\', response_mode: mode }));
      const description =
        mode === 'form_post'
          ? (/name="error_description" value="([^"]*)"/.exec(left.html)?.[1] ?? '')
          : (responseOf({ ...left, url: left.headers.get('location') ?? '' }).get('error_description') ?? '');

      expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(description).not.toContain('cöde');
      const [, reference = ''] = /^.* \(reference (.*)\)$/.exec(description) ?? [];
      expect(await explain(reference)).toMatchObject({
        code: 'unsupported_response_type',
        detail: 'response_type: expected code, received cöde"\\',
        client_id: 'message-writer',
      });
    },
  );

  it('what belongs to the ordinary course of things has no reference', async () => {
    const left = await browser.send(authorizeUrl({ prompt: 'none' }));
    const location = left.headers.get('location') ?? '';
    expect(location).toContain('error=login_required');
    expect(location).not.toContain('reference');
    const userinfo = await request(server, '/userinfo', { headers: { authorization: 'Bearer old' } });
    expect(userinfo.status).toBe(401);
    expect(userinfo.headers.get('eyrie-reference')).toBeNull();
  });

  it('none of it holds a secret, code, token or password', async () => {
    const party = await RelyingParty.register(server);
    const authorized = await party.authorize();
    const tokens = (await party.redeem(authorized)).body;
    await party.redeem(authorized);
    await party.refresh(tokens.refresh_token);
    await party.refresh(tokens.refresh_token, { scope: 'admin' });
    const wrong = 'a wrong secret, or the password of another place';
    await post(server, '/token', { grant_type: 'x' }, { authorization: basic(party.clientId, wrong) });
    await post(server, '/token', { client_id: party.secret, client_secret: wrong, grant_type: 'x' });
    for (const uri of [tokens.access_token, `https://bob:pass@x.example/?code=${authorized.code}`]) {
      await browser.open(authorizeUrl({ client_id: party.clientId, redirect_uri: uri }));
      await browser.open(authorizeUrl({ client_id: uri }));
      await browser.open(`/logout?client_id=${party.clientId}&post_logout_redirect_uri=${uri}`);
    }
    const signedIn = await signedInBrowser(server);
    await signedIn.open(`/authorize/resume?interaction=${tokens.refresh_token}`);

    const kept = JSON.stringify(await keptErrors(server));
    expect(kept).toContain('[left out]');
    const { code, verifier } = authorized;
    const secrets = [code, verifier, tokens.access_token, tokens.refresh_token, tokens.id_token];
    for (const secret of [...secrets, party.secret, wrong, 'bob:pass', ...signedIn.cookies.values()])
      expect(kept).not.toContain(secret);
  });

  it('E6 of a refused URI it holds the names of its parameters, not their values', async () => {
    const party = await RelyingParty.register(server);
    const uri = encodeURIComponent('https://x.example/cb?code=short&sid=seven#access_token=token-value&bare');
    await browser.open(authorizeUrl({ client_id: party.clientId, redirect_uri: decodeURIComponent(uri) }));
    await browser.open(`/logout?client_id=${party.clientId}&post_logout_redirect_uri=${uri}`);
    const kept = JSON.stringify(await keptErrors(server));
    expect(kept).toContain('https://x.example/cb?code=…&sid=…#access_token=…&…');
    for (const value of ['short', 'seven', 'token-value', 'bare']) expect(kept).not.toContain(value);
  });

  it('a flood is kept in part, and the rest is answered all the same', async () => {
    // Counted is by the minute, which is not to turn in between.
    server.clock.advance(60 - (server.clock.now() % 60));
    const before = (await keptErrors(server)).length;
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => post(server, '/token', { grant_type: 'x', client_id: 'nobody' })),
    );
    expect(answers.every(({ headers }) => uuid.test(headers.get('eyrie-reference') ?? ''))).toBe(true);
    expect((await keptErrors(server)).length - before).toBe(60);

    server.clock.advance(60);
    const { headers } = await post(server, '/token', { grant_type: 'x', client_id: 'nobody' });
    expect(await explain(headers.get('eyrie-reference') ?? '')).toMatchObject({
      detail: 'unknown or disabled client',
      client_id: null,
    });
  });

  it('an unknown reference is 404, whatever it looks like', async () => {
    for (const reference of ['x', '%00', '%27', 'x'.repeat(700), crypto.randomUUID()])
      expect((await admin.get(`/explain/${reference}`)).status).toBe(404);
  });

  it('only who may read the admin API sees it', async () => {
    const stranger = await AdminCaller.register(server, 'contacts.read');
    expect((await stranger.get('/explain/x')).status).toBe(403);
    expect((await admin.withToken('').get('/explain/x')).status).toBe(401);
  });

  it('is forgotten when its time is over, and swept', async () => {
    const page = await browser.open(authorizeUrl({ client_id: 'nobody' }));
    const reference = referenceOf(page.html);
    expect(await server.app.get(ExplainedErrors).find(reference)).toMatchObject({ reference });
    server.clock.advance(7 * day);
    expect(await server.app.get(ExplainedErrors).find(reference)).toBeNull();
    await server.app.get(Sweeper).sweep(server.clock.now());
    expect(await keptErrors(server)).toEqual([]);
  });
});

describe('Explained errors', () => {
  it('are kept nowhere with EYRIE_EXPLAIN_TTL=0', async () => {
    const server = await startServer({ EYRIE_EXPLAIN_TTL: '0' });
    expectPage(await new TestBrowser(server.issuer).open('/authorize'));
    expect(await keptErrors(server)).toEqual([]);
    await server.stop();
  });
});

const referenceOf = (html: string): string => /id="error-reference">([^<]*)</.exec(html)?.[1] ?? '';
