import { Database } from '../../src/persistence/database.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { allow, responseOf, signIn, TestBrowser } from '../support/browser.js';
import { alice, useServer } from '../support/server.js';
import { encode, RelyingParty } from '../support/relying-party.js';
import {
  expectCode,
  expectErrorRedirect,
  expectPage,
  redirectUri,
  rowCounts,
  verifier,
} from '../support/authorization-requests.js';
import { shows, signedInBrowser } from '../support/walk.js';
import { pushed, registerAllowed } from '../support/pushed-requests.js';

describe('H1 pushed authorization requests at the authorization endpoint', () => {
  const server = useServer({ EYRIE_PUSHED_REQUEST_TTL: '30' });
  let writer: RelyingParty;
  let browser: TestBrowser;

  beforeAll(async () => {
    ({ browser, writer } = await registerAllowed(server));
  });

  const use = (requestUri: string, more: Record<string, string> = {}): string =>
    `/authorize?${encode({ client_id: writer.clientId, request_uri: requestUri, ...more })}`;
  const isConsumed = async (): Promise<boolean[]> => {
    const rows = await server.app
      .get(Database)
      .query<{ consumedAt: number | null }>(
        'SELECT consumed_at AS consumedAt FROM pushed_requests ORDER BY expires_at',
        [],
      );
    return rows.map(({ consumedAt }) => consumedAt !== null);
  };

  it('H1 a pushed request yields a code, with state and iss, which is redeemed as any other', async () => {
    const left = await browser.open(use(await pushed(writer, { state: 'pushed state' })));

    const answer = responseOf(left);
    expect(answer.get('state')).toBe('pushed state');
    expect(answer.get('iss')).toBe(server.issuer);
    expect((await writer.redeem({ code: expectCode(left), verifier })).status).toBe(200);
  });

  it('H1 parameters outside of a pushed request are not used', async () => {
    const left = await browser.open(
      use(await pushed(writer), { state: 'outside', redirect_uri: 'https://evil.example/', scope: 'email' }),
    );

    expect(left.url.startsWith(redirectUri)).toBe(true);
    expect(responseOf(left).get('state')).toBe('the state');
    const tokens = await writer.redeem({ code: expectCode(left), verifier });
    expect(tokens.body.scope).toBe('openid profile');
  });

  it('H1 a pushed request is used once, at completion', async () => {
    const requestUri = await pushed(writer);
    expectCode(await browser.open(use(requestUri)));
    server.clock.advance(10);

    const again = await browser.open(use(requestUri));

    expectPage(again);
    expect(again.html).toContain('invalid_request_uri');
  });

  it('H1 a pushed request that the same browser brings twice at once gets the same code, and no other browser any', async () => {
    const requestUri = await pushed(writer);
    const code = expectCode(await browser.open(use(requestUri)));
    const { grants } = await rowCounts(server);

    expect(expectCode(await browser.open(use(requestUri)))).toBe(code);
    expectPage(await (await signedInBrowser(server)).open(use(requestUri)));
    expectPage(await new TestBrowser(server.issuer).open(use(requestUri)));
    expect((await rowCounts(server)).grants).toBe(grants);
    expect((await writer.redeem({ code, verifier })).status).toBe(200);
  });

  it('H1 a pushed request may be opened and reloaded, and is used up when it is answered', async () => {
    const another = new TestBrowser(server.issuer);
    const requestUri = await pushed(writer, { prompt: 'consent' });
    expect(shows.signIn(await another.open(use(requestUri)))).toBe(true);
    const page = await another.open(use(requestUri));
    expect(shows.signIn(page)).toBe(true);

    const left = await allow(another, await signIn(another, page, alice));

    expectCode(left);
    server.clock.advance(10);
    expectPage(await another.open(use(requestUri)));
  });

  it('H1 of two tabs with the same pushed request the first to finish gets the code', async () => {
    const requestUri = await pushed(writer, { prompt: 'consent' });
    const first = await browser.open(use(requestUri));
    const second = await browser.open(use(requestUri));
    expect([first, second].map(shows.consent)).toEqual([true, true]);

    expectCode(await allow(browser, second));

    const { grants } = await rowCounts(server);
    expectPage(await allow(browser, first));
    expect((await rowCounts(server)).grants).toBe(grants);
  });

  it('H1 parallel uses of a pushed request in one browser get one code, of one grant', async () => {
    const url = use(await pushed(writer));
    const { grants } = await rowCounts(server);

    const pages = await Promise.all(Array.from({ length: 6 }, () => browser.open(url)));

    expect(new Set(pages.map((page) => expectCode(page))).size).toBe(1);
    expect((await rowCounts(server)).grants).toBe((grants ?? 0) + 1);
  });

  it('H1 an error uses a pushed request up', async () => {
    const another = new TestBrowser(server.issuer);
    const requestUri = await pushed(writer, { prompt: 'none' });

    expectErrorRedirect(await another.send(use(requestUri)), 'login_required', server);
    expectErrorRedirect(await another.send(use(requestUri)), 'login_required', server);
    server.clock.advance(10);

    expectPage(await browser.open(use(requestUri)));
  });

  it('H1 a denial uses a pushed request up', async () => {
    const requestUri = await pushed(writer, { prompt: 'consent' });
    const page = await browser.open(use(requestUri));

    const left = await browser.submit(page, { decision: 'deny' });

    expect(responseOf(left).get('error')).toBe('access_denied');
    server.clock.advance(10);
    expectPage(await browser.open(use(requestUri)));
  });

  it('H1 a pushed request that is used after its lifetime is refused', async () => {
    const requestUri = await pushed(writer);
    server.clock.advance(30);

    expectPage(await browser.open(use(requestUri)));
  });

  it('H1 a user who came in time may take longer over the pages than the lifetime of the pushed request, swept or not', async () => {
    const requestUri = await pushed(writer, { prompt: 'consent' });
    const page = await browser.open(use(requestUri));
    server.clock.advance(600);
    await server.app.get(Sweeper).sweep(server.clock.now());

    expect(expectCode(await allow(browser, page))).toMatch(/^[\w-]{43}$/);
  });

  it('H1 the pushed request of another client is refused, and stays good for its own', async () => {
    const other = await RelyingParty.register(server);
    const requestUri = await pushed(writer);

    expectPage(
      await browser.open(`/authorize?${encode({ client_id: other.clientId, request_uri: requestUri })}`),
    );

    expectCode(await browser.open(use(requestUri)));
  });

  it.each([
    ['an unknown reference', (uri: string) => ({ request_uri: `${uri.slice(0, -3)}abc` })],
    ['no client_id', (uri: string) => ({ client_id: undefined, request_uri: uri })],
  ])('H1 a request with %s gets a page, and no pushed request is used up', async (_what, changes) => {
    const requestUri = await pushed(writer);
    const before = await isConsumed();

    expectPage(
      await browser.open(`/authorize?${encode({ client_id: writer.clientId, ...changes(requestUri) })}`),
    );

    expect(await isConsumed()).toEqual(before);
  });

  it('H1 the reference sent twice is refused, and the pushed request is not used up', async () => {
    const requestUri = await pushed(writer);

    const twice = encode({ client_id: writer.clientId, request_uri: [requestUri, requestUri] });
    const left = await browser.open(`/authorize?${twice}`);

    expect(responseOf(left).get('error')).toBe('invalid_request');
    expectCode(await browser.open(use(requestUri)));
  });

  it('H1 expired pushed requests are swept', async () => {
    await pushed(writer);
    server.clock.advance(30 + 3_600);

    await server.app.get(Sweeper).sweep(server.clock.now());

    expect((await rowCounts(server)).pushed_requests).toBe(0);
  });
});
