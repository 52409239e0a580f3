import { SignedXml } from 'xml-crypto';
import { badAnswer } from './bad-answer.js';
import type { SamlKey } from './saml-keys.js';
import { allElements, childrenOf, parseDocument } from './saml-xml.js';
import { checkIds, checkSignature } from './signature-form.js';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/**
 * A message that is signed as a whole, by one of the certificates.
 * @param certificates PEM; a certificate in the message itself does not count
 * @returns the root of what was signed, and of nothing else
 * @throws UpstreamRefusal bad_answer
 */
export function verifiedMessage(xml: string, certificates: readonly string[], allowsSha1: boolean): Element {
  const root = parseDocument(xml);
  const [signature] = childrenOf(root, 'signature', 'Signature');
  if (!signature) throw badAnswer('the message is not signed');
  const all = allElements(root);
  checkIds(all);
  for (const element of all)
    if (element.localName === 'Signature') checkSignature(element, [root], allowsSha1);
  for (const publicCert of certificates) {
    const signed = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
    signed.loadSignature(signature);
    const [content, ...others] = isValid(signed, xml) ? signed.getSignedReferences() : [];
    if (content !== undefined && others.length === 0) return parseDocument(content);
  }
  throw badAnswer('the signature of the message is not one of the certificates');
}

/** A message of ours, signed as a whole. The signature follows its issuer, which is its first element (SAML core §3.2.1). */
export function signedMessage(xml: string, { privateKey, certificate }: SamlKey): string {
  const signed = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: exclusive,
  });
  signed.addReference({ xpath: '/*', digestAlgorithm: sha256, transforms: [enveloped, exclusive] });
  signed.computeSignature(xml, { prefix: 'ds', location: { reference: '/*/*[1]', action: 'after' } });
  return signed.getSignedXml();
}

function isValid(signed: SignedXml, xml: string): boolean {
  try {
    // Parsers of XML hand on line breaks as one character (XML §2.11).
    return signed.checkSignature(xml.replace(/\r\n?/g, '\n'));
  } catch {
    return false;
  }
}
