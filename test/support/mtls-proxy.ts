import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registration } from '../../src/clients/client-registration.js';
import { authority, type Certificate, certificate } from './certificates.js';
import { type KeyHost, startKeyHost } from './key-host.js';
import { type Answer, type Fields, post, RelyingParty } from './relying-party.js';
import { alice, startServer, type TestServer } from './server.js';

/** The header in which the proxy forwards certificates. */
export const certificateHeader = 'x-client-cert';

/** A client that has tokens of its own only. */
export const robot: Registration = {
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'contacts.read',
};

/** A client whose access tokens are bound to its certificate. */
export const bound: Registration = { tls_client_certificate_bound_access_tokens: true };

/** The headers with which the proxy forwards a request with that certificate, or without one. */
export function through(presented: Certificate | undefined): Record<string, string> {
  return presented ? { [certificateHeader]: presented.escaped } : {};
}

/** A server behind a proxy that terminates TLS, with the certificates of its clients. */
export class ProxiedServer {
  private constructor(
    readonly server: TestServer,
    readonly host: KeyHost,
    /** An authority that the server trusts. */
    readonly ours: Certificate,
    /** Signed by itself. */
    readonly own: Certificate,
    readonly other: Certificate,
    readonly expiredAuthority: Certificate,
    private readonly folder: string,
  ) {}

  static async start(): Promise<ProxiedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'eyrie-mtls-'));
    const [ours, own, other] = await Promise.all([authority('Ours'), certificate(), certificate()]);
    const [second, expired] = await Promise.all([
      authority('Second'),
      certificate({ subject: [{ CN: ['Expired'] }], isAuthority: true, to: -60 }),
    ]);
    const before = await certificate({
      subject: [{ CN: ['Ours'] }],
      isAuthority: true,
      to: -60,
      keys: ours.keys,
    });
    const authorities = [before, ours, second, expired].map(({ cert }) => cert);
    const file = join(folder, 'ca.pem');
    await writeFile(file, `Ours, before it was renewed, and others\n${authorities.join('\n')}`);
    const host = await startKeyHost();
    const server = await startServer({
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_HEADER: 'X-Client-Cert',
      EYRIE_MTLS_CA: file,
      EYRIE_TRUSTED_PROXIES: '127.0.0.0/8',
      EYRIE_OUTBOUND_ALLOW: host.host,
    });
    await server.createUser(alice);
    return new ProxiedServer(server, host, ours, own, other, expired, folder);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.host.stop();
    await rm(this.folder, { recursive: true });
  }

  send(fields: Fields, presented?: Certificate, path = '/token'): Promise<Answer> {
    return post(this.server, path, fields, through(presented));
  }

  /** A token request of that robot. */
  act(client_id: string, presented?: Certificate): Promise<Answer> {
    return this.send({ grant_type: 'client_credentials', client_id }, presented);
  }

  /** Registers a robot that differs in this. */
  async register(registration: Registration): Promise<string> {
    return (await RelyingParty.register(this.server, { ...robot, ...registration })).clientId;
  }
}
