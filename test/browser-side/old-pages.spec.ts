import { expectPage, rowCounts } from '../support/authorization-requests.js';
import { allow, responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, interactionOf, postForm } from '../support/forms.js';
import { linksOf } from '../support/markup.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, startServer, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const verifier = 'v'.repeat(43);
const hour = 3_600;

describe('E1 old pages', () => {
  const server = useServer(
    { EYRIE_SESSION_IDLE_TTL: '100000000', EYRIE_SESSION_TTL: '100000000' },
    { users: [alice] },
  );
  let client: RelyingParty;
  let browser: TestBrowser;
  let page: Shown;

  beforeAll(async () => {
    client = await RelyingParty.register(server, {
      client_uri: 'https://writer.example.com/',
      policy_uri: 'https://writer.example.com/privacy',
      tos_uri: 'https://writer.example.com/terms',
    });
  });
  beforeEach(async () => {
    browser = new TestBrowser(server.issuer);
    page = await browser.open(client.authorizeUrl(verifier, { state: 'kept', prompt: 'login' }));
  });

  const links = ({ html }: Shown): Record<string, string> => linksOf(html);
  const back = 'Back to MessageWriter';

  /** Holds that a page has a way back, and does not give the same advice twice. */
  function expectWayBack(shown: Shown): void {
    expect(links(shown)[back]).toBe('https://writer.example.com/');
    expect(shown.html.match(/again in the application|where you came from/g)?.length ?? 0).toBeLessThan(2);
  }

  describe('a sign-in page older than an hour', () => {
    beforeEach(() => server.clock.advance(hour));

    it('E1 goes on with its request when it is posted, and says so', async () => {
      const next = await signIn(browser, page, alice);

      const left = shows.consent(next) ? await allow(browser, next) : next;
      expect(responseOf(left).get('state')).toBe('kept');
      expect((await client.redeem({ code: responseOf(left).get('code') ?? '', verifier })).status).toBe(200);
    });

    it('E1 starts its request again when it is reloaded or opened by a bookmark, and says so', async () => {
      const again = await browser.open(page.url);

      expect(shows.signIn(again)).toBe(true);
      expect(again.html).toContain('You were away for more than an hour');
      const left = await signIn(browser, again, alice);
      expect(responseOf(shows.consent(left) ? await allow(browser, left) : left).get('state')).toBe('kept');
    });

    it('E1 says that the password is wrong, and goes on afterwards', async () => {
      const wrong = await signIn(browser, page, { ...alice, password: 'wrong' });
      expect(wrong.status).toBe(401);

      const left = await signIn(browser, wrong, alice);

      expect(responseOf(shows.consent(left) ? await allow(browser, left) : left).get('state')).toBe('kept');
    });

    it('E1 does not have a request answered twice', async () => {
      const other = await RelyingParty.register(server, { client_uri: 'https://writer.example.com/' });
      const consent = await (await signedInBrowser(server)).open(other.authorizeUrl(verifier));
      const own = await signedInBrowser(server);
      const question = await own.open(other.authorizeUrl(verifier));
      await allow(own, question);
      const { grants } = await rowCounts(server);
      server.clock.advance(hour);

      const again = await own.open(`/login?interaction=${interactionOf(question)}`);

      expectPage(again, 400);
      expect(again.html).toContain('This request has been answered');
      expectWayBack(again);
      expect((await rowCounts(server)).grants).toBe(grants);
      expect(shows.consent(consent)).toBe(true);
    });

    it('E1 after a day signs in and says where to go', async () => {
      server.clock.advance(24 * hour);
      const again = await browser.open(page.url);
      expect(again.html).toContain('left open for too long');
      expectWayBack(again);

      const done = await signIn(browser, again, alice);

      expect(done.html).toContain('You are signed in');
      expectWayBack(done);
      expect((await browser.open('/account')).url).toMatch(/\/account$/);
    });

    it('E1 of a pushed request, whose time is over, signs in and says where to go', async () => {
      const { searchParams } = new URL(client.authorizeUrl(verifier), server.issuer);
      const pushed = await client.authenticated('/par', Object.fromEntries(searchParams));
      const query = new URLSearchParams({
        client_id: client.clientId,
        request_uri: String(pushed.body.request_uri),
      });
      const own = new TestBrowser(server.issuer);
      const old = await own.open(`/authorize?${query.toString()}`);
      server.clock.advance(hour);

      const done = await signIn(own, old, alice);

      expect(done.html).toContain('You are signed in');
      expectWayBack(done);
    });
  });

  it('E1 a consent page older than an hour can be started again from its error page', async () => {
    const own = await signedInBrowser(server);
    const question = await own.open(client.authorizeUrl(verifier, { prompt: 'consent' }));
    server.clock.advance(hour);
    const expired = await own.submit(question, { decision: 'allow' });
    expectPage(expired, 400);
    expectWayBack(expired);

    const again = await own.open(links(expired)['Start again here'] ?? '');

    expect(shows.consent(again)).toBe(true);
    expect(responseOf(await allow(own, again)).get('code')).toEqual(expect.any(String));
  });

  it('E1 Back after the sign-in goes on with the request', async () => {
    const next = await signIn(browser, page, alice);
    const goesOn = await browser.open(page.url);

    expect(goesOn.status).toBe(next.status);
    expect(shows.signIn(goesOn)).toBe(false);
  });

  it.each([
    ['cleared', 'You are signed in'],
    ['blocked', 'cookies are blocked or were cleared'],
  ])('E1 a sign-in whose cookies were %s leads on', async (how, words) => {
    browser.cookies.clear();
    const lost = await browser.post(page, { username: alice.username, password: alice.password });
    expectPage(lost, 403);
    expect(lost.html).toContain('cookies are blocked or were cleared');
    expectWayBack(lost);

    const again = await browser.open(links(lost)['Sign in here'] ?? '');
    if (how === 'blocked') browser.cookies.clear();
    const done = await signIn(browser, again, alice);

    expectWayBack(done);
    expect(done.html).toContain(words);
  });

  it('E1 a sign-in page without request leads on after its cookies were cleared', async () => {
    const own = new TestBrowser(server.issuer);
    const plain = await own.open('/login');
    own.cookies.clear();
    const lost = await own.post(plain, { username: alice.username, password: alice.password });

    expectPage(lost, 403);
    const done = await signIn(own, await own.open(links(lost)['Open the page again'] ?? ''), alice);
    expect(done.url).toMatch(/\/account$/);
  });

  it.each(['/account/sign-out', '/device', '/logout'])(
    'E1 a form of %s whose cookies were cleared leads to its page',
    async (path) => {
      const lost = await postForm(new TestBrowser(server.issuer), path, { _csrf: 'x', decision: 'sign-out' });

      expectPage(lost, 403);
      expect(path.startsWith(links(lost)['Open the page again'] ?? 'none')).toBe(true);
    },
  );

  describe('E1 the way back from the sign-in page', () => {
    it('E1 shows policy and terms of the application, and returns to it with access_denied, once or twice', async () => {
      expect(links(page)['Privacy policy (opens in a new tab)']).toBe('https://writer.example.com/privacy');
      expect(links(page)['Terms of service (opens in a new tab)']).toBe('https://writer.example.com/terms');
      const cancel = { interaction: interactionOf(page), _csrf: csrfOf(page) };

      const left = await postForm(browser, '/login/cancel', cancel);
      const again = await postForm(browser, '/login/cancel', cancel);

      for (const answer of [left, again]) {
        const response = new URL(answer.headers.get('location') ?? '').searchParams;
        expect([response.get('error'), response.get('state'), response.get('iss')]).toEqual([
          'access_denied',
          'kept',
          server.issuer,
        ]);
      }
      server.clock.advance(10);
      expectPage(await signIn(browser, page, alice), 400);
    });

    it('E1 is not taken without the token of the page, or from another browser', async () => {
      const interaction = interactionOf(page);
      expectPage(await postForm(browser, '/login/cancel', { interaction }), 403);
      const other = await signedInBrowser(server);
      const token = csrfOf(await other.open('/account'));
      expectPage(await postForm(other, '/login/cancel', { interaction, _csrf: token }), 403);
    });

    it('O2 is bounded per network', async () => {
      const limited = await startServer({ EYRIE_ANONYMOUS_REQUESTS: '2' });
      const party = await RelyingParty.register(limited);
      const statuses: number[] = [];
      for (let count = 0; count < 3; count++) {
        const own = new TestBrowser(limited.issuer);
        const shown = await own.open(party.authorizeUrl(verifier));
        const fields = { interaction: interactionOf(shown), _csrf: csrfOf(shown) };
        statuses.push((await postForm(own, '/login/cancel', fields)).status);
      }
      expect(statuses).toEqual([303, 303, 429]);
      await limited.stop();
    });
  });
});
