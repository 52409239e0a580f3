import { allow, type Shown, signIn, TestBrowser } from '../support/browser.js';
import {
  authorizeUrl,
  challenge,
  expectCode,
  requestFields,
  verifier,
} from '../support/authorization-requests.js';
import { csrfOf, interactionOf, postForm } from '../support/forms.js';
import { encode, type Fields, form, payloadOf, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { chooseAccount, shows } from '../support/walk.js';

/** nginx keeps the headers of a response in 4 kB by default. */
const maxHeaderBytes = 3_500;

/** A browser that notes how large the headers of responses are, and what URLs it opens. */
class MeasuringBrowser extends TestBrowser {
  readonly sizes: number[] = [];
  readonly urls: string[] = [];

  override async send(url: string, init: RequestInit = {}): Promise<Shown> {
    const shown = await super.send(url, init);
    const lines = [...shown.headers].map(([name, value]) => name.length + value.length + 4);
    this.sizes.push(lines.reduce((sum, length) => sum + length, 0));
    this.urls.push(shown.url);
    return shown;
  }
}

describe('A19 a long request', () => {
  const server = useServer();
  let browser: MeasuringBrowser;
  let client: RelyingParty;
  const nonce = 'n'.repeat(7_000);

  beforeAll(async () => {
    await server.createUser(alice);
  });
  beforeEach(async () => {
    client = await RelyingParty.register(server);
    browser = new MeasuringBrowser(server.issuer);
  });

  const fields = (changes = {}): Fields => ({
    ...requestFields({ client_id: client.clientId, redirect_uri: client.redirectUri }),
    nonce,
    ...changes,
  });
  const post = (changes = {}, headers = {}): Promise<Shown> =>
    browser.send('/authorize', {
      method: 'POST',
      body: encode(fields(changes)),
      headers: { 'content-type': form, ...headers },
    });

  /** Signs in and allows, and redeems the code. Returns the nonce in the ID token. */
  const complete = async (first: Shown): Promise<unknown> => {
    expect(shows.signIn(first)).toBe(true);
    const wrong = await signIn(browser, first, { ...alice, password: 'wrong' });
    expect([wrong.status, shows.signIn(wrong)]).toEqual([401, true]);
    const consent = await signIn(browser, wrong, alice);
    expect([consent.status, shows.consent(consent)]).toEqual([200, true]);
    const left = await allow(browser, consent);
    const { body } = await client.redeem({ code: expectCode(left), verifier });
    expect(Math.max(...browser.sizes)).toBeLessThan(maxHeaderBytes);
    for (const url of browser.urls.slice(1)) expect(url.length).toBeLessThan(2_000);
    return payloadOf(body.id_token).nonce;
  };

  it('A19 by GET goes through sign-in and consent, and no header or URL of ours grows with it', async () => {
    expect(await complete(await browser.open(authorizeUrl(fields())))).toBe(nonce);
  });

  it('A19 by POST does the same', async () => {
    expect(await complete(await post())).toBe(nonce);
  });

  it('A19 by POST of another site is sent again by a form, which works without JavaScript', async () => {
    await complete(await browser.open(authorizeUrl(fields({ prompt: 'login' }))));

    const again = await post(
      { prompt: 'none' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://a.example' },
    );
    expect([again.status, again.html.includes('id="continue"')]).toEqual([200, true]);

    expectCode(await browser.submit(again, { client_id: client.clientId }));
    expect(Math.max(...browser.sizes)).toBeLessThan(maxHeaderBytes);
  });

  it('A19 with prompt=select_account asks for the account, and then for consent', async () => {
    await complete(await browser.open(authorizeUrl(fields())));

    const choice = await browser.open(authorizeUrl(fields({ prompt: 'select_account consent' })));
    expect(shows.selectAccount(choice)).toBe(true);
    const consent = await chooseAccount(browser, choice);
    const switched = await browser.submit(consent, { decision: 'switch' });
    expect(shows.signIn(switched)).toBe(true);
    const asked = await signIn(browser, switched, alice);
    const agreed = shows.selectAccount(asked) ? await chooseAccount(browser, asked) : asked;
    expectCode(await allow(browser, agreed));
    expect(Math.max(...browser.sizes)).toBeLessThan(maxHeaderBytes);
  });

  it('A19 whose sign-in page is older than an hour is started again', async () => {
    const first = await browser.open(authorizeUrl(fields()));
    server.clock.advance(3_601);

    const consent = await signIn(browser, first, alice);
    expect(shows.consent(consent)).toBe(true);
    expectCode(await allow(browser, consent));
    expect(Math.max(...browser.sizes)).toBeLessThan(maxHeaderBytes);
  });

  it('A19 that is cancelled on the sign-in page goes back to the client', async () => {
    const first = await browser.open(authorizeUrl(fields()));
    const left = await postForm(browser, '/login/cancel', {
      _csrf: csrfOf(first),
      interaction: interactionOf(first),
    });
    expect(left.headers.get('location')).toContain('error=access_denied');
    expect(Math.max(...browser.sizes)).toBeLessThan(maxHeaderBytes);
  });

  it('H1 of 20 kB that was pushed goes on by its reference', async () => {
    const pushed = await client.authenticated('/par', {
      ...fields({ code_challenge: challenge }),
      ui_locales: 'x'.repeat(13_000),
    });
    expect(pushed.status).toBe(201);
    const { request_uri } = pushed.body as unknown as { request_uri: string };

    const first = await browser.open(`/authorize?${encode({ client_id: client.clientId, request_uri })}`);
    expect(await complete(first)).toBe(nonce);
  });
});
