import { badAnswer } from './bad-answer.js';
import { certificateOf } from './certificates.js';
import type { IdpMetadata, SamlBinding, ServiceLocations } from './saml-members.js';
import { timeOf } from './saml-time.js';
import { attributeOf, childrenOf, isNamed, onlyChild, parseDocument, textOf } from './saml-xml.js';

/** Metadata of federation servers describe much that is not for us. */
const limits = { maxCharacters: 512 * 1_024, maxNodes: 20_000, allowsComments: true };
const maxCertificates = 10;
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
const bindings: Readonly<Record<SamlBinding, string>> = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
};

/**
 * Reads the metadata of an identity provider (SAML metadata §2.4.3). A signature in them does not count: they are trusted for where they
 * come from.
 * @param now seconds since the epoch
 * @throws UpstreamRefusal bad_answer
 */
export function readIdpMetadata(xml: string, now: number): IdpMetadata {
  const root = parseDocument(xml, limits);
  if (!isNamed(root, 'metadata', 'EntityDescriptor'))
    throw badAnswer(`expected the EntityDescriptor of one provider, not ${root.localName}`);
  const role = onlyChild(root, 'metadata', 'IDPSSODescriptor');
  const protocols = attributeOf(role, 'protocolSupportEnumeration')?.split(/\s+/) ?? [];
  if (!protocols.includes(protocol)) throw badAnswer('the provider does not support SAML 2.0');
  const entityId = attributeOf(root, 'entityID');
  if (entityId === undefined) throw badAnswer('there is no entityID');
  const sso = locationsOf(role, 'SingleSignOnService');
  if (!sso.redirect && !sso.post)
    throw badAnswer('there is no SingleSignOnService by HTTP-Redirect or HTTP-POST');
  const certificates = certificatesOf(role);
  if (certificates.length === 0)
    throw badAnswer('there is no certificate for signatures with an RSA key of 2048 bits');
  const ends = [timeOf(root, 'validUntil'), timeOf(role, 'validUntil')].filter((end) => end !== undefined);
  const validUntil = ends.length === 0 ? undefined : Math.min(...ends);
  if (validUntil !== undefined && validUntil <= now)
    throw badAnswer(`they were valid until ${validUntil}, and it is ${now}`);
  return { entityId, sso, slo: locationsOf(role, 'SingleLogoutService'), certificates, validUntil };
}

/** The first service of each binding. */
function locationsOf(role: Element, name: string): ServiceLocations {
  const found: { -readonly [Binding in SamlBinding]?: ServiceLocations[Binding] } = {};
  for (const service of childrenOf(role, 'metadata', name))
    for (const binding of ['redirect', 'post'] as const) {
      const url = attributeOf(service, 'Location');
      if (attributeOf(service, 'Binding') !== bindings[binding] || url === undefined) continue;
      const responseUrl = attributeOf(service, 'ResponseLocation');
      found[binding] ??= { url, ...(responseUrl !== undefined && { responseUrl }) };
    }
  return found;
}

/** Those for signatures, or for everything (SAML metadata §2.4.1.1), as base64. Those of keys that do not count are left out. */
function certificatesOf(role: Element): string[] {
  const keys = childrenOf(role, 'metadata', 'KeyDescriptor').filter(
    (key) => (attributeOf(key, 'use') ?? 'signing') === 'signing',
  );
  const texts = keys
    .flatMap((key) => childrenOf(key, 'signature', 'KeyInfo'))
    .flatMap((info) => childrenOf(info, 'signature', 'X509Data'))
    .flatMap((data) => childrenOf(data, 'signature', 'X509Certificate'))
    .map((element) => textOf(element).replace(/\s/g, ''));
  const usable = [...new Set(texts)].filter((text) => typeof certificateOf(text) !== 'string');
  if (usable.length > maxCertificates) throw badAnswer(`there are more than ${maxCertificates} certificates`);
  return usable;
}
