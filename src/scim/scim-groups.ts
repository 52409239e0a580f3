import { Inject, Injectable } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { GroupMembers } from '../directory/group-members.js';
import { type GroupOptions, Groups, type NewGroup } from '../directory/groups.js';
import { GroupsStore } from '../persistence/stores/groups.store.js';
import { ScimProfilesStore } from '../persistence/stores/scim-profiles.store.js';
import {
  type Membership,
  type ProvisionedGroup,
  ScimSearchStore,
} from '../persistence/stores/scim-search.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { groupType } from '../protocol/scim/group-type.js';
import type { ListRequest } from '../protocol/scim/list-request.js';
import { applyOperation, readOperations } from '../protocol/scim/patch.js';
import { includes, type Projection } from '../protocol/scim/projection.js';
import { readResource, type Resource } from '../protocol/scim/resource-values.js';
import { badRequest, ScimError } from '../protocol/scim/scim-error.js';
import { shownTextViolation } from '../protocol/shown-text.js';
import type { Precondition } from '../resource/precondition.js';
import { toGroupResource } from './group-resource.js';
import type { FoundResources } from './list-response.js';
import {
  type MemberOperation,
  memberIds,
  membershipChanges,
  readMemberOperation,
} from './member-operations.js';
import { groupedBy } from './memberships.js';
import type { Provisioner } from './provisioner.js';
import { forbidden, inScim, isId, notFound } from './scim-refusals.js';

/** The most members in a response. */
const maxMembers = 50_000;

/** What a request changes of a group. Undefined stays as it is. */
interface GroupChange {
  readonly name?: string | undefined;
  /** Null for none. */
  readonly externalId?: string | null | undefined;
  readonly members: readonly MemberOperation[];
}

/** Provisions groups and their members, by the services of the admin API. */
@Injectable()
export class ScimGroups {
  private readonly base: string;

  constructor(
    private readonly search: ScimSearchStore,
    private readonly profiles: ScimProfilesStore,
    private readonly store: GroupsStore,
    private readonly groups: Groups,
    private readonly members: GroupMembers,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.base = settings.issuer + endpoints.scim;
  }

  /** @throws ScimError 404 */
  async read(id: string, { name }: Provisioner, projection: Projection): Promise<Resource> {
    const found = await this.find(id, name);
    return toGroupResource(found, await this.membersOf([id], projection), this.base);
  }

  /** @throws ScimError 400 */
  async list(request: ListRequest, { name }: Provisioner): Promise<FoundResources> {
    const { total, items, end } = await this.search.groups(request, name);
    const members = await this.membersOf(
      items.map(({ group }) => group.id),
      request.projection,
    );
    const byGroup = groupedBy('groupId', members);
    const resources = items.map((item) => toGroupResource(item, byGroup.get(item.group.id) ?? [], this.base));
    return { total, resources, end };
  }

  /** @throws ScimError 400, 409 */
  async create(body: unknown, provisioner: Provisioner, projection: Projection): Promise<Resource> {
    const resource = readResource(groupType, body);
    const name = nameIn(resource);
    const externalId = (resource['externalId'] as string | undefined) ?? null;
    const ids = memberIds(resource['members']);
    const { id } = await inMembers(() =>
      this.groups.create({ name }, provisioner.actor, {
        also: async (tx, group, now) => {
          await this.members.addWithin(tx, group, ids, { actor: provisioner.actor, now });
          await this.profiles.putGroupId(tx, group.id, provisioner.name, externalId);
          return true;
        },
      }),
    );
    return this.read(id, provisioner, projection);
  }

  /** Replaces the name and all members (RFC 7644 §3.5.1). @throws ScimError */
  async replace(
    id: string,
    body: unknown,
    provisioner: Provisioner,
    precondition: Precondition,
  ): Promise<void> {
    const resource = readResource(groupType, body);
    const change = {
      name: nameIn(resource),
      externalId: (resource['externalId'] as string | undefined) ?? null,
      members: [{ op: 'replace', ids: memberIds(resource['members']) }] as const,
    };
    await this.change(id, change, provisioner, precondition);
  }

