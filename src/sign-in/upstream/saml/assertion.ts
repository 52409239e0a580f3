import { badAnswer } from './bad-answer.js';
import { nameIdOf } from './name-id.js';
import type { NameId } from './name-key.js';
import { timeOf } from './saml-time.js';
import {
  attributeOf,
  childrenOf,
  elementsOf,
  isNamed,
  onlyChild,
  parseDocument,
  textOf,
} from './saml-xml.js';

/** An assertion whose signature was verified (SAML core §2). Times are in seconds since the epoch. */
export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  readonly name: NameId;
  readonly confirmation: {
    readonly method: string | undefined;
    readonly recipient: string | undefined;
    readonly inResponseTo: string | undefined;
    readonly notBefore: number | undefined;
    readonly notOnOrAfter: number | undefined;
  };
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
  /** The audiences of each restriction: all restrictions hold. */
  readonly audiences: readonly (readonly string[])[];
  readonly authnInstant: number | undefined;
  /** The session there, if the upstream names it (SAML core §2.7.2). */
  readonly sessionIndex: string | undefined;
  readonly sessionNotOnOrAfter: number | undefined;
  readonly authnContext: string | undefined;
  /** By name. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const knownConditions = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/**
 * Reads an assertion. What is there once by the rules of the bearer profile is there once (SAML profiles §4.1.4.2).
 * @param xml the bytes that were signed, and nothing else
 * @throws UpstreamRefusal bad_answer
 */
export function readAssertion(xml: string): Assertion {
  const root = parseDocument(xml);
  if (!isNamed(root, 'assertion', 'Assertion') || attributeOf(root, 'Version') !== '2.0')
    throw badAnswer('what was signed is no assertion of SAML 2.0');
  const subject = onlyChild(root, 'assertion', 'Subject');
  const confirmation = onlyChild(subject, 'assertion', 'SubjectConfirmation');
  const data = onlyChild(confirmation, 'assertion', 'SubjectConfirmationData');
  const conditions = onlyChild(root, 'assertion', 'Conditions');
  const statement = onlyChild(root, 'assertion', 'AuthnStatement');
  const context = onlyChild(statement, 'assertion', 'AuthnContext');
  const classes = childrenOf(context, 'assertion', 'AuthnContextClassRef');
  const unknown = elementsOf(conditions).find(
    (element) => !knownConditions.some((name) => isNamed(element, 'assertion', name)),
  );
  // "If the SAML authority does not understand the condition, the validity is Indeterminate" (SAML core §2.5.1.1).
  if (unknown) throw badAnswer(`the condition ${unknown.localName} is not known`);
  return {
    id: attributeOf(root, 'ID') ?? '',
    issuer: textOf(onlyChild(root, 'assertion', 'Issuer')),
    name: nameIdOf(onlyChild(subject, 'assertion', 'NameID')),
    confirmation: {
      method: attributeOf(confirmation, 'Method'),
      recipient: attributeOf(data, 'Recipient'),
      inResponseTo: attributeOf(data, 'InResponseTo'),
      notBefore: timeOf(data, 'NotBefore'),
      notOnOrAfter: timeOf(data, 'NotOnOrAfter'),
    },
    notBefore: timeOf(conditions, 'NotBefore'),
    notOnOrAfter: timeOf(conditions, 'NotOnOrAfter'),
    audiences: childrenOf(conditions, 'assertion', 'AudienceRestriction').map((restriction) =>
      childrenOf(restriction, 'assertion', 'Audience').map(textOf),
    ),
    authnInstant: timeOf(statement, 'AuthnInstant'),
    sessionIndex: attributeOf(statement, 'SessionIndex'),
    sessionNotOnOrAfter: timeOf(statement, 'SessionNotOnOrAfter'),
    authnContext: classes[0] && textOf(classes[0]),
    attributes: attributesOf(root),
  };
}

/** The values of attributes that are texts. An attribute that is there twice has the values of both. */
function attributesOf(root: Element): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const statement of childrenOf(root, 'assertion', 'AttributeStatement'))
    for (const attribute of childrenOf(statement, 'assertion', 'Attribute')) {
      const name = attributeOf(attribute, 'Name');
      if (name === undefined) continue;
      const texts = childrenOf(attribute, 'assertion', 'AttributeValue')
        .filter((value) => elementsOf(value).length === 0)
        .map(textOf);
      values.set(name, [...(values.get(name) ?? []), ...texts]);
    }
  return Object.fromEntries(values);
}
