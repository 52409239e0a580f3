import { Injectable } from '@nestjs/common';
import { GroupMembers } from '../../../directory/group-members.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamPerson } from '../mapping.js';
import { DirectoryGroups } from './directory-groups.js';
import type { SyncedChange } from './sync-report.js';
import type { GroupLoss } from './sync-verdict.js';

/** What following somebody's groups comes to. */
interface FollowedGroups {
  readonly hasJoined: boolean;
  /** The memberships that end once everybody has been looked at. */
  readonly leaving?: GroupLoss;
}

/** Has memberships follow the groups of a directory in a sync. */
@Injectable()
export class SyncedGroups {
  constructor(
    readonly directory: DirectoryGroups,
    private readonly members: GroupMembers,
  ) {}

  /** Adds the groups that somebody is not a member of here yet. Nothing changes for those whose groups are unknown. */
  async follow(
    { id, alias }: LoadedUpstream,
    { userId, username }: { readonly userId: string; readonly username: string },
    { groups }: UpstreamPerson,
    isTrial: boolean,
  ): Promise<FollowedGroups> {
    if (groups === undefined) return { hasJoined: false };
    const { missing, outdated, isLosingAll } = await this.members.compare(id, userId, groups);
    if (!isTrial) await this.members.join(id, userId, missing, `upstream:${alias}`);
    return {
      hasJoined: missing.length > 0,
      ...(outdated.length > 0 && { leaving: { userId, username, outdated, isLosingAll } }),
    };
  }

  async leave(
    { id, alias }: LoadedUpstream,
    { userId, username, outdated }: GroupLoss,
    isTrial: boolean,
  ): Promise<SyncedChange[]> {
    if (!isTrial) await this.members.leave(id, userId, outdated, `upstream:${alias}`);
    return [{ username, change: 'updated' }];
  }
}
