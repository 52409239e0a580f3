import { ClientRegistration } from '../../src/clients/client-registration.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  expectPage,
  redirectUri,
} from '../support/authorization-requests.js';
import { responseOf, type Shown, signIn, TestBrowser } from '../support/browser.js';
import { begin, deviceCode, reach } from '../support/device.js';
import { type Registered, send } from '../support/dynamic-registration.js';
import { byId, elements } from '../support/markup.js';
import { asks, logoutUrl } from '../support/logout.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';
import { shows, signedInBrowser } from '../support/walk.js';

const returnTo = 'https://writer.example.com/bye';
const metadata = {
  client_name: 'Newcomer',
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [returnTo],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', deviceCode],
  scope: 'openid profile',
};

describe('F5 a client that registered itself', () => {
  const server = useServer({
    EYRIE_REGISTRATION: 'open',
    EYRIE_REGISTRATION_ATTEMPTS_PER_ADDRESS: '1000',
  });
  let nobody: TestBrowser;
  let clientId: string;

  const register = async (changes: object = {}): Promise<string> => {
    const answer = await send(server, 'POST', '/register', { ...metadata, ...changes });
    expect(answer.status).toBe(201);
    return (answer.body as Registered).client_id;
  };

  beforeAll(async () => {
    await server.createUser(alice);
    clientId = await register();
  });
  beforeEach(() => {
    nobody = new TestBrowser(server.issuer);
  });

  describe('F5 whose request is an error', () => {
    const errors: [string, Record<string, string | string[] | undefined>, string][] = [
      ['an unknown response type', { response_type: 'x' }, 'unsupported_response_type'],
      ['a scope that it may not have', { scope: 'openid contacts.read' }, 'invalid_scope'],
      ['a repeated scope', { scope: ['openid', 'openid'] }, 'invalid_request'],
      ['no code_challenge', { code_challenge: undefined }, 'invalid_request'],
      ['a request object', { request: 'x.y.z' }, 'request_not_supported'],
      ['an unknown resource', { resource: 'https://unknown.example.com' }, 'invalid_target'],
    ];
    it.each(errors)('F5 by %s gets it once somebody has signed in', async (_title, changes, error) => {
      const page = await nobody.open(authorizeUrl({ client_id: clientId, ...changes }));
      expect(shows.signIn(page)).toBe(true);
      expect(page.html).toContain('Newcomer');
      const left = await signIn(nobody, page, alice);
      expect(left.url.startsWith(`${redirectUri}?`)).toBe(true);
      expect(Object.fromEntries(responseOf(left))).toMatchObject({ error, state: 'the state' });
      // From then on at once.
      const again = await nobody.send(authorizeUrl({ client_id: clientId, ...changes }));
      expectErrorRedirect(again, error, server);
    });

    it.each(['fragment', 'form_post'])(
      'F5 by response_mode=%s gets it after the sign-in too',
      async (mode) => {
        const changes = { client_id: clientId, scope: 'contacts.read', response_mode: mode };
        const page = await nobody.open(authorizeUrl(changes));
        expect(shows.signIn(page)).toBe(true);
        const left = await signIn(nobody, page, alice);
        const told = mode === 'fragment' ? left.url : left.html;
        expect(told).toContain('invalid_scope');
      },
    );

    it('F5 with prompt=none gets it at once', async () => {
      const url = authorizeUrl({ client_id: clientId, prompt: 'none' });
      expectErrorRedirect(await nobody.send(url), 'login_required', server);
      const mixed = authorizeUrl({ client_id: clientId, prompt: 'none login' });
      expectErrorRedirect(await nobody.send(mixed), 'invalid_request', server);
    });

    it('F5 pushed, gets it once after the sign-in', async () => {
      const own = await register();
      const party = RelyingParty.of(server, { client_id: own }, metadata);
      const url = new URL(party.authorizeUrl('v'.repeat(43)), server.issuer);
      const pushed = await party.authenticated('/par', Object.fromEntries(url.searchParams));
      await server.app.get(ClientRegistration).update(own, { scope: 'email' }, 'test');
      const reference = new URLSearchParams({ client_id: own, request_uri: String(pushed.body.request_uri) });
      const page = await nobody.open(`/authorize?${reference.toString()}`);
      expect(shows.signIn(page)).toBe(true);
      server.clock.advance(120);
      expect(responseOf(await signIn(nobody, page, alice)).get('error')).toBe('invalid_scope');
      server.clock.advance(10);
      expectPage(await nobody.open(`/authorize?${reference.toString()}`));
    });

    it('F5 in a browser whose sign-in was forgotten meanwhile asks for it again', async () => {
      const page = await nobody.open(authorizeUrl({ client_id: clientId, scope: 'contacts.read' }));
      const shown = new URL(page.url).searchParams.get('interaction') ?? '';
      expect(shows.signIn(await nobody.open(`/authorize/resume?interaction=${shown}`))).toBe(true);
    });

    it('F5 a client that an administrator registered gets it at once', async () => {
      const { clientId: vouchedFor } = await server.register(metadata);
      const url = authorizeUrl({ client_id: vouchedFor, scope: 'contacts.read' });
      expectErrorRedirect(await nobody.send(url), 'invalid_scope', server);
    });
  });

  describe('F5 that asks for a logout', () => {
    const url = (of: string): string =>
      logoutUrl({ client_id: of, post_logout_redirect_uri: returnTo, state: 's' });
    const target = `${returnTo}?state=s`;

    it('F5 in a browser where nobody is signed in gets a page with the link, which leads on by a click alone', async () => {
      const page = await nobody.send(url(clientId));
      expect([page.status, page.headers.get('location')]).toEqual([200, null]);
      expect(page.html).not.toContain('http-equiv="refresh"');
      expect(byId(page.html, 'continue')?.attributes.href).toBe(target);
      expect(page.html).toContain('registered itself');
    });

    it('F5 in a browser where somebody is signed in gets them back', async () => {
      const browser = await signedInBrowser(server);
      const question = await browser.open(url(clientId));
      expect(asks(question)).toBe(true);
      expect((await browser.submit(question, { decision: 'sign-out' })).url).toBe(target);
    });

    it('F5 a client that an administrator registered gets them back in any case', async () => {
      const { clientId: vouchedFor } = await server.register(metadata);
      expect((await nobody.send(url(vouchedFor))).headers.get('location')).toBe(target);
    });
  });

  describe('F5 that asks for consent', () => {
    const logo_uri = 'https://cdn.example.com/logo.png';
    const markOf = (page: Shown): string | undefined =>
      /id="unverified-client">(.*?)<\/p>/s.exec(page.html)?.[1];
    const imagesOf = (page: Shown): string[] =>
      elements(page.html, 'img').map(({ attributes }) => attributes.src ?? '');
    const pages: [string, (client: string) => Promise<Shown>][] = [
      [
        'consent page',
        async (client) => (await signedInBrowser(server)).open(authorizeUrl({ client_id: client })),
      ],
      [
        'page of its device',
        async (client) => {
          const device = RelyingParty.of(server, { client_id: client }, metadata);
          return reach(await signedInBrowser(server), await begin(device, 'openid'));
        },
      ],
    ];

    it.each(pages)(
      'F5 is marked as unverified on the %s, and its logo is not loaded',
      async (_title, ask) => {
        const page = await ask(await register({ logo_uri }));
        expect(shows.consent(page)).toBe(true);
        expect(markOf(page)).toMatch(/registered itself\..*Newcomer.*unverified/s);
        expect(imagesOf(page)).not.toContain(logo_uri);
        expect(page.headers.get('content-security-policy')).toContain("img-src 'self';");
      },
    );

    it.each(pages)(
      'F5 a client that an administrator registered is not marked on the %s',
      async (_title, ask) => {
        const page = await ask((await server.register({ ...metadata, logo_uri })).clientId);
        expect(shows.consent(page)).toBe(true);
        expect(markOf(page)).toBeUndefined();
        expect(imagesOf(page)).toContain(logo_uri);
      },
    );
  });
});
