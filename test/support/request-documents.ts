import type { RequestListener } from 'node:http';
import { SignJWT } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { keyPair, type KeyPair } from './assertions.js';
import { requestFields } from './authorization-requests.js';
import type { TestBrowser } from './browser.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { requestObjectType } from './request-objects.js';
import { encode, type Fields, RelyingParty } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';
import { signedInBrowser, walk } from './walk.js';

/** What answers with that text, as a request object or as something else. */
export const serving =
  (
    text: string,
    headers: Record<string, string> = { 'content-type': `application/${requestObjectType}` },
    status = 200,
  ): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(text);

/** A server with Alice signed in, a client, and a host where the client publishes its request objects. */
export class RequestDocuments {
  private constructor(
    readonly host: KeyHost,
    readonly keys: KeyPair,
    /** The same kid as `keys`, but not registered. */
    readonly otherKeys: KeyPair,
    readonly server: TestServer,
    readonly browser: TestBrowser,
  ) {}

  /** @param mode EYRIE_REQUEST_URI */
  static async start(mode: string): Promise<RequestDocuments> {
    const host = await startKeyHost();
    const server = await startServer({ EYRIE_REQUEST_URI: mode, EYRIE_OUTBOUND_ALLOW: host.host });
    await server.createUser(alice);
    const browser = await signedInBrowser(server);
    const keys = await keyPair('ES256', 'one');
    return new RequestDocuments(host, keys, await keyPair('ES256', 'one'), server, browser);
  }

  /** Registers a client with a published request that Alice has allowed. */
  async registerAllowed(): Promise<RelyingParty> {
    const writer = await this.register();
    await this.publish(writer);
    await walk(this.browser, this.urlOf(writer));
    return writer;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  /** Registers a client whose requests may come from `/request`. */
  register(changes: Registration = {}): Promise<RelyingParty> {
    return RelyingParty.register(
      this.server,
      { jwks: { keys: [this.keys.publicJwk] }, request_uris: [this.host.url('/request')], ...changes },
      this.browser,
    );
  }

  claimsFor(of: RelyingParty, changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      ...requestFields({ client_id: of.clientId }),
      iss: of.clientId,
      aud: of.server.issuer,
      nbf: of.server.clock.now(),
      exp: of.server.clock.now() + 60,
      state: 'the signed state',
      ...changes,
    };
  }

  sign(payload: Record<string, unknown>, by = this.keys): Promise<string> {
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: requestObjectType })
      .sign(by.privateKey);
  }

  /** Publishes a signed request of that client at a path. */
  async publish(of: RelyingParty, changes: Record<string, unknown> = {}, path = '/request'): Promise<string> {
    const object = await this.sign(this.claimsFor(of, changes));
    this.host.documents.set(path, serving(object));
    return object;
  }

  urlOf(of: RelyingParty, fields: Fields = {}): string {
    return `/authorize?${encode({ client_id: of.clientId, request_uri: this.host.url('/request'), state: 'the state', ...fields })}`;
  }
}
