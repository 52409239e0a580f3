import type { LeftOuts } from './left-out.js';
import type { Realm, RealmGroup } from './realm.js';
import type { RealmRoles } from './roles.js';

/** A group with its path: `/company/writers`. */
interface PlacedGroup {
  readonly group: RealmGroup;
  readonly path: string;
  readonly parentPath: string | undefined;
}

/**
 * The groups of a realm. Two groups with the same name below different ones are told apart by their paths, as names are unique here.
 */
export class RealmGroups {
  readonly entries: readonly object[];
  private readonly names: ReadonlyMap<string, string>;

  constructor({ groups = [] }: Realm, roles: RealmRoles, leftOuts: LeftOuts) {
    const placed = groups.flatMap((group) => placedBelow(group, undefined));
    const counts = new Map<string, number>();
    for (const { group } of placed) counts.set(group.name ?? '', (counts.get(group.name ?? '') ?? 0) + 1);
    this.names = new Map(
      placed.map(({ group: { name = '' }, path }) => [path, counts.get(name) === 1 ? name : path.slice(1)]),
    );
    this.entries = placed.map(({ group, path, parentPath }) => {
      const name = this.nameOf(path) ?? '';
      const attributes = Object.keys(group.attributes ?? {});
      if (attributes.length > 0) leftOuts.add('group', name, `its attributes: ${attributes.join(', ')}`);
      const given = roles.referencesOf(group);
      return {
        name,
        ...(parentPath !== undefined && { parent: this.nameOf(parentPath) }),
        ...(given.length > 0 && { roles: given }),
      };
    });
  }

  /** The name of the group at a path; undefined if there is none. */
  nameOf(path: string): string | undefined {
    return this.names.get(path);
  }
}

function placedBelow(group: RealmGroup, parentPath: string | undefined): PlacedGroup[] {
  const path = group.path ?? `${parentPath ?? ''}/${group.name ?? ''}`;
  const below = (group.subGroups ?? []).flatMap((child) => placedBelow(child, path));
  return [{ group, path, parentPath }, ...below];
}
