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
  /** Whether anything changes now. */
  readonly hasChanged: boolean;
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
      hasChanged: groups.hasChanged || values.hasChanged,
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
    if (outdated.length + missing.length === 0) return [];
    if (!isTrial) await this.members.leave(id, userId, outdated, actor);
    if (!isTrial && missing.length > 0) await this.attributes.end(id, userId, missing, actor);
    return [{ username, change: 'updated' }];
  }

  /** Of what somebody loses, that which none of these entries of the same user has. */
  async withoutWhatIsHeld(
    { id }: LoadedUpstream,
    loss: Loss,
    people: readonly UpstreamPerson[],
  ): Promise<Loss> {
    const held = people.flatMap(({ groups }) => groups ?? []);
    const isUnknown = people.some(({ groups }) => groups === undefined);
    const { outdated, isLosingAll } = await this.members.compare(id, loss.userId, held);
    const isStated = (name: string): boolean =>
      people.some(({ attributes = {} }) => (attributes[name] ?? []).length > 0);
    return {
      ...loss,
      outdated: isUnknown ? [] : loss.outdated.filter((one) => outdated.includes(one)),
      isLosingAll: !isUnknown && isLosingAll,
      missing: loss.missing.filter((name) => !isStated(name)),
    };
  }

  private async followGroups(
    { id, alias }: LoadedUpstream,
    userId: string,
    { groups }: UpstreamPerson,
    isTrial: boolean,
  ) {
    if (groups === undefined) return { hasChanged: false, outdated: [], isLosingAll: false };
    const { missing, outdated, isLosingAll } = await this.members.compare(id, userId, groups);
    if (!isTrial) await this.members.join(id, userId, missing, `upstream:${alias}`);
    return { hasChanged: missing.length > 0, outdated, isLosingAll };
  }

  private async followAttributes(
    { id, alias, owns_profile: owns, attributes: mapped }: LoadedUpstream,
    userId: string,
    { attributes = {} }: UpstreamPerson,
    isTrial: boolean,
  ) {
    const actor = `upstream:${alias}`;
    if (!owns) {
      if (!isTrial) await this.attributes.release(id, userId);
      return { hasChanged: false, missing: [] };
    }
    const { hasNew, adopts, missing } = await this.attributes.compare(id, userId, attributes);
    if (!isTrial && (hasNew || adopts))
      await this.attributes.follow(id, userId, attributes, actor, { keepsMissing: true });
    // What is not mapped any more goes at once: it was an administrator who took it out.
    const unmapped = missing.filter((name) => !Object.hasOwn(mapped, name));
    if (!isTrial && unmapped.length > 0) await this.attributes.end(id, userId, unmapped, actor);
    return {
      hasChanged: hasNew || unmapped.length > 0,
      missing: missing.filter((name) => !unmapped.includes(name)),
    };
  }
}
