import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import type { Assertion } from './assertion.js';
import { badAnswer } from './bad-answer.js';
import { type NameScope, nameKeyOf, samlSessionOf } from './name-key.js';

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
/** The columns of identities are as long. */
const maxSubjectLength = 1_024;

/**
 * What an assertion says in claims: attributes by their names, `sub` for the NameID and `acr` for the class of the authentication
 * context. Attributes of these names do not count.
 * @param scope between whom its NameID is used
 * @param answeredAt seconds since the epoch
 * @throws UpstreamRefusal bad_answer if it identifies nobody for good
 */
export function answerOf(
  { subject_claim: subjectClaim }: Pick<LoadedUpstream, 'subject_claim'>,
  assertion: Assertion,
  scope: NameScope,
  answeredAt: number,
): UpstreamAnswer {
  const attributes = Object.entries(assertion.attributes).map(
    ([name, values]) => [name, values.length === 1 ? values[0] : values] as const,
  );
  const claims: Record<string, unknown> = {
    ...Object.fromEntries(attributes),
    sub: assertion.name.value,
    acr: assertion.authnContext,
  };
  // SAML core §8.3.8: it means somebody else the next time.
  if (subjectClaim === 'sub' && assertion.name.format === transient)
    throw badAnswer('the NameID is transient, and subject_claim names no attribute');
  const subject = Object.hasOwn(claims, subjectClaim) ? claims[subjectClaim] : undefined;
  if (typeof subject !== 'string' || subject === '' || subject.length > maxSubjectLength)
    throw badAnswer(`there is no single value of ${subjectClaim}`);
  const { name, sessionIndex } = assertion;
  const session = {
    ...samlSessionOf(nameKeyOf(name, scope), sessionIndex),
    answeredAt,
    handle: { name, sessionIndex },
  };
  return { subject, claims, authTime: assertion.authnInstant, session };
}
