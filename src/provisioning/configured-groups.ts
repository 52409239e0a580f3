import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { Groups } from '../directory/groups.js';
import { everyPage } from '../persistence/page.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { Affiliations } from './affiliations.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';
import { PlannedGroups } from './planned-groups.js';

type Entry = Configuration['groups'][number];

/** The groups of files. */
@Injectable()
export class ConfiguredGroups implements ConfiguredKind {
  readonly section = 'groups';

  constructor(
    private readonly store: GroupsStore,
    private readonly groups: Groups,
    private readonly affiliations: Affiliations,
  ) {}

  /** Each group comes after the one above it: no circle comes of it on the way. */
  async plan({ groups }: Configuration): Promise<PlannedItem[]> {
    const planned = await PlannedGroups.after(groups, this.store);
    return planEach(
      groups.toSorted((left, right) => planned.levelOf(left.name) - planned.levelOf(right.name)),
      (group) => this.planOne(group),
    );
  }

  /** Each group comes before the one above it. */
  async surplus({ groups }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(groups.map(({ name }) => name));
    const all = await everyPage((page) => this.store.list(page));
    const planned = await PlannedGroups.after(groups, this.store, all);
    return all
      .filter(({ name }) => !named.has(name))
      .toSorted((left, right) => planned.levelOf(right.name) - planned.levelOf(left.name))
      .map(({ id, name }) =>
        deletionOf({ kind: 'group', name, perform: () => this.groups.delete(id, actor) }),
      );
  }

  async exported(): Promise<object[]> {
    const all = await everyPage((page) => this.store.list(page));
    const names = new Map(all.map(({ id, name }) => [id, name]));
    return Promise.all(
      all.map(async ({ id, name, description, parentId, requireSecondFactor }) => {
        const roles = await this.affiliations.rolesOf({ kind: 'group', id });
        return {
          name,
          ...(description !== null && { description }),
          ...(parentId !== null && { parent: names.get(parentId) }),
          ...(requireSecondFactor && { require_second_factor: true }),
          ...(roles.length > 0 && { roles }),
        };
      }),
    );
  }

  private async planOne({ name, roles, ...given }: Entry): Promise<PlannedItem> {
    const kind = 'group';
    const members = defined(given);
    const present = await this.store.findByName(name);
    const holder = present ? ({ kind: 'group', id: present.id } as const) : undefined;
    const otherRoles = await this.affiliations.changedRoles(holder, roles);
    const before = present && {
      description: present.description,
      parent: present.parentId === null ? null : (await this.store.find(present.parentId))?.name,
      require_second_factor: present.requireSecondFactor,
    };
    const differing = memberChanges(before ?? {}, members);
    const perform = async (): Promise<void> => {
      const { description, parent, require_second_factor } = members;
      const parent_id = typeof parent === 'string' ? (await this.store.findByName(parent))?.id : parent;
      const columns = { description, parent_id, require_second_factor };
      const { id } = present ?? (await this.groups.create({ name, ...columns }, actor));
      if (present && differing) await this.groups.update(id, columns, actor);
      if (otherRoles) await this.affiliations.applyRoles({ kind, id }, roles);
    };
    const changes = { ...differing, ...otherRoles };
    if (!present) return { kind, name, outcome: 'created', changes, perform };
    return planOf({ kind, name, perform }, differing || otherRoles ? changes : undefined);
  }
}
