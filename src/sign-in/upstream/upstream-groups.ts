import { Injectable } from '@nestjs/common';
import type { Originator } from '../../audit/originator.js';
import { GroupMembers } from '../../directory/group-members.js';
import type { UpstreamDefinition } from './definition.js';
import { comparableName } from './ldap/distinguished-name.js';

/** Has people be members of the groups here that correspond to their groups at an upstream. */
@Injectable()
export class UpstreamGroups {
  constructor(private readonly members: GroupMembers) {}

  /**
   * Makes somebody a member of these groups, and ends the memberships that this upstream made before and names no longer. What somebody
   * here or another upstream made stays. Tokens have them when they are issued next.
   * @param groups names of groups here, as {@link groupsOf} has them; undefined if the upstream did not say
   */
  async follow(
    upstreamId: string,
    userId: string,
    groups: readonly string[] | undefined,
    actor: Originator,
  ): Promise<void> {
    if (groups === undefined) return;
    const { missing, outdated } = await this.members.compare(upstreamId, userId, groups);
    await this.members.join(upstreamId, userId, missing, actor);
    await this.members.leave(upstreamId, userId, outdated, actor);
  }
}

type GroupRules = Pick<UpstreamDefinition, 'group_map' | 'groups_claim' | 'group_search_base'>;

/** Whether the groups of people are searched for in a directory, because they count and are in no attribute of the person. */
export const searchesGroups = ({ group_map: map, group_search_base: base }: GroupRules): boolean =>
  base !== undefined && Object.keys(map).length > 0;

/**
 * The names of the groups here that correspond to what an upstream says of somebody, each once. None if nothing is mapped, or the claim
 * is not there.
 * @param claims the value of `groups_claim` is texts, or one text
 * @param found the groups that were searched for, which take its place
 * @returns undefined if the upstream says that the groups are told elsewhere (Entra does for people in many groups), or they were not
 *   searched for
 */
export function groupsOf(
  rules: GroupRules,
  claims: Readonly<Record<string, unknown>>,
  found?: readonly string[] | 'unknown',
): readonly string[] | undefined {
  const { group_map: map, groups_claim: claim } = rules;
  if (Object.keys(map).length === 0) return [];
  if (searchesGroups(rules) && !Array.isArray(found)) return undefined;
  if (found === undefined && isToldElsewhere(claim, claims)) return undefined;
  const value = found ?? claims[claim];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const theirs = new Set(values.flatMap((one) => (typeof one === 'string' ? [comparableName(one)] : [])));
  const ours = Object.entries(map).flatMap(([name, group]) =>
    theirs.has(comparableName(name)) ? [group] : [],
  );
  return [...new Set(ours)];
}

/** The attribute with which Entra replaces the groups of somebody who is in more than 150, in SAML. */
const groupsLink = 'http://schemas.microsoft.com/claims/groups.link';

/** Whether a claim is an aggregated or distributed one (OpenID Connect Core §5.6.2), or replaced by a link. */
function isToldElsewhere(claim: string, claims: Readonly<Record<string, unknown>>): boolean {
  if (claims[claim] !== undefined) return false;
  const { _claim_names: names } = claims;
  const isDistributed = typeof names === 'object' && names !== null && Object.hasOwn(names, claim);
  return isDistributed || claims[groupsLink] !== undefined;
}
