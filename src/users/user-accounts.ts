import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { PasswordHasher } from '../crypto/password.js';
import { invalidField } from '../http/invalid-fields.js';
import { Notifications } from '../mail/notifications.js';
import type { User } from '../persistence/entities/user.entity.js';
import { newId } from '../persistence/id.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { emailKey, type HeldUser, usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { type PartialRole, toRoleColumn } from '../resource/rights.js';
import { recordUpdate } from './user-events.js';
import { UserAuthority } from './user-authority.js';
import { UserPasswordRules } from './user-password-rules.js';
import { type Profile, toColumns } from './user-profile.js';
import { newUsernameViolation } from './username.js';
import { changedContacts, noContacts } from './verified-contacts.js';

/** A user to be created, without what they sign in with. */
export interface InvitedUser extends Profile {
  readonly username: string;
  readonly administrator?: boolean;
  readonly admin_roles?: readonly PartialRole[];
}

/** A user to be created. */
export interface NewUser extends InvitedUser {
  readonly password: string;
  /** The password must be changed at the first sign-in. */
  readonly password_change_required?: boolean;
}

/** What can be changed of a user, except for the password. */
export interface UserChanges extends Profile {
  readonly username?: string;
  readonly administrator?: boolean;
  readonly admin_roles?: readonly PartialRole[];
  readonly disabled?: boolean;
}

const contactColumns = Object.keys(noContacts);

/** Options of a new user. */
export interface CreateOptions {
  /** The password is one of `generatePassword`, which needs no check. */
  readonly isGenerated?: boolean;
  /** What else happens in the transaction. If it throws, no user is created. */
  readonly also?: (tx: Transaction, id: string, now: number) => Promise<void>;
}

/** Options of a change. Both functions run in its transaction, which may run twice. */
export interface UpdateOptions {
  readonly precondition?: Precondition;
  /** Throws if the user, who is held, must not be changed. */
  readonly check?: (held: HeldUser) => void;
  /** What else changes. Returns whether anything does. */
  readonly also?: (tx: Transaction, now: number) => Promise<boolean>;
}

/** What belongs to the creation of a user. */
interface Insertion {
  readonly changeRequired?: boolean;
  /** The user cannot sign in until somebody enables the account. */
  readonly disabled?: boolean;
  readonly also: (tx: Transaction, id: string, now: number) => Promise<void>;
}

/** Creates and changes users. `actor` is the actor in the audit trail. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly users: UsersStore,
    private readonly identities: IdentitiesStore,
    private readonly authority: UserAuthority,
    private readonly changes: Changes,
    private readonly hasher: PasswordHasher,
    private readonly passwordRules: UserPasswordRules,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ConflictException if the username is taken, or another user has the verified e-mail address
   * @throws BadRequestException if the username has invisible characters or the password is easy to guess
   */
  async create(
    user: NewUser,
    actor: Originator,
    { isGenerated = false, also }: CreateOptions = {},
  ): Promise<User> {
    requireNewUsername(user.username);
    if (!isGenerated) await this.passwordRules.require(user.password, user);
    const hash = await this.hasher.hash(user.password);
    const changeRequired = user.password_change_required ?? false;
    return this.insert(user, actor, {
      changeRequired,
      also: async (tx, id, now) => {
        await this.users.setPassword(tx, id, { hash, changeRequired }, now);
        await also?.(tx, id, now);
      },
    });
  }

  /**
   * Creates a user, who cannot sign in unless `also` provides for that in the same transaction.
   * @throws ConflictException as {@link create}
   * @throws BadRequestException if the username has invisible characters
   */
  async insert(
    user: InvitedUser,
    actor: Originator,
    { changeRequired = false, disabled = false, also }: Insertion,
  ): Promise<User> {
    requireNewUsername(user.username);
    await this.requireNoAddressOfOther(user.username);
    const now = this.clock.now();
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
    try {
      const { id: userId, administrator } = entity;
      const events = [
        { event: 'user.created', actor, userId } as const,
        ...(administrator ? [{ event: 'user.administrator_granted', actor, userId } as const] : []),
        ...(disabled ? [{ event: 'user.disabled', actor, userId } as const] : []),
      ];
      await this.changes.change(events, async (tx) => {
        if (!(await this.users.insert(tx, entity)))
          throw new ConflictException(`the id ${entity.id} is the client_id of a client: try again`);
        await also(tx, entity.id, now);
      });
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      if (await this.users.findByUsername(user.username)) throw nameTaken(user.username);
      throw addressTaken();
    }
    return entity;
  }

  /**
   * Changes the name, the profile, the roles, or whether the user may sign in. Disabling ends all sessions and revokes all
   * grants. Disabling and enabling keep an account whose owner has asked to delete it. A changed e-mail address or phone number is no longer verified, unless the same change says so.
   * @throws NotFoundException
   * @throws ConflictException if no administrator would be left who can sign in, the name is taken, or another user has the verified
   * e-mail address
   * @throws BadRequestException if the new name has invisible characters
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    { username, administrator, admin_roles: adminRoles, disabled, ...profile }: UserChanges,
    actor: Originator,
    { precondition, check, also }: UpdateOptions = {},
  ): Promise<User> {
    if (username !== undefined) {
      requireNewUsername(username);
      await this.requireNoAddressOfOther(username, id);
    }
    const given = {
      ...toColumns(profile),
      ...(username === undefined ? {} : { username, usernameKey: usernameKey(username) }),
      ...(administrator === undefined ? {} : { administrator }),
      ...(adminRoles === undefined ? {} : { adminRoles: toRoleColumn(adminRoles) }),
    };
    const changesContacts = contactColumns.some((column) => column in given);
    const work = async (tx: Transaction, now: number): Promise<void> => {
      const held = await this.hold(tx, id, precondition);
      check?.(held);
      if (held.administrator && (administrator === false || disabled)) await this.keepAnAdministrator(tx, id);
      const before = await this.users.read(tx, id);
      // Only what the request names: another request may change the rest at the same time.
      const columns = { ...given, ...(changesContacts ? changedContacts(held, given) : {}) };
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
      if (disabled) await this.authority.endAll(tx, id, 'user_disabled', now);
      if (disabled !== undefined && held.deletionDueAt !== null)
        await this.changes.record(tx, { event: 'user.deletion_cancelled', actor, userId: id }, now);
      if (disabled === false && held.deletionDueAt !== null)
        await this.notifications.notify(tx, { message: 'account-kept', userId: id }, now);
    };
    try {
      await this.changes.change([], work);
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      const namesake = username === undefined ? null : await this.users.findByUsername(username);
      throw namesake && namesake.id !== id ? nameTaken(namesake.username) : addressTaken();
    }
    return this.require(id);
  }

  /**
   * A verified address is what its owner can sign in with: as the username of another account, it would lead them there.
   * @throws ConflictException
   */
  private async requireNoAddressOfOther(username: string, id?: string): Promise<void> {
    if (!username.includes('@')) return;
    const owner = await this.users.findByVerifiedEmail(emailKey(username));
    if (owner && owner.id !== id) throw nameTaken(username);
  }

  /** @throws NotFoundException */
  async require(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (!user) throw new NotFoundException(`there is no user ${id}`);
    return user;
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
}

const nameTaken = (username: string): ConflictException =>
  new ConflictException(`the username ${username} is taken`);

/** @throws BadRequestException */
function requireNewUsername(username: string): void {
  const violation = newUsernameViolation(username);
  if (violation !== undefined) throw invalidField('username', violation);
}

const addressTaken = (): ConflictException =>
  new ConflictException('another user has this verified e-mail address');

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
