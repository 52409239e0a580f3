import type { Assertion } from './assertion.js';
import { toleranceSeconds } from './saml-limits.js';

/** What an assertion is checked against. */
export interface ExpectedAssertion {
  /** The entity id of the upstream. */
  readonly issuer: string;
  /** The entity id of this server. */
  readonly audience: string;
  /** The URL of the assertion consumer service. */
  readonly recipient: string;
  /** Undefined for a response to no request. */
  readonly requestId: string | undefined;
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * Why an assertion does not count here and now (SAML profiles §4.1.4.3); undefined if it does.
 * @param now seconds since the epoch
 */
export function assertionProblem(
  assertion: Assertion,
  { issuer, audience, recipient, requestId }: ExpectedAssertion,
  now: number,
): string | undefined {
  const { confirmation, audiences } = assertion;
  if (assertion.issuer !== issuer) return `the assertion is of ${assertion.issuer}, not ${issuer}`;
  if (confirmation.method !== bearer)
    return `the subject is confirmed by ${confirmation.method ?? 'nothing'}`;
  if (confirmation.recipient !== recipient)
    return `the recipient is ${confirmation.recipient ?? 'missing'}, not ${recipient}`;
  if (confirmation.inResponseTo !== requestId)
    return `the assertion answers ${confirmation.inResponseTo ?? 'no request'}, not ${requestId ?? 'none'}`;
  if (audiences.length === 0 || !audiences.every((restriction) => restriction.includes(audience)))
    return `the audience is ${audiences.flat().join(', ') || 'missing'}, not ${audience}`;
  if (confirmation.notOnOrAfter === undefined) return 'the confirmation has no NotOnOrAfter';
  const ends = [confirmation.notOnOrAfter, assertion.notOnOrAfter, assertion.sessionNotOnOrAfter];
  const end = ends.find((time) => time !== undefined && time <= now - toleranceSeconds);
  if (end !== undefined) return `the assertion was valid until ${end}, and it is ${now}`;
  const begins = [confirmation.notBefore, assertion.notBefore, assertion.authnInstant];
  const begin = begins.find((time) => time !== undefined && time > now + toleranceSeconds);
  if (begin !== undefined) return `the assertion is valid from ${begin}, and it is ${now}`;
  return undefined;
}
