import { UpstreamRefusal } from '../protocols/protocol.js';
import { badAnswer } from './bad-answer.js';
import { decryptElement } from './decryption.js';
import { checkIds, checkSignature } from './signature-form.js';
import {
  allElements,
  attributeOf,
  childrenOf,
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
  /** Undefined for a response to no request. */
  readonly requestId: string | undefined;
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
        await decryptElement(onlyChild(root, 'assertion', 'EncryptedAssertion'), expected.privateKey),
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
    throw badAnswer(`the response answers ${inResponseTo ?? 'no request'}, not ${requestId ?? 'none'}`);
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
