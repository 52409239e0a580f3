import { UpstreamRefusal } from '../protocols/protocol.js';
import { badAnswer } from './bad-answer.js';
import { decryptAssertion } from './decryption.js';
import {
  allElements,
  attributeOf,
  childrenOf,
  elementsOf,
  isNamed,
  onlyChild,
  parseDocument,
  textOf,
} from './saml-xml.js';

/** What the envelope of an assertion must say. */
export interface ExpectedResponse {
  /** The entity id of the upstream. */
  readonly issuer: string;
  /** The URL of the assertion consumer service. */
  readonly recipient: string;
  readonly requestId: string;
  readonly allowsSha1: boolean;
  /** Whether a signature over the whole response is not enough. */
  readonly wantsAssertionSigned: boolean;
  /** PEM, for an assertion that is encrypted. */
  readonly privateKey: string;
}

const status = 'urn:oasis:names:tc:SAML:2.0:status:';
/** The statuses by which an upstream says that the person did not sign in (SAML core §3.2.2.2). */
const denials: ReadonlySet<string> = new Set([
  `${status}AuthnFailed`,
  `${status}NoPassive`,
  `${status}RequestDenied`,
]);

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const signatureMethods: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
const digestMethods: ReadonlySet<string> = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);
const sha1Signature = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
const sha1Digest = 'http://www.w3.org/2000/09/xmldsig#sha1';

const idPattern = /^[A-Za-z_][\w.-]{0,255}$/;

/**
 * Refuses every response whose form leaves room for two readings, before a signature is verified: there is one assertion, directly in
 * the response; every ID is unique; every signature stands in what it signs, as a whole, and in nothing else (SAML core §5.4).
 * @throws UpstreamRefusal denied, bad_answer
 */
export async function checkResponse(xml: string, expected: ExpectedResponse): Promise<void> {
  const root = parseDocument(xml);
  if (!isNamed(root, 'protocol', 'Response')) throw badAnswer(`expected a Response, not ${root.localName}`);
  checkEnvelope(root, expected);
  checkStatus(root);
  const outer = allElements(root);
  requireOneAssertion(outer);
  const isEncrypted = childrenOf(root, 'assertion', 'EncryptedAssertion').length > 0;
  const assertion = isEncrypted
    ? parseDocument(
        await decryptAssertion(onlyChild(root, 'assertion', 'EncryptedAssertion'), expected.privateKey),
      )
    : onlyChild(root, 'assertion', 'Assertion');
  if (!isNamed(assertion, 'assertion', 'Assertion'))
    throw badAnswer(`what was encrypted is no assertion but ${assertion.localName}`);
  const inner = allElements(assertion);
  requireOneAssertion(inner);
  const all = isEncrypted ? [...outer, ...inner] : outer;
  const signed = expected.wantsAssertionSigned ? [assertion] : [root, assertion];
  if (!signed.some((element) => childrenOf(element, 'signature', 'Signature').length > 0))
    throw badAnswer('the assertion is not signed');
  checkIds(all);
  for (const element of all)
    if (element.localName === 'Signature') checkSignature(element, [root, assertion], expected.allowsSha1);
}

function requireOneAssertion(elements: readonly Element[]): void {
  if (elements.filter(({ localName }) => /^(?:Encrypted)?Assertion$/.test(localName)).length > 1)
    throw badAnswer('the response has several assertions');
}

/** Bindings §3.5.5.2: a signed message names its destination. */
function checkEnvelope(root: Element, { issuer, recipient, requestId }: ExpectedResponse): void {
  const destination = attributeOf(root, 'Destination');
  const isSigned = childrenOf(root, 'signature', 'Signature').length > 0;
  if (destination === undefined ? isSigned : destination !== recipient)
    throw badAnswer(`the Destination of the response is ${destination ?? 'missing'}, not ${recipient}`);
  const inResponseTo = attributeOf(root, 'InResponseTo');
  if (inResponseTo !== requestId)
    throw badAnswer(`the response answers ${inResponseTo ?? 'no request'}, not ${requestId}`);
  for (const element of childrenOf(root, 'assertion', 'Issuer'))
    if (textOf(element) !== issuer) throw badAnswer(`the response is of ${textOf(element)}, not ${issuer}`);
}

function checkStatus(root: Element): void {
  const code = onlyChild(onlyChild(root, 'protocol', 'Status'), 'protocol', 'StatusCode');
  const values = [code, ...childrenOf(code, 'protocol', 'StatusCode')].map((element) =>
    attributeOf(element, 'Value'),
  );
  if (values[0] === `${status}Success`) return;
  const isDenied = values.some((value) => value !== undefined && denials.has(value));
  throw new UpstreamRefusal(
    isDenied ? 'denied' : 'bad_answer',
    `the status is ${values.join(', ')}`.slice(0, 500),
  );
}

function checkIds(all: readonly Element[]): void {
  const seen = new Set<string>();
  for (const element of all)
    for (const { localName, value } of Array.from(element.attributes)) {
      if (localName?.toLowerCase() !== 'id') continue;
      if (!idPattern.test(value)) throw badAnswer('an ID is not a name');
      if (seen.has(value)) throw badAnswer(`the ID ${value} is there twice`);
      seen.add(value);
    }
}

function checkSignature(signature: Element, signable: readonly Element[], allowsSha1: boolean): void {
  const parent = signature.parentNode as Element;
  if (!signable.includes(parent) || !isNamed(signature, 'signature', 'Signature'))
    throw badAnswer('a Signature stands elsewhere than directly in the response or the assertion');
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
