import { badAnswer } from './bad-answer.js';
import { decryptElement } from './decryption.js';
import { nameIdOf } from './name-id.js';
import type { NameId } from './name-key.js';
import { maxLogoutAgeSeconds, toleranceSeconds } from './saml-limits.js';
import { timeOf } from './saml-time.js';
import { attributeOf, childrenOf, isNamed, onlyChild, parseDocument, textOf } from './saml-xml.js';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** What a message of single logout says of itself (SAML core §3.2). Times are in seconds since the epoch. */
interface Envelope {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string | undefined;
  readonly issueInstant: number | undefined;
}

/** A request whose signature was verified (SAML core §3.7.1). */
export interface SamlLogoutRequest extends Envelope {
  readonly issueInstant: number;
  readonly notOnOrAfter: number | undefined;
  readonly name: NameId;
  /** Empty if all sessions of the person are meant. */
  readonly sessionIndexes: readonly string[];
}

/** What a message is checked against. */
export interface ExpectedLogout {
  /** The entity id of the upstream. */
  readonly issuer: string;
  /** The URL of the single logout service of this server. */
  readonly destination: string;
}

/**
 * Reads a request.
 * @param root of what was signed
 * @param privateKey PEM, for a name that is encrypted
 * @param now seconds since the epoch
 * @throws UpstreamRefusal bad_answer also if it does not count here and now
 */
export async function readLogoutRequest(
  root: Element,
  expected: ExpectedLogout,
  privateKey: string,
  now: number,
): Promise<SamlLogoutRequest> {
  const { issueInstant, ...envelope } = envelopeOf(root, 'LogoutRequest', expected);
  const notOnOrAfter = timeOf(root, 'NotOnOrAfter');
  if (issueInstant === undefined || issueInstant > now + toleranceSeconds)
    throw badAnswer('IssueInstant is missing or in the future');
  if (issueInstant < now - maxLogoutAgeSeconds - toleranceSeconds)
    throw badAnswer(`the request was issued more than ${maxLogoutAgeSeconds} s ago`);
  if (notOnOrAfter !== undefined && notOnOrAfter <= now - toleranceSeconds)
    throw badAnswer(`the request was valid until ${notOnOrAfter}, and it is ${now}`);
  return {
    ...envelope,
    issueInstant,
    notOnOrAfter,
    name: nameIdOf(await nameElementOf(root, privateKey)),
    sessionIndexes: childrenOf(root, 'protocol', 'SessionIndex').map(textOf),
  };
}

/**
 * Checks the response to a request of ours (SAML core §3.7.2).
 * @param root of what was signed
 * @throws UpstreamRefusal bad_answer also if the session there has not ended
 */
export function checkLogoutResponse(root: Element, expected: ExpectedLogout, requestId: string): void {
  envelopeOf(root, 'LogoutResponse', expected);
  const inResponseTo = attributeOf(root, 'InResponseTo');
  if (inResponseTo !== requestId)
    throw badAnswer(`the response answers ${inResponseTo ?? 'no request'}, not ${requestId}`);
  const code = onlyChild(onlyChild(root, 'protocol', 'Status'), 'protocol', 'StatusCode');
  const status = attributeOf(code, 'Value');
  if (status !== success) throw badAnswer(`the status is ${status ?? 'missing'}`);
}

/** "If the message is signed, the Destination XML attribute … MUST contain the URL" of the recipient (SAML bindings §3.4.5.2, §3.5.5.2). */
function envelopeOf(root: Element, name: string, { issuer, destination }: ExpectedLogout): Envelope {
  if (!isNamed(root, 'protocol', name) || attributeOf(root, 'Version') !== '2.0')
    throw badAnswer(`expected a ${name} of SAML 2.0, not ${root.localName}`);
  const envelope = {
    id: attributeOf(root, 'ID') ?? '',
    issuer: textOf(onlyChild(root, 'assertion', 'Issuer')),
    destination: attributeOf(root, 'Destination'),
    issueInstant: timeOf(root, 'IssueInstant'),
  };
  if (envelope.id === '') throw badAnswer('the message has no ID');
  if (envelope.issuer !== issuer) throw badAnswer(`the message is of ${envelope.issuer}, not ${issuer}`);
  if (envelope.destination !== destination)
    throw badAnswer(`the Destination is ${envelope.destination ?? 'missing'}, not ${destination}`);
  return envelope;
}

async function nameElementOf(root: Element, privateKey: string): Promise<Element> {
  const [encrypted] = childrenOf(root, 'assertion', 'EncryptedID');
  if (!encrypted) return onlyChild(root, 'assertion', 'NameID');
  if (childrenOf(root, 'assertion', 'NameID').length > 0) throw badAnswer('the request has two names');
  const name = parseDocument(await decryptElement(onlyChild(root, 'assertion', 'EncryptedID'), privateKey));
  if (!isNamed(name, 'assertion', 'NameID'))
    throw badAnswer(`what was encrypted is no NameID but ${name.localName}`);
  return name;
}