  /** @throws ScimError */
  async patch(
    id: string,
    body: unknown,
    provisioner: Provisioner,
    precondition: Precondition,
  ): Promise<void> {
    const operations = readOperations(groupType, body);
    const members: MemberOperation[] = [];
    const { group, externalId } = await this.find(id, provisioner.name);
    const before: Resource = { displayName: group.name, ...(externalId === null ? {} : { externalId }) };
    const after = { ...before };
    for (const operation of operations) {
      const aboutMembers = readMemberOperation(operation);
      if (aboutMembers) members.push(aboutMembers);
      else applyOperation(groupType, after, operation);
    }
    // A name that is older than a rule stays.
    const name = after['displayName'] === group.name ? group.name : nameIn(after);
    const change = {
      name: name === group.name ? undefined : name,
      externalId:
        after['externalId'] === before['externalId']
          ? undefined
          : ((after['externalId'] as string | undefined) ?? null),
      members,
    };
    await this.change(id, change, provisioner, precondition);
  }

  /** @throws ScimError */
  async delete(id: string, { actor }: Provisioner, precondition: Precondition): Promise<void> {
    if (!isId(id)) throw notFound('Group', id);
    await inScim(
      () =>
        this.groups.delete(id, actor, { ...given(precondition), check: (tx) => this.requireOpen(tx, id) }),
      undefined,
    );
  }

  private async find(id: string, provisioner: string): Promise<ProvisionedGroup> {
    const found = isId(id) ? await this.search.group(id, provisioner) : undefined;
    if (!found) throw notFound('Group', id);
    return found;
  }

  /** @throws ScimError 400 tooMany */
  private async membersOf(ids: readonly string[], projection: Projection): Promise<Membership[]> {
    if (!includes(projection, 'members')) return [];
    const found = await this.search.membersOf(ids, maxMembers + 1);
    if (found.length > maxMembers)
      throw badRequest(
        'tooMany',
        `there are more than ${maxMembers} members: use excludedAttributes=members`,
      );
    return found;
  }

  private async change(
    id: string,
    { name, externalId, members }: GroupChange,
    provisioner: Provisioner,
    precondition: Precondition,
  ): Promise<void> {
    const { actor } = provisioner;
    const changes: Partial<NewGroup> = name === undefined ? {} : { name };
    const options: GroupOptions = {
      ...given(precondition),
      check: async (tx, held) => {
        if (name !== undefined && name !== held.name) await this.requireOpen(tx, id);
      },
      also: async (tx, group, now) => {
        const hasMembers = await this.changeMembers(tx, group, members, { actor, now });
        const isRenamed =
          externalId !== undefined &&
          (await this.profiles.changeGroupId(tx, id, provisioner.name, externalId));
        return hasMembers || isRenamed;
      },
    };
    if (!isId(id)) throw notFound('Group', id);
    await inMembers(() => this.groups.update(id, changes, actor, options));
  }

  private async changeMembers(
    tx: Transaction,
    group: { readonly id: string; readonly name: string },
    operations: readonly MemberOperation[],
    moment: { readonly actor: Provisioner['actor']; readonly now: number },
  ): Promise<boolean> {
    if (operations.length === 0) return false;
    const present = await this.store.memberIds(tx, group.id);
    const { added, removed } = membershipChanges(present, operations);
    if (removed.length > 0) await this.requireOpen(tx, group.id);
    const hasAdded = await this.members.addWithin(tx, group, added, moment);
    return (await this.members.removeWithin(tx, group, removed, moment)) || hasAdded;
  }

  /** @throws ScimError 403 if the group, or one that it stands below, asks its members for a second factor */
  private async requireOpen(tx: Transaction, id: string): Promise<void> {
    for (let at: string | null = id; at !== null;) {
      const group = await this.store.hold(tx, at);
      if (group?.requireSecondFactor)
        throw forbidden(
          'the group asks for a second factor: members can be added, and only administrators change anything else',
        );
      at = group?.parentId ?? null;
    }
  }
}

const given = (precondition: Precondition): Pick<GroupOptions, 'precondition'> =>
  precondition ? { precondition } : {};

/** @throws ScimError 400 */
function nameIn(resource: Resource): string {
  const name = resource['displayName'];
  if (typeof name !== 'string') throw badRequest('invalidValue', 'displayName is missing');
  const violation = shownTextViolation(name);
  if (violation !== undefined) throw badRequest('invalidValue', `displayName ${violation}`);
  return name;
}

/** Changes a group, of which a member may not be there: that is a bad value. */
async function inMembers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await inScim(work);
  } catch (error) {
    if (error instanceof ScimError && error.status === 404 && error.message.startsWith('there is no user'))
      throw badRequest('invalidValue', error.message);
    throw error;
  }
}
