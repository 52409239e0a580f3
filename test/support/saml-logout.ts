import { createPublicKey, sign, verify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import { entityId, type SamlKey, sha1, signXml } from './saml-idp.js';
import type { TestServer } from './server.js';

export const sloUrl = 'https://idp.acme.example/slo';

const names =
  'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const attribute = (name: string, value: string | null | undefined): string =>
  value === null || value === undefined ? '' : ` ${name}="${value}"`;

/** What a message of single logout says. Each part can be wrong on purpose; null leaves it out. */
export interface LogoutMessage {
  readonly id?: string;
  readonly issuer?: string | null;
  readonly destination?: string | null;
  /** Seconds from now. */
  readonly issued?: number;
  readonly notOnOrAfter?: number;
  readonly nameId?: string;
  readonly format?: string | null;
  readonly sessions?: readonly string[];
  readonly by?: SamlKey;
  readonly algorithm?: string;
  /** Changes the document before it is signed, and after. */
  readonly before?: (xml: string) => string;
  readonly after?: (xml: string) => string;
}

let count = 0;

/** A LogoutRequest without a signature. */
export function logoutRequestXml(server: TestServer, message: LogoutMessage): string {
  const { issuer = entityId, destination = `${server.issuer}/upstream/acme/slo` } = message;
  const { before = (xml) => xml, issued = 0, sessions = [] } = message;
  const time = (seconds: number): string => new Date((server.clock.now() + seconds) * 1_000).toISOString();
  const end = message.notOnOrAfter === undefined ? undefined : time(message.notOnOrAfter);
  const { format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } = message;
  return before(
    `<samlp:LogoutRequest ${names} ID="${message.id ?? `_logout${++count}`}" Version="2.0" IssueInstant="${time(issued)}"` +
      `${attribute('Destination', destination)}${attribute('NotOnOrAfter', end)}>` +
      (issuer === null ? '' : `<saml:Issuer>${issuer}</saml:Issuer>`) +
      `<saml:NameID${attribute('Format', format)}>${message.nameId ?? 'nils'}</saml:NameID>` +
      sessions.map((session) => `<samlp:SessionIndex>${session}</samlp:SessionIndex>`).join('') +
      '</samlp:LogoutRequest>',
  );
}

/** A LogoutResponse without a signature. */
export function logoutResponseXml(
  server: TestServer,
  inResponseTo: string,
  { status = 'Success', ...message }: LogoutMessage & { readonly status?: string } = {},
): string {
  const { issuer = entityId, destination = `${server.issuer}/upstream/acme/slo` } = message;
  return (
    `<samlp:LogoutResponse ${names} ID="_response${++count}" Version="2.0" IssueInstant="${new Date(server.clock.now() * 1_000).toISOString()}"` +
    `${attribute('Destination', destination)} InResponseTo="${inResponseTo}"><saml:Issuer>${issuer}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status></samlp:LogoutResponse>`
  );
}

/** A signed query with a message (SAML bindings §3.4.4.1). */
export function signedQuery(
  name: 'SAMLRequest' | 'SAMLResponse',
  xml: string,
  {
    by,
    relayState,
    algorithm = rsaSha256,
  }: { readonly by: SamlKey; readonly relayState?: string; readonly algorithm?: string },
): string {
  const parts = [
    [name, deflateRawSync(xml).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState]]),
    ['SigAlg', algorithm],
  ];
  const signed = parts.map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`).join('&');
  const hash = algorithm === sha1.signature ? 'sha1' : 'sha256';
  const signature = sign(hash, Buffer.from(signed), by.key).toString('base64');
  return `${signed}&Signature=${encodeURIComponent(signature)}`;
}

/** How a provider brings a message to a browser. */
export type Bringing = 'redirect' | 'post';

/** Brings a message to our single logout service as a browser does, without our cookies. */
export async function bring(
  base: string,
  name: 'SAMLRequest' | 'SAMLResponse',
  xml: string,
  how: {
    readonly by: SamlKey;
    readonly relayState?: string;
    readonly bringing?: Bringing;
    readonly algorithm?: string;
    readonly after?: (xml: string) => string;
  },
): Promise<Response> {
  const url = `${base}/upstream/acme/slo`;
  const { by, relayState, bringing = 'redirect', after = (one) => one } = how;
  if (bringing === 'redirect')
    return fetch(`${url}?${after(signedQuery(name, xml, how))}`, { redirect: 'manual' });
  const root = name === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse';
  const signed = after(signXml(xml, root, { by }));
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({
      [name]: Buffer.from(signed).toString('base64'),
      ...(relayState === undefined ? {} : { RelayState: relayState }),
    }),
  });
}

/** A message of ours whose signature was verified with the certificate in our metadata. */
export interface OurMessage {
  readonly xml: string;
  readonly relayState: string | undefined;
  readonly to: string;
}

/** The certificate in our metadata, as PEM. */
export async function ourCertificate(server: TestServer): Promise<string> {
  const metadata = await (await fetch(`${server.issuer}/upstream/acme/metadata`)).text();
  const base64 = /<ds:X509Certificate>([^<]+)</.exec(metadata)?.[1] ?? '';
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s/g, '').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** Reads a message of ours from a URL, and fails if its signature is not ours. */
export async function readOurs(server: TestServer, url: string): Promise<OurMessage> {
  const [to = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  const signed = query.slice(0, query.indexOf('&Signature='));
  const key = createPublicKey(await ourCertificate(server));
  const signature = Buffer.from(parameters.get('Signature') ?? '', 'base64');
  if (!verify('sha256', Buffer.from(signed), key, signature)) throw new Error(`not signed by us: ${url}`);
  const message = parameters.get('SAMLResponse') ?? parameters.get('SAMLRequest') ?? '';
  return {
    xml: inflateRawSync(Buffer.from(message, 'base64')).toString(),
    relayState: parameters.get('RelayState') ?? undefined,
    to,
  };
}

/** Reads a message of ours from a page that posts it, and fails if its signature is not ours. */
export async function readOursPosted(server: TestServer, html: string): Promise<OurMessage> {
  const field = (name: string): string | undefined =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
  const xml = Buffer.from(field('SAMLResponse') ?? field('SAMLRequest') ?? '', 'base64').toString();
  const [signature = ''] = /<(?:ds:)?Signature [\s\S]*<\/(?:ds:)?Signature>/.exec(xml) ?? [];
  const signed = new SignedXml({ publicCert: await ourCertificate(server), getCertFromKeyInfo: () => null });
  signed.loadSignature(signature);
  if (!signed.checkSignature(xml)) throw new Error(`not signed by us: ${xml}`);
  return {
    xml,
    relayState: field('RelayState'),
    to: /<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? '',
  };
}
