import { SignJWT } from 'jose';
import { keyPair, type KeyPair } from './assertions.js';
import { authorizeUrl, requestFields } from './authorization-requests.js';
import type { Shown, TestBrowser } from './browser.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { encode, type Fields, RelyingParty } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';
import { signedInBrowser, walk } from './walk.js';

/** The media type of request objects (RFC 9101 §10.1). */
export const requestObjectType = 'oauth-authz-req+jwt';

/** A server with Alice signed in, and a client that signs its requests. */
export class RequestObjects {
  private constructor(
    readonly host: KeyHost,
    readonly server: TestServer,
    readonly browser: TestBrowser,
    readonly keys: KeyPair,
    /** The same kid as `keys`, but not registered. */
    readonly otherKeys: KeyPair,
    readonly writer: RelyingParty,
  ) {}

  static async start(): Promise<RequestObjects> {
    const host = await startKeyHost();
    const server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host });
    await server.createUser(alice);
    const browser = await signedInBrowser(server);
    const keys = await keyPair('ES256', 'one');
    const writer = await RelyingParty.register(server, { jwks: { keys: [keys.publicJwk] } }, browser);
    await walk(browser, authorizeUrl({ client_id: writer.clientId }));
    return new RequestObjects(host, server, browser, keys, await keyPair('ES256', 'one'), writer);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  claims(changes: Record<string, unknown> = {}, of = this.writer): Record<string, unknown> {
    return {
      ...requestFields({ client_id: of.clientId }),
      iss: of.clientId,
      aud: this.server.issuer,
      nbf: this.server.clock.now(),
      exp: this.server.clock.now() + 60,
      state: 'the signed state',
      ...changes,
    };
  }

  sign(payload: Record<string, unknown>, header = {}, by = this.keys): Promise<string> {
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: requestObjectType, ...header })
      .sign(by.privateKey);
  }

  /** A request with that object; other parameters outside of it must not count. */
  url(object: string, outside: Fields = {}): string {
    return `/authorize?${encode({ client_id: this.writer.clientId, request: object, state: 'the state', ...outside })}`;
  }

  open(object: string, outside: Fields = {}): Promise<Shown> {
    return this.browser.open(this.url(object, outside));
  }
}
