import { comparableName } from './distinguished-name.js';
import { maxGroups, maxNestedLevels } from './group-limits.js';

/** A group of the directory. */
export interface DirectoryGroup {
  readonly dn: string;
  /** What the table of groups knows it by. */
  readonly names: readonly string[];
}

/** Somebody, as groups may name them. */
export interface GroupMember {
  readonly dn: string;
  /** As their entry has it. */
  readonly username: string | undefined;
  /** The identifier of their primary group, in hexadecimal; undefined if it does not count. */
  readonly primaryGroupSid: string | undefined;
}

/** How a group names its members. */
export interface NamedMembers {
  readonly by: 'dn' | 'username';
  /** Whether members of these members are members too. */
  readonly isFollowed: boolean;
  readonly members: readonly string[];
}

/** The groups of a directory as they were at one time, from which those of everybody are told without a further search. */
export class GroupLook {
  private readonly groups = new Map<string, DirectoryGroup>();
  private readonly ofMember = new Map<string, string[]>();
  private readonly parents = new Map<string, string[]>();
  private readonly bySid = new Map<string, string>();

  /** @param maxLevels how far groups within groups are followed */
  constructor(private readonly maxLevels: number = maxNestedLevels) {}

  add(group: DirectoryGroup, { by, isFollowed, members }: NamedMembers): void {
    const key = this.remember(group);
    for (const member of members) {
      const name = by === 'dn' ? comparableName(member) : member;
      append(this.ofMember, `${by} ${name}`, key);
      if (by === 'dn' && isFollowed) append(this.parents, name, key);
    }
  }

  /** Adds a group that may be somebody's primary one, which does not name them as a member. */
  addPrimary(group: DirectoryGroup, sid: string): void {
    this.bySid.set(sid, this.remember(group));
  }

  /** The names of somebody's groups; `unknown` if they are too many. */
  namesFor({ dn, username, primaryGroupSid }: GroupMember): readonly string[] | 'unknown' {
    const primary = primaryGroupSid === undefined ? undefined : this.bySid.get(primaryGroupSid);
    let level = [
      ...(this.ofMember.get(`dn ${comparableName(dn)}`) ?? []),
      ...(username === undefined ? [] : (this.ofMember.get(`username ${username}`) ?? [])),
      ...(primary === undefined ? [] : [primary]),
    ];
    const found = new Set(level);
    for (let depth = 0; level.length > 0 && depth < this.maxLevels && found.size <= maxGroups; depth += 1) {
      level = level.flatMap((key) => this.parents.get(key) ?? []).filter((key) => !found.has(key));
      for (const key of level) found.add(key);
    }
    if (found.size > maxGroups) return 'unknown';
    return [...found].flatMap((key) => this.groups.get(key)?.names ?? []);
  }

  private remember(group: DirectoryGroup): string {
    const key = comparableName(group.dn);
    this.groups.set(key, group);
    return key;
  }
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const present = map.get(key);
  if (present) present.push(value);
  else map.set(key, [value]);
}
