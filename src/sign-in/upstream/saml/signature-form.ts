import { badAnswer } from './bad-answer.js';
import { attributeOf, childrenOf, elementsOf, isNamed, onlyChild } from './saml-xml.js';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
/** How something may be signed, in XML and in a query. */
export const signatureMethods: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
const digestMethods: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);
export const sha1Signature = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
const sha1Digest = 'http://www.w3.org/2000/09/xmldsig#sha1';

const idPattern = /^[A-Za-z_][\w.-]{0,255}$/;

/**
 * Refuses IDs that are there twice, or are no names.
 * @throws UpstreamRefusal bad_answer
 */
export function checkIds(all: readonly Element[]): void {
  const seen = new Set<string>();
  for (const element of all)
    for (const { localName, value } of Array.from(element.attributes)) {
      if (localName?.toLowerCase() !== 'id') continue;
      if (!idPattern.test(value)) throw badAnswer('an ID is not a name');
      if (seen.has(value)) throw badAnswer(`the ID ${value} is there twice`);
      seen.add(value);
    }
}

/**
 * Refuses a signature that is not over the whole element in which it stands, or is made in a way of which there is no need (SAML core §5.4).
 * It is not verified.
 * @param signable the elements that may be signed
 * @throws UpstreamRefusal bad_answer
 */
export function checkSignature(signature: Element, signable: readonly Element[], allowsSha1: boolean): void {
  const parent = signature.parentNode as Element;
  if (!signable.includes(parent) || !isNamed(signature, 'signature', 'Signature'))
    throw badAnswer('a Signature stands elsewhere than directly in what may be signed');
  onlyChild(parent, 'signature', 'Signature');
  if (childrenOf(signature, 'signature', 'Object').length > 0) throw badAnswer('a Signature has an Object');
  const info = onlyChild(signature, 'signature', 'SignedInfo');
  const algorithmOf = (element: Element, name: string): string =>
    attributeOf(onlyChild(element, 'signature', name), 'Algorithm') ?? '';
  const canonicalization = algorithmOf(info, 'CanonicalizationMethod');
  if (canonicalization !== exclusive) throw badAnswer(`the canonicalization is ${canonicalization}`);
  const method = algorithmOf(info, 'SignatureMethod');
  if (!signatureMethods.has(method) && !(allowsSha1 && method === sha1Signature))
    throw badAnswer(`the signature algorithm is ${method}`);
  const reference = onlyChild(info, 'signature', 'Reference');
  const uri = attributeOf(reference, 'URI');
  if (uri === undefined || uri !== `#${attributeOf(parent, 'ID') ?? ''}`)
    throw badAnswer(`a Signature is over ${uri ?? 'no URI'}, not over the element in which it stands`);
  const digest = algorithmOf(reference, 'DigestMethod');
  if (!digestMethods.has(digest) && !(allowsSha1 && digest === sha1Digest))
    throw badAnswer(`the digest algorithm is ${digest}`);
  const transforms = elementsOf(onlyChild(reference, 'signature', 'Transforms')).map((element) =>
    attributeOf(element, 'Algorithm'),
  );
  if (transforms.length !== 2 || transforms[0] !== enveloped || transforms[1] !== exclusive)
    throw badAnswer(`the transforms are ${transforms.join(', ')}`);
}
