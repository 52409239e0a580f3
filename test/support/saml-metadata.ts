import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { entityId, type SamlKey } from './saml-idp.js';
import { sloUrl } from './saml-logout.js';

const binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-';
export const base64Of = ({ certificate }: SamlKey): string => certificate.replace(/-----[^-]+-----|\s/g, '');

/** What the metadata of a provider say. Each part can be wrong on purpose. */
export interface Metadata {
  readonly keys: readonly SamlKey[];
  readonly entity?: string;
  readonly sso?: string;
  readonly slo?: string;
  readonly validUntil?: string;
  readonly protocol?: string;
  readonly use?: string;
}

export const service = (
  name: string,
  kind: 'Redirect' | 'POST' | 'Artifact',
  url: string,
  more = '',
): string => `<md:${name} Binding="${binding}${kind}" Location="${url}"${more}/>`;

export function metadataXml({
  keys,
  entity = entityId,
  sso = service('SingleSignOnService', 'Redirect', 'https://idp.acme.example/sso'),
  slo = service('SingleLogoutService', 'Redirect', sloUrl),
  validUntil,
  protocol = 'urn:oasis:names:tc:SAML:2.0:protocol',
  use = ' use="signing"',
}: Metadata): string {
  const end = validUntil === undefined ? '' : ` validUntil="${validUntil}"`;
  const descriptors = keys.map(
    (key) =>
      `<md:KeyDescriptor${use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n${base64Of(key)}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- of a federation server -->\n` +
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entity}"${end}>` +
    `<md:IDPSSODescriptor protocolSupportEnumeration="${protocol}">${descriptors.join('')}${slo}${sso}</md:IDPSSODescriptor></md:EntityDescriptor>`
  );
}

/** A site on loopback that publishes a document, or answers with a fault. */
export class MetadataHost {
  document = '';
  status = 200;
  /** How often it was asked. */
  asked = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (_request, response) => {
      this.asked += 1;
      response.writeHead(this.status, { 'content-type': 'application/samlmetadata+xml' }).end(this.document);
    });
  }

  static async start(): Promise<MetadataHost> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MetadataHost(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/metadata`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
