import { badAnswer } from './bad-answer.js';
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
  readonly issuer: string;
  readonly nameId: string;
  readonly nameIdFormat: string | undefined;
  /** Whose name it is, and for whom, where that is said (SAML core §2.2.2). */
  readonly nameQualifier: string | undefined;
  readonly spNameQualifier: string | undefined;
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
  const nameId = onlyChild(subject, 'assertion', 'NameID');
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
    issuer: textOf(onlyChild(root, 'assertion', 'Issuer')),
    nameId: textOf(nameId),
    nameIdFormat: attributeOf(nameId, 'Format'),
    nameQualifier: attributeOf(nameId, 'NameQualifier'),
    spNameQualifier: attributeOf(nameId, 'SPNameQualifier'),
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

const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** "All SAML time values … MUST be expressed in UTC form, with no time zone component" (SAML core §1.3.3). */
function timeOf(element: Element, name: string): number | undefined {
  const value = attributeOf(element, name);
  if (value === undefined) return undefined;
  const milliseconds = utc.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw badAnswer(`${name} is not a time in UTC`);
  return Math.floor(milliseconds / 1_000);
}
