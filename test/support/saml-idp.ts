import 'reflect-metadata';
import { createPublicKey, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { SignedXml } from 'xml-crypto';
import type { PutUpstreamDto } from '../../src/sign-in/upstream/upstreams.dto.js';
import { encrypt, type EncryptionAlgorithm, type KeyEncryptionAlgorithm } from 'xml-encryption';

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048 };
const sha256 = {
  signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
};
export const sha1 = {
  signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
};
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** A key of an identity provider with its certificate, as PEM. */
export interface SamlKey {
  readonly key: string;
  readonly certificate: string;
}

/** @param days from now until the certificate expires */
export async function samlKey(days = 30): Promise<SamlKey> {
  const keys = await webcrypto.subtle.generateKey(
    { ...rsa, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=idp.acme.example',
      notBefore: new Date(Date.now() - 60 * 86_400_000),
      notAfter: new Date(Date.now() + days * 86_400_000),
      signingAlgorithm: rsa,
      keys,
    },
    webcrypto as Crypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), certificate: certificate.toString('pem') };
}

/** For whom an assertion is encrypted, and how. */
export interface Encryption {
  readonly certificate: string;
  readonly transport?: KeyEncryptionAlgorithm;
  readonly cipher?: EncryptionAlgorithm;
  /** What the document calls the algorithm for the key, if it is none that the library knows. */
  readonly named?: string;
}

/** What the provider says. Each part can be wrong on purpose; null leaves it out. */
export interface SamlAnswer {
  readonly nameId?: string;
  readonly format?: string;
  readonly issuer?: string;
  readonly audience?: string | null;
  readonly recipient?: string | null;
  readonly destination?: string | null;
  readonly inResponseTo?: string | null;
  /** Seconds from now. */
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly authnInstant?: number;
  readonly context?: string;
  /** The session there. */
  readonly sessionIndex?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly status?: string;
  readonly sign?: 'assertion' | 'response' | 'both' | 'none';
  readonly algorithms?: typeof sha256;
  readonly by?: SamlKey;
  readonly transforms?: readonly string[];
  /** Changes the document before it is signed. */
  readonly before?: (xml: string) => string;
  /** Changes it after it was signed. */
  readonly after?: (xml: string) => string;
}

/** What an AuthnRequest says. */
export interface ReadRequest {
  readonly id: string;
  readonly acs: string;
  readonly issuer: string;
  readonly xml: string;
  readonly relayState: string;
}

/** Reads the URL to which a browser was sent. */
export function readRequest(url: string): ReadRequest {
  const query = new URL(url).searchParams;
  const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
  const found = (pattern: RegExp): string => pattern.exec(xml)?.[1] ?? '';
  return {
    id: found(/ ID="([^"]+)"/),
    acs: found(/AssertionConsumerServiceURL="([^"]+)"/),
    issuer: found(/Issuer[^>]*>([^<]+)</),
    xml,
    relayState: query.get('RelayState') ?? '',
  };
}

export const entityId = 'https://idp.acme.example/metadata';
const names =
  'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
const time = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
const attribute = (name: string, value: string | null): string =>
  value === null ? '' : ` ${name}="${value}"`;

