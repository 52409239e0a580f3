import { Injectable } from '@nestjs/common';
import { Groups } from '../directory/groups.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { actor, type Outcome } from './applied-item.js';
import { ApplyAffiliations } from './apply-affiliations.js';
import type { Configuration } from './configuration-file.js';
import { PlannedGroups } from './planned-groups.js';

type Entry = Configuration['groups'][number];

/** Applies a group of the file. */
@Injectable()
export class ApplyGroup {
  constructor(
    private readonly store: GroupsStore,
    private readonly groups: Groups,
    private readonly affiliations: ApplyAffiliations,
  ) {}

  /** The groups of the file so that each comes after the one above it: no circle comes of it on the way. */
  async inOrder(entries: readonly Entry[]): Promise<Entry[]> {
    const planned = await PlannedGroups.after(entries, this.store);
    return entries.toSorted((left, right) => planned.levelOf(left.name) - planned.levelOf(right.name));
  }

  async apply({ name, description, parent, roles }: Entry): Promise<Outcome> {
    const parent_id = typeof parent === 'string' ? (await this.store.findByName(parent))?.id : parent;
    const present = await this.store.findByName(name);
    const { id } = present ?? (await this.groups.create({ name, description, parent_id }, actor));
    const hasOtherRoles = await this.affiliations.applyRoles({ kind: 'group', id }, roles);
    if (!present) return 'created';
    const isUnchanged =
      (description === undefined || description === present.description) &&
      (parent_id === undefined || parent_id === present.parentId);
    if (!isUnchanged) await this.groups.update(id, { description, parent_id }, actor);
    return isUnchanged && !hasOtherRoles ? 'unchanged' : 'updated';
  }
}
