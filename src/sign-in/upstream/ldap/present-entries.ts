import { Injectable, NotFoundException } from '@nestjs/common';
import type { SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';
import type { LoadedUpstream } from '../definition.js';
import { personOf, type UpstreamPerson } from '../mapping.js';
import { UpstreamPeople } from '../upstream-people.js';
import { AccountEndings } from './account-endings.js';
import type { GroupLook } from './group-look.js';
import type { DirectoryPerson } from './ldap-directory.js';
import { OtherEntries } from './other-entries.js';
import type { SyncedChange } from './sync-report.js';
import { isDisabledByDirectory, type Loss } from './sync-verdict.js';
import { SyncedBelongings } from './synced-belongings.js';

/** What has changed for somebody, and what goes once everybody has been looked at. */
export interface Followed {
  readonly made: readonly SyncedChange[];
  readonly leaving?: Loss;
}

/** How entries are followed. `groups`: those of the directory; undefined if they are not known in this look. */
interface Following {
  readonly groups: GroupLook | undefined;
  readonly isTrial: boolean;
}

/** Has the accounts of entries that are there follow them in a sync. */
@Injectable()
export class PresentEntries {
  constructor(
    private readonly people: UpstreamPeople,
    private readonly endings: AccountEndings,
    private readonly belongings: SyncedBelongings,
    private readonly others: OtherEntries,
  ) {}

  /**
   * Enables who was disabled for the sake of the directory, stores what it owns of the profile, and adds groups and values. Does nothing for a
   * user who was deleted meanwhile.
   */
  async follow(
    upstream: LoadedUpstream,
    identity: SyncedIdentity,
    found: DirectoryPerson,
    following: Following,
  ): Promise<Followed> {
    try {
      return await this.followPresent(upstream, identity, found, following);
    } catch (error) {
      if (error instanceof NotFoundException) return { made: [] };
      throw error;
    }
  }

  private async followPresent(
    upstream: LoadedUpstream,
    identity: SyncedIdentity,
    found: DirectoryPerson,
    { groups, isTrial }: Following,
  ): Promise<Followed> {
    const { userId, username } = identity;
    const made: SyncedChange[] = [];
    if (isDisabledByDirectory(identity)) made.push(...(await this.endings.undo(upstream, identity, isTrial)));
    const actor = `upstream:${upstream.alias}`;
    const person = personIn(upstream, found, groups);
    const hasNewProfile = await this.people.storeProfile(userId, upstream, person, actor, isTrial);
    const { hasChanged, leaving } = await this.belongings.follow(upstream, identity, person, isTrial);
    if (hasNewProfile || hasChanged) made.push({ username, change: 'updated' });
    if (!leaving) return { made };
    const others = await this.others.activeOf(upstream, identity);
    if (others.length === 0) return { made, leaving };
    const people = others.map((other) => personIn(upstream, other, groups));
    return { made, leaving: await this.belongings.withoutWhatIsHeld(upstream, leaving, people) };
  }
}

const personIn = (
  upstream: LoadedUpstream,
  entry: DirectoryPerson,
  groups: GroupLook | undefined,
): UpstreamPerson => personOf(upstream, { ...entry.answer, groups: groups?.namesFor(entry) });
