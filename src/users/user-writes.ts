import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { MembershipSources } from '../directory/organizations/membership-sources.js';
import { invalidField } from '../http/invalid-fields.js';
import { Notifications } from '../mail/notifications.js';
import type { User } from '../persistence/entities/user.entity.js';
import { newId } from '../persistence/id.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { emailKey, type HeldUser, usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { type PartialRole, toRoleColumn } from '../resource/rights.js';
import { UserAuthority } from './user-authority.js';
import { recordUpdate } from './user-events.js';
import { type Profile, toColumns } from './user-profile.js';
import { newUsernameViolation } from './username.js';
import { changedContacts, noContacts, verifiedAddressOf } from './verified-contacts.js';

/** A user to be created, without what they sign in with. */
export interface InvitedUser extends Profile {
  readonly username: string;
  readonly administrator?: boolean;
  readonly admin_roles?: readonly PartialRole[];
}

/** What can be changed of a user, except for the password. */
export interface UserChanges extends Profile {
  readonly username?: string;
  readonly administrator?: boolean;
  readonly admin_roles?: readonly PartialRole[];
  readonly disabled?: boolean;
}

/** What a new user begins with. */
export interface InsertOptions {
  readonly changeRequired?: boolean;
  /** The user cannot sign in until somebody enables the account. */
  readonly disabled?: boolean;
}

/** Options of a change. Both functions run in its transaction, which may run twice. */
export interface UpdateOptions {
  readonly precondition?: Precondition;
  /** Throws if the user, who is held, must not be changed. */
  readonly check?: (held: HeldUser) => void;
  /** What else changes. Returns whether anything does. */
  readonly also?: (tx: Transaction, now: number) => Promise<boolean>;
}

/** Who changes something, and when. */
export interface Moment {
  readonly actor: Originator;
  readonly now: number;
}

const contactColumns = Object.keys(noContacts);

/** Creates and changes users as a part of a transaction. A unique value that is taken is its caller's to name. */
@Injectable()
export class UserWrites {
  constructor(
    private readonly users: UsersStore,
    private readonly identities: IdentitiesStore,
    private readonly memberships: MembershipSources,
    private readonly authority: UserAuthority,
    private readonly changes: Changes,
    private readonly notifications: Notifications,
  ) {}

  /**
   * Creates a user, who cannot sign in unless the caller provides for that in the same transaction.
   * @throws ConflictException if the username is the verified e-mail address of another user
   * @throws BadRequestException if the username has invisible characters
   */
  async insert(
    tx: Transaction,
    user: InvitedUser,
    { actor, now }: Moment,
    { changeRequired = false, disabled = false }: InsertOptions = {},
  ): Promise<User> {
    requireNewUsername(user.username);
    await this.requireNoAddressOfOther(tx, user.username);
    const columns = toColumns(user);
    const entity: User = {
      ...emptyProfile,
      ...columns,
      ...changedContacts(noContacts, columns),
      id: newId(),
      username: user.username,
      usernameKey: usernameKey(user.username),
      administrator: user.administrator ?? false,
      adminRoles: toRoleColumn(user.admin_roles ?? []),
      version: 0,
      credentialsVersion: 0,
      passwordChangeRequired: changeRequired,
      firstSignedInAt: null,
      devicesForgottenAt: null,
      disabledAt: disabled ? now : null,
      deletionDueAt: null,
      createdAt: now,
      updatedAt: now,
    };
    const { id: userId, administrator } = entity;
    if (!(await this.users.insert(tx, entity)))
      throw new ConflictException(`the id ${userId} is the client_id of a client: try again`);
    await this.changes.record(tx, { event: 'user.created', actor, userId }, now);
    if (administrator)
      await this.changes.record(tx, { event: 'user.administrator_granted', actor, userId }, now);
    if (disabled) await this.changes.record(tx, { event: 'user.disabled', actor, userId }, now);
    return entity;
  }

