import type { Group } from '../persistence/entities/group.entity.js';
import { everyPage } from '../persistence/page.js';
import type { GroupsStore } from '../persistence/stores/groups.store.js';
import type { Configuration } from './configuration-file.js';

/** The tree of groups as it is once a file is applied, by their names. */
export class PlannedGroups {
  private constructor(private readonly parentOf: ReadonlyMap<string, string | null>) {}

  /** @param present all groups that exist; by default they are read, if the files have any */
  static async after(
    entries: Configuration['groups'],
    store: GroupsStore,
    present?: readonly Pick<Group, 'id' | 'name' | 'parentId'>[],
  ): Promise<PlannedGroups> {
    const known = present ?? (entries.length > 0 ? await everyPage((page) => store.list(page)) : []);
    const parentOf = new Map<string, string | null>();
    const nameOf = new Map(known.map(({ id, name }) => [id, name]));
    for (const { name, parentId } of known)
      parentOf.set(name, parentId === null ? null : (nameOf.get(parentId) ?? null));
    for (const { name, parent } of entries)
      if (parent !== undefined) parentOf.set(name, parent);
      else if (!parentOf.has(name)) parentOf.set(name, null);
    return new PlannedGroups(parentOf);
  }

  has(name: string): boolean {
    return this.parentOf.has(name);
  }

  /** How many groups stand above a group, and itself; Infinity if it stands below itself. */
  levelOf(name: string): number {
    const above = new Set<string>();
    for (let at: string | null = name; at !== null; at = this.parentOf.get(at) ?? null) {
      if (above.has(at)) return Infinity;
      above.add(at);
    }
    return above.size;
  }
}
