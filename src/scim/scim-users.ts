import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ScimProfilesStore } from '../persistence/stores/scim-profiles.store.js';
import { type ProvisionedUser, ScimSearchStore } from '../persistence/stores/scim-search.store.js';
import type { Transaction } from '../persistence/transaction.js';
import type { ListRequest } from '../protocol/scim/list-request.js';
import { applyOperation, readOperations } from '../protocol/scim/patch.js';
import { includes } from '../protocol/scim/projection.js';
import { readResource, type Resource } from '../protocol/scim/resource-values.js';
import { badRequest, ScimError } from '../protocol/scim/scim-error.js';
import { userType } from '../protocol/scim/user-type.js';
import { checkPrecondition, entityTag, type Precondition } from '../resource/precondition.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import { UserAccounts } from '../users/user-accounts.js';
import type { UserChanges } from '../users/user-writes.js';
import { UserDeletion } from '../users/user-deletion.js';
import type { Profile } from '../users/user-profile.js';
import type { Provisioner } from './provisioner.js';
import { groupedBy } from './memberships.js';
import { inScim, isId, notFound, requireNoRole } from './scim-refusals.js';
import type { FoundResources } from './list-response.js';
import { UserCheck } from './user-check.js';
import { toUserMembers, toUserResource, type UserMembers } from './user-resource.js';

/** How often a change begins again because another one came between reading and writing. */
const maxAttempts = 8;

const nothingKept = toUserMembers({ userName: '' }).kept;

/** Provisions users, by the services of the admin API. Whoever administers Eyrie is only read. */
@Injectable()
export class ScimUsers {
  private readonly base: string;

  constructor(
    private readonly search: ScimSearchStore,
    private readonly profiles: ScimProfilesStore,
    private readonly accounts: UserAccounts,
    private readonly deletion: UserDeletion,
    private readonly ownership: DirectoryOwnership,
    private readonly check: UserCheck,
    private readonly changes: Changes,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.base = settings.issuer + endpoints.scim;
  }

  /** @throws ScimError 404 */
  async read(id: string, { name }: Provisioner): Promise<Resource> {
    const found = await this.find(id, name);
    return toUserResource(found, await this.search.groupsOf([id]), this.base);
  }

  /** @throws ScimError 400 */
  async list(request: ListRequest, { name }: Provisioner): Promise<FoundResources> {
    const { total, items, end } = await this.search.users(request, name);
    const wanted = includes(request.projection, 'groups') ? items.map(({ user }) => user.id) : [];
    const byUser = groupedBy('userId', await this.search.groupsOf(wanted));
    const resources = items.map((item) => toUserResource(item, byUser.get(item.user.id) ?? [], this.base));
    return { total, resources, end };
  }

  /** Creates a user without a password. @throws ScimError 400, 409 */
  async create(body: unknown, provisioner: Provisioner): Promise<Resource> {
    const members = membersOf(readResource(userType, body));
    await this.check.require(members);
    const { username, profile, disabled } = members;
    const verified = provisioner.verifiesEmails && profile.email ? { email_verified: true } : {};
    const { id } = await inScim(() =>
      this.accounts.insert({ username, ...profile, ...verified }, provisioner.actor, {
        disabled,
        also: (tx, created) => this.keep(tx, created, nothingKept, members, provisioner),
      }),
    );
    return this.read(id, provisioner);
  }

  /** Replaces what can be written; what is omitted has no value any more (RFC 7644 §3.5.1). @throws ScimError */
  async replace(
    id: string,
    body: unknown,
    provisioner: Provisioner,
    precondition: Precondition,
  ): Promise<Resource> {
    const given = readResource(userType, body);
    return this.change(id, provisioner, precondition, () => given);
  }

  /** @throws ScimError */
  async patch(
    id: string,
    body: unknown,
    provisioner: Provisioner,
    precondition: Precondition,
  ): Promise<Resource> {
    const operations = readOperations(userType, body);
    return this.change(id, provisioner, precondition, (present) => {
      const after = structuredClone(present);
      for (const operation of operations) applyOperation(userType, after, operation);
      return after;
    });
  }