  /**
   * Changes the name, the profile, the roles, or whether the user may sign in. Disabling ends all sessions and revokes all
   * grants. Disabling and enabling keep an account whose owner has asked to delete it. A changed e-mail address or phone number is no longer verified, unless the same change says so.
   * @throws NotFoundException
   * @throws ConflictException if no administrator would be left who can sign in, or the name is the verified e-mail address of another user
   * @throws BadRequestException if the new name has invisible characters
   * @throws PreconditionFailedException
   */
  async update(
    tx: Transaction,
    id: string,
    { username, administrator, admin_roles: adminRoles, disabled, ...profile }: UserChanges,
    { actor, now }: Moment,
    { precondition, check, also }: UpdateOptions = {},
  ): Promise<void> {
    if (username !== undefined) {
      requireNewUsername(username);
      await this.requireNoAddressOfOther(tx, username, id);
    }
    const given = {
      ...toColumns(profile),
      ...(username === undefined ? {} : { username, usernameKey: usernameKey(username) }),
      ...(administrator === undefined ? {} : { administrator }),
      ...(adminRoles === undefined ? {} : { adminRoles: toRoleColumn(adminRoles) }),
    };
    const changesContacts = contactColumns.some((column) => column in given);
    const held = await this.hold(tx, id, precondition);
    check?.(held);
    if (held.administrator && (administrator === false || disabled)) await this.keepAnAdministrator(tx, id);
    const before = await this.users.read(tx, id);
    // Only what the request names: another request may change the rest at the same time.
    const contacts = changesContacts ? changedContacts(held, given) : undefined;
    const columns = { ...given, ...contacts };
    // Whoever decides this now is not overruled by what a directory said before.
    if (disabled !== undefined) await this.identities.forgetDisabledBy(tx, id);
    const alsoChanged = (await also?.(tx, now)) ?? false;
    if (Object.keys(columns).length === 0 && disabled === undefined && !alsoChanged) return;
    await recordUpdate(this.changes, tx, { before, columns, disabled, actor, now });
    await this.users.update(tx, id, {
      ...columns,
      ...(disabled === undefined
        ? {}
        : { disabledAt: disabled ? (held.disabledAt ?? now) : null, deletionDueAt: null }),
      updatedAt: now,
    });
    if (contacts && held.emailVerified)
      await this.memberships.endOfAddress(tx, id, verifiedAddressOf(contacts), { actor, now });
    if (disabled) await this.authority.endAll(tx, id, 'user_disabled', now);
    if (disabled !== undefined && held.deletionDueAt !== null)
      await this.changes.record(tx, { event: 'user.deletion_cancelled', actor, userId: id }, now);
    if (disabled === false && held.deletionDueAt !== null)
      await this.notifications.notify(tx, { message: 'account-kept', userId: id }, now);
  }

  /**
   * Holds the user until the transaction ends.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async hold(tx: Transaction, id: string, precondition: Precondition): Promise<HeldUser> {
    const user = await this.users.hold(tx, id);
    if (!user) throw new NotFoundException(`there is no user ${id}`);
    checkPrecondition(user, precondition);
    return user;
  }

  /** @throws ConflictException if this is the last administrator who can sign in */
  async keepAnAdministrator(tx: Transaction, id: string): Promise<void> {
    const administrators = await this.users.holdAdministrators(tx);
    if (administrators.length === 1 && administrators[0] === id)
      throw new ConflictException('this is the last administrator: make another user an administrator first');
  }

  /**
   * A verified address is what its owner can sign in with: as the username of another account, it would lead them there.
   * @throws ConflictException
   */
  private async requireNoAddressOfOther(tx: Transaction, username: string, id?: string): Promise<void> {
    if (!username.includes('@')) return;
    const owner = await this.users.findByVerifiedEmail(emailKey(username), tx);
    if (owner && owner.id !== id) throw nameTaken(username);
  }
}

export const nameTaken = (username: string): ConflictException =>
  new ConflictException(`the username ${username} is taken`);

export const addressTaken = (): ConflictException =>
  new ConflictException('another user has this verified e-mail address');

/** @throws BadRequestException */
export function requireNewUsername(username: string): void {
  const violation = newUsernameViolation(username);
  if (violation !== undefined) throw invalidField('username', violation);
}

const emptyProfile = {
  name: null,
  givenName: null,
  familyName: null,
  middleName: null,
  nickname: null,
  profile: null,
  picture: null,
  website: null,
  gender: null,
  birthdate: null,
  zoneinfo: null,
  locale: null,
  address: null,
};
