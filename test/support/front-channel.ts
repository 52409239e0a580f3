import type { Registration } from '../../src/clients/client-registration.js';
import { ClientRegistration } from '../../src/clients/client-registration.js';
import { authorizeUrl, expectPage, redirectUri, requestFields } from './authorization-requests.js';
import type { Shown, TestBrowser } from './browser.js';
import { expectExplained } from './kept-errors.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { encode, type Fields, RelyingParty } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';
import { expectUntouched, type Refused, Rows } from './untouched.js';
import { signedInBrowser } from './walk.js';

/** A request that ends on an error page, and how. */
export type RefusedPage = readonly [condition: string, send: () => Promise<Shown>, refused: Refused];

/** A server, a browser in which Alice is signed in, and clients of every kind that send her there. */
export class FrontChannel {
  server!: TestServer;
  host!: KeyHost;
  browser!: TestBrowser;
  client!: RelyingParty;
  /** A public client. */
  app!: RelyingParty;
  /** Has several redirection URIs. */
  several!: RelyingParty;
  /** Must push its requests. */
  pushing!: RelyingParty;
  /** Must sign its requests. */
  strict!: RelyingParty;
  disabled!: RelyingParty;
  /** An ID token of `client`. */
  hint!: string;
  /** The reference of a pushed request of `client` that was answered. */
  used!: string;
  rows!: Rows;

  async start(): Promise<void> {
    this.host = await startKeyHost();
    this.server = await startServer({ EYRIE_OUTBOUND_ALLOW: this.host.host });
    await this.server.createUser(alice);
    this.browser = await signedInBrowser(this.server);
    this.client = await this.register({ post_logout_redirect_uris: ['https://writer.example.com/bye'] });
    this.app = await this.register({ token_endpoint_auth_method: 'none' });
    this.several = await this.register({ redirect_uris: [redirectUri, 'https://two.example.com/'] });
    this.pushing = await this.register({ require_pushed_authorization_requests: true });
    this.strict = await this.register({
      require_signed_request_object: true,
      jwks_uri: this.host.url('/keys'),
    });
    this.disabled = await this.register({});
    await this.server.app.get(ClientRegistration).setDisabled(this.disabled.clientId, true, 'test');
    this.hint = (await this.client.tokens()).id_token;
    const fields = requestFields({ client_id: this.client.clientId });
    this.used = String((await this.client.authenticated('/par', fields)).body.request_uri);
    await this.browser.open(
      `/authorize?${encode({ client_id: this.client.clientId, request_uri: this.used })}`,
    );
    // From now on its answer is not repeated.
    this.server.clock.advance(10);
    this.rows = new Rows(this.server);
    await this.rows.look();
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  ask(changes: Fields, of = this.client): Promise<Shown> {
    return this.browser.send(authorizeUrl({ client_id: of.clientId, ...changes }));
  }

  /** Sends what is refused, and holds that no row has changed, that of Alice's session included, and that nothing was fetched. */
  async untouched(send: () => Promise<Shown>): Promise<Shown> {
    const page = await send();
    await expectUntouched(this.rows);
    expect(this.host.requests).toBe(0);
    return page;
  }

  /** Holds that what is sent leads to an error page that leads nowhere, is explained to the administrator, and changes nothing. */
  async expectErrorPage(send: () => Promise<Shown>, refused: Refused): Promise<void> {
    const page = await this.untouched(send);
    expectPage(page, refused.status);
    expect(/id="error-code"[^>]*>([^<]*)</.exec(page.html)?.[1]).toBe(refused.error);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    await expectExplained(this.server, page, refused);
  }

  private register(registration: Registration): Promise<RelyingParty> {
    return RelyingParty.register(this.server, registration, this.browser);
  }
}
