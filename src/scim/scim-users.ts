import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import { type AttributeChanges, UserAttributes } from '../directory/attributes/user-attributes.js';
import { ScimProfilesStore } from '../persistence/stores/scim-profiles.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { attributesSchema } from '../protocol/scim/attributes-extension.js';
import { applyOperation, readOperations } from '../protocol/scim/patch.js';
import { namesSchema, readResource, type Resource } from '../protocol/scim/resource-values.js';
import { badRequest, ScimError } from '../protocol/scim/scim-error.js';
import { checkPrecondition, entityTag, type Precondition } from '../resource/precondition.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import { UserAccounts } from '../users/user-accounts.js';
import type { UserChanges } from '../users/user-writes.js';
import { UserDeletion } from '../users/user-deletion.js';
import type { Profile } from '../users/user-profile.js';
import { attributeChanges, withKeptAttributes } from './attribute-changes.js';
import type { Provisioner } from './provisioner.js';
import { inScim, isId, notFound, requireNoRole } from './scim-refusals.js';
import { UserCheck } from './user-check.js';
import { UserReader } from './user-reader.js';
import { type FoundUser, toUserMembers, type UserMembers } from './user-resource.js';
import type { UserRequest } from './user-types.js';

/** How often a change begins again because another one came between reading and writing. */
const maxAttempts = 8;

interface Moment {
  readonly request: UserRequest;
  readonly now: number;
}

const nothingKept = toUserMembers({ userName: '' }).kept;

/** Provisions users, by the services of the admin API. Whoever administers Eyrie is only read. */
@Injectable()
export class ScimUsers {
  constructor(
    private readonly reader: UserReader,
    private readonly profiles: ScimProfilesStore,
    private readonly accounts: UserAccounts,
    private readonly deletion: UserDeletion,
    private readonly ownership: DirectoryOwnership,
    private readonly check: UserCheck,
    private readonly changes: Changes,
    private readonly attributes: UserAttributes,
  ) {}

  /** Creates a user without a password. @throws ScimError 400, 409 */
  async create(body: unknown, request: UserRequest): Promise<Resource> {
    const { provisioner, type } = request;
    const members = membersOf(readResource(type, body));
    await this.check.require(type, members);
    const values = attributeChanges({}, members.attributes);
    const { username, profile, disabled } = members;
    const verified = provisioner.verifiesEmails && profile.email ? { email_verified: true } : {};
    const { id } = await inScim(() =>
      this.accounts.insert({ username, ...profile, ...verified }, provisioner.actor, {
        disabled,
        also: async (tx, created, now) => {
          await this.keep(tx, created, nothingKept, members, provisioner);
          await this.keepValues(tx, created, values, { request, now });
        },
      }),
    );
    return this.reader.read(id, request);
  }

  /**
   * Replaces what can be written; what is omitted has no value any more (RFC 7644 §3.5.1). Whoever does not know the extension for attributes
   * that are defined here, or what a directory states of them, asserts nothing about these.
   * @throws ScimError
   */
  async replace(id: string, body: unknown, request: UserRequest): Promise<Resource> {
    const given = readResource(request.type, body);
    const kept = namesSchema(body, attributesSchema)
      ? await this.ownership.attributesOfDirectory(id)
      : undefined;
    return this.change(id, request, (present) => withKeptAttributes(given, present, kept));
  }

  /** @throws ScimError */
  async patch(id: string, body: unknown, request: UserRequest): Promise<Resource> {
    const { type } = request;
    const operations = readOperations(type, body);
    return this.change(id, request, (present) => {
      const after = structuredClone(present);
      for (const operation of operations) applyOperation(type, after, operation);
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

  /**
   * Changes a user from the state that was read; if that was changed meanwhile, it begins again. Only what differs is written.
   * @param transform makes the new resource of the present one
   */
  private async change(
    id: string,
    request: UserRequest,
    transform: (present: Resource) => Resource,
  ): Promise<Resource> {
    const { type, precondition } = request;
    for (let attempt = 1; ; attempt++) {
      const found = await this.reader.find(id, request);
      requireNoRole(found.user);
      await inScim(async () => checkPrecondition(found.user, precondition));
      const present = this.reader.resourceOf(found);
      const [before, after] = [toUserMembers(present), membersOf(withState(present, transform(present)))];
      await this.check.require(type, after, before);
      try {
        if (!isDeepStrictEqual(before, after)) await this.write(found, before, after, request);
        return await this.reader.read(id, request);
      } catch (error) {
        const wasChanged = error instanceof ScimError && error.status === 412;
        if (!wasChanged || precondition || attempt === maxAttempts) throw error;
      }
    }
  }

  private async write(
    { user }: FoundUser,
    before: UserMembers,
    after: UserMembers,
    request: UserRequest,
  ): Promise<void> {
    const { actor, verifiesEmails } = request.provisioner;
    const changes: UserChanges = {
      ...(after.username === before.username ? {} : { username: after.username }),
      ...(after.disabled === before.disabled ? {} : { disabled: after.disabled }),
      ...differing(before.profile, after.profile, verifiesEmails),
    };
    const values = attributeChanges(before.attributes, after.attributes);
    // Read-only, as what a client cannot change has it (RFC 7643 §7).
    await inScim(() => this.ownership.requireOwnMembers(user, changes), 'mutability');
    if (Object.keys(values).length > 0)
      await inScim(() => this.ownership.requireOwnAttributes(user.id, values), 'mutability');
    await inScim(() =>
      this.accounts.update(user.id, changes, actor, {
        precondition: [entityTag(user)],
        check: (held) => {
          requireNoRole(held);
          if (changes.disabled !== undefined && held.deletionDueAt !== null)
            throw new ScimError(409, undefined, 'the person has asked for the deletion of this account');
        },
        also: async (tx, now) => {
          const isKept = await this.keepChanges(tx, user.id, before, after, { request, now });
          return (await this.keepValues(tx, user.id, values, { request, now })) || isKept;
        },
      }),
    );
  }

  private async keepChanges(
    tx: Transaction,
    userId: string,
    before: UserMembers,
    after: UserMembers,
    { request: { provisioner }, now }: Moment,
  ): Promise<boolean> {
    const changes = memberChanges(before.kept, after.kept);
    const { actor } = provisioner;
    if (changes)
      await this.changes.record(tx, { event: 'user.updated', actor, userId, detail: { changes } }, now);
    if (!changes && before.externalId === after.externalId) return false;
    await this.keep(tx, userId, before.kept, after, provisioner);
    return true;
  }

  /** @returns whether anything changes */
  private async keepValues(
    tx: Transaction,
    userId: string,
    given: AttributeChanges,
    { request: { provisioner, type }, now }: Moment,
  ): Promise<boolean> {
    if (Object.keys(given).length === 0) return false;
    const { actor } = provisioner;
    const { definitions } = type;
    return this.attributes.changeWithin(tx, userId, { definitions, given }, { actor, now });
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
