import { generateKeyPair, exportJWK, type CryptoKey } from 'jose';
import type { Registration } from '../../src/clients/client-registration.js';
import { TestBrowser } from './browser.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { RelyingParty } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';

export const callback = 'https://agent.example.com/callback';

/** A server that lets clients describe themselves, with Alice, and a host where they publish their documents. */
export class DescribedClientHost {
  private count = 0;

  private constructor(
    readonly host: KeyHost,
    readonly server: TestServer,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<DescribedClientHost> {
    const host = await startKeyHost();
    const server = await startServer({
      EYRIE_CLIENT_DOCUMENTS: `any,${host.host}`,
      EYRIE_OUTBOUND_ALLOW: host.host,
      ...environment,
    });
    await server.createUser(alice);
    return new DescribedClientHost(host, server);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
  }

  /** A new path, and the client_id that leads to it. */
  place(): { path: string; clientId: string } {
    const path = `/agents/${++this.count}.json`;
    return { path, clientId: this.host.url(path) };
  }

  documentOf(clientId: string, members: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      client_id: clientId,
      client_name: 'Agent',
      redirect_uris: [callback],
      token_endpoint_auth_method: 'none',
      ...members,
    };
  }

  /** Publishes a document; gives back the client_id, and the client as it talks to the server. */
  publish(
    members: Record<string, unknown> = {},
    { path, clientId } = this.place(),
    key?: CryptoKey,
  ): { path: string; clientId: string; party: RelyingParty } {
    const document = this.documentOf(clientId, members);
    this.host.documents.set(path, document);
    const registration = { scope: 'openid offline_access contacts.read', ...document } as Registration;
    const browser = new TestBrowser(this.server.issuer);
    const party = RelyingParty.of(this.server, { client_id: clientId }, registration, browser, key);
    return { path, clientId, party };
  }

  /** A client that authenticates with a key of its document. */
  async publishWithKey(
    place = this.place(),
  ): Promise<{ path: string; clientId: string; party: RelyingParty }> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] };
    return this.publish({ token_endpoint_auth_method: 'private_key_jwt', jwks }, place, privateKey);
  }
}
