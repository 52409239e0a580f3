import { Injectable } from '@nestjs/common';
import { StatedAttributes } from '../../../directory/attributes/stated-attributes.js';
import { GroupMembers } from '../../../directory/group-members.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamPerson } from '../mapping.js';
import { DirectoryGroups } from './directory-groups.js';
import type { SyncedChange } from './sync-report.js';
import type { Loss } from './sync-verdict.js';

/** What following somebody's groups and attributes comes to. */
interface FollowedBelongings {
  readonly hasGained: boolean;
  /** What goes once everybody has been looked at. */
  readonly leaving?: Loss;
}

/** Has memberships of groups and values of attributes follow a directory in a sync. */
@Injectable()
export class SyncedBelongings {
  constructor(
    readonly directory: DirectoryGroups,
    private readonly members: GroupMembers,
    private readonly attributes: StatedAttributes,
  ) {}

  /** Adds the groups and values that somebody does not have here yet. Nothing changes for those whose groups are unknown. */
  async follow(
    upstream: LoadedUpstream,
    { userId, username }: { readonly userId: string; readonly username: string },
    person: UpstreamPerson,
    isTrial: boolean,
  ): Promise<FollowedBelongings> {
    const groups = await this.followGroups(upstream, userId, person, isTrial);
    const values = await this.followAttributes(upstream, userId, person, isTrial);
    const { outdated, isLosingAll } = groups;
    const { missing } = values;
    return {
      hasGained: groups.hasGained || values.hasGained,
      ...(outdated.length + missing.length > 0 && {
        leaving: { userId, username, outdated, isLosingAll, missing },
      }),
    };
  }

  async leave(
    { id, alias }: LoadedUpstream,
    { userId, username, outdated, missing }: Loss,
    isTrial: boolean,
  ): Promise<SyncedChange[]> {
    const actor = `upstream:${alias}`;
    if (!isTrial) await this.members.leave(id, userId, outdated, actor);
    if (!isTrial && missing.length > 0) await this.attributes.end(id, userId, missing, actor);
    return [{ username, change: 'updated' }];
  }

  private async followGroups(
    { id, alias }: LoadedUpstream,
    userId: string,
    { groups }: UpstreamPerson,
    isTrial: boolean,
  ) {
    if (groups === undefined) return { hasGained: false, outdated: [], isLosingAll: false };
    const { missing, outdated, isLosingAll } = await this.members.compare(id, userId, groups);
    if (!isTrial) await this.members.join(id, userId, missing, `upstream:${alias}`);
    return { hasGained: missing.length > 0, outdated, isLosingAll };
  }

  private async followAttributes(
    { id, alias, owns_profile: owns }: LoadedUpstream,
    userId: string,
    { attributes = {} }: UpstreamPerson,
    isTrial: boolean,
  ) {
    if (!owns) return { hasGained: false, missing: [] };
    const { hasNew, missing } = await this.attributes.compare(id, userId, attributes);
    const actor = `upstream:${alias}`;
    if (!isTrial) await this.attributes.follow(id, userId, attributes, actor, { keepsMissing: true });
    return { hasGained: hasNew, missing };
  }
}
