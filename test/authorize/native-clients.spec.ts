import type { Registration } from '../../src/clients/client-registration.js';
import { responseOf, signIn, TestBrowser } from '../support/browser.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { shows } from '../support/walk.js';

const publicClient = { token_endpoint_auth_method: 'none', scope: 'openid profile' };

describe('Consent that was given before, for clients that any application can pose as', () => {
  const server = useServer({ EYRIE_RESPONSE_TYPES: 'id_token' }, { users: [alice] });
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = new TestBrowser(server.issuer);
  });

  /** A client that Alice allowed all of its scopes. */
  async function allowed(registration: Registration, parameters = {}): Promise<RelyingParty> {
    const party = await RelyingParty.register(server, registration, browser);
    await party.respond(parameters);
    return party;
  }

  const silently = (party: RelyingParty, parameters = {}): Promise<URLSearchParams> =>
    party.respond({ ...parameters, prompt: 'none' });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:7000/callback'],
    ['the loopback address of IPv6', 'http://[::1]/callback'],
    ['localhost', 'http://localhost/callback'],
    ['a private-use scheme', 'com.example.writer:/callback'],
  ])(
    'A17 a public client at %s is asked for each time, with all scopes ticked, and prompt=none is consent_required',
    async (_title, uri) => {
      const native = { ...publicClient, application_type: 'native', redirect_uris: [uri] };
      const party = await allowed(native);
      const page = await browser.open(party.authorizeUrl('v'.repeat(43)));
      expect(shows.consent(page)).toBe(true);
      expect(page.html.match(/allowed before/g)).toHaveLength(2);
      const answer = responseOf(await browser.submit(page, { decision: 'allow' }));
      expect(answer.get('code')).toEqual(expect.any(String));
      expect((await silently(party)).get('error')).toBe('consent_required');
    },
  );

  it('A17 after the sign-in the page comes once, and its denial is access_denied', async () => {
    const party = await allowed({ ...publicClient, redirect_uris: ['http://127.0.0.1/callback'] });
    const fresh = new TestBrowser(server.issuer);
    const page = await signIn(fresh, await fresh.open(party.authorizeUrl('v'.repeat(43))), alice);
    expect(shows.consent(page)).toBe(true);
    expect(responseOf(await fresh.submit(page, { decision: 'deny' })).get('error')).toBe('access_denied');
  });

  it('A17 tokens from the authorization endpoint to an application are asked for each time, whoever the client is', async () => {
    const registration = {
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['implicit'],
      response_types: ['id_token'],
      scope: 'openid',
    };
    const parameters = { response_type: 'id_token', nonce: 'n' };
    const party = await allowed(registration, parameters);
    expect((await silently(party, parameters)).get('error')).toBe('consent_required');
  });

  it.each([
    ['a public client at an https URI', { ...publicClient, redirect_uris: ['https://app.example.com/'] }],
    ['a confidential client on loopback', { redirect_uris: ['http://127.0.0.1:4000/callback'] }],
  ])('A17 %s is not asked for again', async (_title, registration) => {
    expect((await silently(await allowed(registration))).get('code')).toEqual(expect.any(String));
  });

  it('A17 a page of this server is not asked for again on loopback, but another port is', async () => {
    const redirect_uris = [`${server.issuer}/docs/oauth2-redirect.html`];
    const party = await allowed({ ...publicClient, redirect_uris });
    // The path of our own page is served here, so the answer is read from its URL.
    expect((await silently(party)).get('code')).toEqual(expect.any(String));
    const elsewhere = 'http://127.0.0.1:1/docs/oauth2-redirect.html';
    expect((await silently(party, { redirect_uri: elsewhere })).get('error')).toBe('consent_required');
  });
});