/** An assertion without a signature. */
export function assertionXml(request: ReadRequest, answer: SamlAnswer, id = '_assertion'): string {
  const { audience = request.issuer, recipient = request.acs, inResponseTo = request.id } = answer;
  const { notOnOrAfter = 300, notBefore = -10, attributes = {} } = answer;
  const values = Object.entries(attributes).map(
    ([name, texts]) =>
      `<saml:Attribute Name="${name}">${texts.map((text) => `<saml:AttributeValue>${text}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  );
  return (
    `<saml:Assertion ${names} ID="${id}" Version="2.0" IssueInstant="${time(0)}">` +
    `<saml:Issuer>${answer.issuer ?? entityId}</saml:Issuer><saml:Subject>` +
    `<saml:NameID Format="${answer.format ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'}">${answer.nameId ?? 'nils'}</saml:NameID>` +
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">' +
    `<saml:SubjectConfirmationData NotOnOrAfter="${time(notOnOrAfter)}"${attribute('Recipient', recipient)}${attribute('InResponseTo', inResponseTo)}/>` +
    '</saml:SubjectConfirmation></saml:Subject>' +
    `<saml:Conditions NotBefore="${time(notBefore)}" NotOnOrAfter="${time(notOnOrAfter)}">` +
    (audience === null
      ? ''
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`) +
    `</saml:Conditions><saml:AuthnStatement AuthnInstant="${time(answer.authnInstant ?? 0)}"${attribute('SessionIndex', answer.sessionIndex ?? null)}><saml:AuthnContext>` +
    `<saml:AuthnContextClassRef>${answer.context ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'}</saml:AuthnContextClassRef>` +
    '</saml:AuthnContext></saml:AuthnStatement>' +
    (values.length > 0 ? `<saml:AttributeStatement>${values.join('')}</saml:AttributeStatement>` : '') +
    '</saml:Assertion>'
  );
}

/** A response around an assertion. */
function responseXml(request: ReadRequest, answer: SamlAnswer, assertion: string): string {
  const { destination = request.acs, inResponseTo = request.id } = answer;
  const status = answer.status ?? 'urn:oasis:names:tc:SAML:2.0:status:Success';
  return (
    `<samlp:Response ${names} ID="_response" Version="2.0" IssueInstant="${time(0)}"` +
    `${attribute('Destination', destination)}${attribute('InResponseTo', inResponseTo)}>` +
    `<saml:Issuer>${entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${assertion}</samlp:Response>`
  );
}

/** An identity provider of SAML that answers as a test says. */
export class SamlIdentityProvider {
  private constructor(readonly signing: SamlKey) {}

  static async start(): Promise<SamlIdentityProvider> {
    return new SamlIdentityProvider(await samlKey());
  }

  /** @returns the response to the request in the URL, not yet encoded */
  answer(url: string, answer: SamlAnswer = {}): string {
    const { sign = 'assertion', before = (xml) => xml, after = (xml) => xml } = answer;
    const request = readRequest(url);
    let xml = before(responseXml(request, answer, assertionXml(request, answer)));
    if (sign === 'assertion' || sign === 'both') xml = this.sign(xml, 'Assertion', answer);
    if (sign === 'response' || sign === 'both') xml = this.sign(xml, 'Response', answer);
    return after(xml);
  }

  /** The document with a signature in the element of this name, after its issuer. */
  private sign(xml: string, name: 'Assertion' | 'Response', answer: SamlAnswer): string {
    return signXml(xml, name, { by: this.signing, ...answer });
  }
}

/** A document with a signature in the element of this name, after its issuer. */
export function signXml(
  xml: string,
  name: string,
  {
    algorithms = sha256,
    by,
    transforms = [enveloped, exclusive],
  }: Pick<SamlAnswer, 'algorithms' | 'transforms'> & { readonly by: SamlKey },
): string {
  const signed = new SignedXml({
    privateKey: by.key,
    signatureAlgorithm: algorithms.signature,
    canonicalizationAlgorithm: exclusive,
  });
  signed.addReference({
    xpath: `//*[local-name(.)='${name}']`,
    digestAlgorithm: algorithms.digest,
    transforms: [...transforms],
  });
  signed.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `//*[local-name(.)='${name}']/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signed.getSignedXml();
}

/** The members of an upstream that signs with these keys. */
export const samlMembers = (...keys: readonly SamlKey[]): Partial<PutUpstreamDto> => ({
  issuer: undefined,
  client_id: undefined,
  client_secret: undefined,
  protocol: 'saml',
  idp_entity_id: entityId,
  sso_url: 'https://idp.acme.example/sso',
  certificates: keys.map(({ certificate }) => certificate),
  trusted_email_domains: ['acme.example'],
  email_verified: 'assumed',
  claims: { username: 'uid', email: 'mail' },
});

const oaep = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';

/** A response with its assertion encrypted. */
export async function encrypted(xml: string, encryption: Encryption): Promise<string> {
  const assertion = /<saml:Assertion.*<\/saml:Assertion>/s;
  const data = await encryptedData(assertion.exec(xml)?.[0] ?? '', encryption);
  const shown = encryption.named === undefined ? data : data.replace(oaep, encryption.named);
  return xml.replace(assertion, () => `<saml:EncryptedAssertion>${shown}</saml:EncryptedAssertion>`);
}

const encryptedData = (text: string, { certificate, transport, cipher }: Encryption): Promise<string> =>
  promisify(encrypt)(text, {
    rsa_pub: createPublicKey(certificate).export({ type: 'spki', format: 'pem' }),
    pem: certificate,
    encryptionAlgorithm: cipher ?? 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: transport ?? oaep,
    warnInsecureAlgorithm: false,
  });

/** A request with its NameID encrypted for a certificate. */
export async function encryptedId(xml: string, certificate: string): Promise<string> {
  const name = /<saml:NameID.*<\/saml:NameID>/s;
  const alone = (name.exec(xml)?.[0] ?? '').replace('<saml:NameID', `<saml:NameID ${names}`);
  const data = await encryptedData(alone, { certificate });
  return xml.replace(name, () => `<saml:EncryptedID>${data}</saml:EncryptedID>`);
}

/** Posts a response as the browser does it for another site: without our cookies. @returns the answer of the ACS */
export function postResponse(url: string, xml: string, acs = readRequest(url).acs): Promise<Response> {
  return fetch(acs, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({
      SAMLResponse: Buffer.from(xml).toString('base64'),
      RelayState: readRequest(url).relayState,
    }),
  });
}
