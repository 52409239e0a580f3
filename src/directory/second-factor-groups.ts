import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { MembershipsStore } from '../persistence/stores/memberships.store.js';

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;

/** The groups whose members need a second factor. Where there are none, nobody's groups are looked up. */
@Injectable()
export class SecondFactorGroups {
  private readonly cache = new LRUCache<'all', ReadonlySet<string>>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });

  constructor(
    private readonly groups: GroupsStore,
    private readonly memberships: MembershipsStore,
  ) {}

  /** Whether somebody is a member of such a group, by itself or by a group below it. */
  async include(userId: string): Promise<boolean> {
    const demanding = this.cache.get('all') ?? (await this.cache.fetch('all')) ?? (await this.load());
    if (demanding.size === 0) return false;
    return (await this.memberships.of(userId)).groups.some(({ id }) => demanding.has(id));
  }

  /** Whether a group, or one that it stands below, asks its members for a second factor. */
  async askedBy(groupId: string): Promise<boolean> {
    for (let at: string | null = groupId; at !== null;) {
      const group = await this.groups.find(at);
      if (!group) return false;
      if (group.requireSecondFactor) return true;
      at = group.parentId;
    }
    return false;
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  private async load(): Promise<ReadonlySet<string>> {
    return new Set(await this.groups.requiringSecondFactor());
  }
}