  /** Deletes a user: sessions, grants and tokens end. @throws ScimError */
  async delete(id: string, { actor }: Provisioner, precondition: Precondition): Promise<void> {
    if (!isId(id)) throw notFound('User', id);
    await inScim(
      () =>
        this.deletion.delete(id, actor, {
          ...(precondition ? { precondition } : {}),
          check: requireNoRole,
        }),
      undefined,
    );
  }

  private async find(id: string, provisioner: string): Promise<ProvisionedUser> {
    const found = isId(id) ? await this.search.user(id, provisioner) : undefined;
    if (!found) throw notFound('User', id);
    return found;
  }

  /**
   * Changes a user from the state that was read; if that was changed meanwhile, it begins again. Only what differs is written.
   * @param transform makes the new resource of the present one
   */
  private async change(
    id: string,
    provisioner: Provisioner,
    precondition: Precondition,
    transform: (present: Resource) => Resource,
  ): Promise<Resource> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.find(id, provisioner.name);
      requireNoRole(found.user);
      await inScim(async () => checkPrecondition(found.user, precondition));
      const present = toUserResource(found, [], this.base);
      const [before, after] = [toUserMembers(present), membersOf(withState(present, transform(present)))];
      await this.check.require(after, before);
      try {
        if (!isDeepStrictEqual(before, after)) await this.write(found, before, after, provisioner);
        return await this.read(id, provisioner);
      } catch (error) {
        const wasChanged = error instanceof ScimError && error.status === 412;
        if (!wasChanged || precondition || attempt === maxAttempts) throw error;
      }
    }
  }

  private async write(
    { user }: ProvisionedUser,
    before: UserMembers,
    after: UserMembers,
    provisioner: Provisioner,
  ): Promise<void> {
    const { actor, verifiesEmails } = provisioner;
    const changes: UserChanges = {
      ...(after.username === before.username ? {} : { username: after.username }),
      ...(after.disabled === before.disabled ? {} : { disabled: after.disabled }),
      ...differing(before.profile, after.profile, verifiesEmails),
    };
    // Read-only, as what a client cannot change has it (RFC 7643 §7).
    await inScim(() => this.ownership.requireOwnMembers(user, changes), 'mutability');
    await inScim(() =>
      this.accounts.update(user.id, changes, actor, {
        precondition: [entityTag(user)],
        check: (held) => {
          requireNoRole(held);
          if (changes.disabled !== undefined && held.deletionDueAt !== null)
            throw new ScimError(409, undefined, 'the person has asked for the deletion of this account');
        },
        also: (tx, now) => this.keepChanges(tx, user.id, before, after, { provisioner, now }),
      }),
    );
  }

  private async keepChanges(
    tx: Transaction,
    userId: string,
    before: UserMembers,
    after: UserMembers,
    { provisioner, now }: { provisioner: Provisioner; now: number },
  ): Promise<boolean> {
    const changes = memberChanges(before.kept, after.kept);
    const { actor } = provisioner;
    if (changes)
      await this.changes.record(tx, { event: 'user.updated', actor, userId, detail: { changes } }, now);
    if (!changes && before.externalId === after.externalId) return false;
    await this.keep(tx, userId, before.kept, after, provisioner);
    return true;
  }

  private async keep(
    tx: Transaction,
    userId: string,
    before: UserMembers['kept'],
    { kept, externalId }: UserMembers,
    { name }: Provisioner,
  ): Promise<void> {
    if (!isDeepStrictEqual(before, kept)) await this.profiles.put(tx, { userId, ...kept });
    await this.profiles.putUserId(tx, userId, name, externalId);
  }
}

/** Omitting whether somebody can sign in does not let them in. */
const withState = (present: Resource, after: Resource): Resource => ({ active: present['active'], ...after });

/** @throws ScimError 400 if there is no username */
function membersOf(resource: Resource): UserMembers {
  if (typeof resource['userName'] !== 'string') throw badRequest('invalidValue', 'userName is missing');
  return toUserMembers(resource);
}

function differing(before: Profile, after: Profile, verifiesEmails: boolean): Profile {
  const entries = Object.entries(after).filter(([name, value]) => before[name as keyof Profile] !== value);
  const changed = Object.fromEntries(entries) as Profile;
  return verifiesEmails && changed.email ? { ...changed, email_verified: true } : changed;
}
