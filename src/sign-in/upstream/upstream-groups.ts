import { Injectable } from '@nestjs/common';
import type { Originator } from '../../audit/originator.js';
import { GroupMembers } from '../../directory/group-members.js';
import type { UpstreamDefinition } from './definition.js';

/** Has people be members of the groups here that correspond to their groups at an upstream. */
@Injectable()
export class UpstreamGroups {
  constructor(private readonly members: GroupMembers) {}

  /**
   * Makes somebody a member of these groups, and ends the memberships that this upstream made before and names no longer. What an
   * administrator or another upstream made stays. Tokens have them when they are issued next.
   * @param groups names of groups here, as {@link groupsOf} has them; undefined if the upstream maps none
   * @returns whether anything changed, or would
   */
  async follow(
    upstreamId: string,
    userId: string,
    groups: readonly string[] | undefined,
    { actor, isTrial = false }: { readonly actor: Originator; readonly isTrial?: boolean },
  ): Promise<boolean> {
    return groups === undefined ? false : this.members.follow(upstreamId, userId, groups, { actor, isTrial });
  }
}

/**
 * The names of the groups here that correspond to what an upstream says of somebody, each once; undefined if it maps none.
 * @param values the value of `groups_claim`: texts, or one text
 */
export function groupsOf(
  { group_map: map, groups_claim: claim }: Pick<UpstreamDefinition, 'group_map' | 'groups_claim'>,
  claims: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  if (Object.keys(map).length === 0) return undefined;
  const value = claims[claim];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const theirs = new Set(values.flatMap((one) => (typeof one === 'string' ? [comparable(one)] : [])));
  const ours = Object.entries(map).flatMap(([name, group]) => (theirs.has(comparable(name)) ? [group] : []));
  return [...new Set(ours)];
}

/** A distinguished name, whatever its case and the spaces between its parts (RFC 4514 §2); any other name as it is. */
const comparable = (name: string): string =>
  name.includes('=') ? name.toLowerCase().replace(/ ?([,=+]) ?/g, '$1') : name;
