import type { GroupsStore } from '../persistence/stores/groups.store.js';
import type { Configuration } from './configuration-file.js';

const pageSize = 500;

/** The tree of groups as it is once a file is applied, by their names. */
export class PlannedGroups {
  private constructor(private readonly parentOf: ReadonlyMap<string, string | null>) {}

  /** Reads all groups, if the file has any. */
  static async after(entries: Configuration['groups'], store: GroupsStore): Promise<PlannedGroups> {
    const parentOf = new Map<string, string | null>();
    const nameOf = new Map<string, string>();
    const present: { readonly name: string; readonly parentId: string | null }[] = [];
    let after: string | undefined;
    if (entries.length > 0)
      do {
        const page = await store.list({ limit: pageSize, ...(after === undefined ? {} : { after }) });
        for (const group of page.items) nameOf.set(group.id, group.name);
        present.push(...page.items);
        after = page.next;
      } while (after !== undefined);
    for (const { name, parentId } of present)
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
