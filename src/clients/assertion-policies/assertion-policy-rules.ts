import { isAbsoluteUri } from '../../protocol/resource-indicator.js';
import { parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import type { AssertionPolicyMembers } from './definition.js';

/** A member that is wrong, beside the others. */
export interface PolicyProblem {
  readonly member: keyof AssertionPolicyMembers;
  readonly reason: string;
}

/**
 * What is wrong with a policy whose members are well-formed.
 * @param ownIssuer the issuer identifier of this server
 */
export function assertionPolicyProblems(given: AssertionPolicyMembers, ownIssuer: string): PolicyProblem[] {
  const { audience, groups = [], everyone = false, scope, resources = [] } = given;
  const problems: PolicyProblem[] = [];
  const refuse = (member: keyof AssertionPolicyMembers, reason: string): void =>
    void problems.push({ member, reason });

  // "a URL that uses the "https" scheme and has no query or fragment components" (RFC 8414 §2).
  if (/[?#]/.test(audience))
    refuse('audience', 'cannot have a query or a fragment: it is an issuer identifier');
  // "The Identity Provider MUST NOT issue access tokens in response to an ID-JAG it issued itself" (the draft, on cross-domain use).
  if (namesUri([ownIssuer], audience))
    refuse('audience', 'cannot be this server: assertions are for other authorization servers');
  // Nobody is meant by omission.
  if (everyone === groups.length > 0)
    refuse('groups', everyone ? 'cannot stand beside everyone' : 'are required, or everyone: true');
  // An assertion without scope would allow whatever the other side allows.
  if (parseScope(scope).length === 0) refuse('scope', 'must name what the client may have there');
  if (!resources.every(isAbsoluteUri)) refuse('resources', 'must be absolute URIs without a fragment');
  return problems;
}
