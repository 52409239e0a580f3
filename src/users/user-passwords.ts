import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { PasswordHasher } from '../crypto/password.js';
import type { AssessedPassword } from '../crypto/password-rules.js';
import { Notifications } from '../mail/notifications.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Precondition } from '../resource/precondition.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { UserAccounts } from './user-accounts.js';
import { UserAuthority } from './user-authority.js';
import { UserPasswordRules } from './user-password-rules.js';
import { toProfile } from './user-profile.js';
import { UserWrites } from './user-writes.js';
import { message } from '../locales/message.js';

/** Options of a new password. */
export interface SetPasswordOptions {
  /** The password is one of `generatePassword`, which needs no check. */
  readonly isGenerated?: boolean;
  /** The hash of the password, if it was made before. */
  readonly hash?: string | undefined;
  /** Leaves the grants that do not depend on a session. */
  readonly keepGrants?: boolean | undefined;
  /** The user must choose another password at the next sign-in. */
  readonly changeRequired?: boolean | undefined;
  readonly precondition?: Precondition;
}

/** How a user replaces a password. */
export interface ReplaceOptions {
  /** The network address of the request. */
  readonly address: string;
  /** The User-Agent header of the request. */
  readonly userAgent?: string | undefined;
  /** The session that goes on; by default, all end. */
  readonly keptSessionId?: string;
  /** Also revokes the grants that do not depend on a session. By default, they stay. */
  readonly endsGrants?: boolean;
}

/** Sets and changes passwords. `actor` is the actor in the audit trail. */
@Injectable()
export class UserPasswords {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly writes: UserWrites,
    private readonly authority: UserAuthority,
    private readonly changes: Changes,
    private readonly hasher: PasswordHasher,
    private readonly rules: UserPasswordRules,
    private readonly notifications: Notifications,
  ) {}

  /**
   * Sets the password of a user. Ends all sessions and revokes all grants with their pending codes, so that nobody who knew the old
   * password keeps access.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   * @throws BadRequestException if the password is easy to guess
   */
  async set(
    id: string,
    password: string,
    actor: Originator,
    options: SetPasswordOptions = {},
  ): Promise<void> {
    const { keepGrants = false, isGenerated = false, changeRequired = false, precondition } = options;
    const user = await this.accounts.require(id);
    if (!isGenerated) await this.rules.require(password, { ...toProfile(user), username: user.username });
    const hash = options.hash ?? (await this.hasher.hash(password));
    await this.changes.change({ event: 'user.password_set', actor, userId: id }, async (tx, now) => {
      await this.writes.hold(tx, id, precondition);
      await this.users.setPassword(tx, id, { hash, changeRequired }, now);
      if (keepGrants) await this.authority.endSessions(tx, id, now);
      else await this.authority.endAll(tx, id, 'password_changed', now);
      await this.notifications.notify(tx, { message: 'password-changed', userId: id }, now);
    });
  }

  /** Whether the credentials are still those that the proof was checked against. */
  async isCurrent({ userId, credentialsVersion }: ProvenUser): Promise<boolean> {
    const user = await this.users.find(userId);
    return user?.credentialsVersion === credentialsVersion && user.disabledAt === null;
  }

  /** Whether the user has a password. */
  async has(id: string): Promise<boolean> {
    return (await this.users.passwordHash(id)) !== undefined;
  }

  /**
   * Assesses a password that a user chooses in place of the present one.
   * @throws BusyError if too many passwords wait to be compared
   */
  async assess(id: string, password: string): Promise<AssessedPassword> {
    const user = await this.accounts.require(id);
    const assessed = await this.rules.assess(password, { ...toProfile(user), username: user.username });
    if (assessed.violation !== undefined) return assessed;
    return (await this.isPresent(id, password))
      ? { ...assessed, violation: message('password.present') }
      : assessed;
  }

  /**
   * Whether this is the password of the user.
   * @throws BusyError if too many passwords wait to be compared
   */
  async isPresent(id: string, password: string): Promise<boolean> {
    return this.hasher.verify(await this.users.passwordHash(id), password);
  }

  /**
   * Has what depended on the password end as after a change here, once its owner has changed it in a directory.
   * @returns the user with the new credentials; undefined if there is none any more, or they are disabled
   */
  async replacedElsewhere(
    userId: string,
    { address, userAgent, keptSessionId, endsGrants = false }: ReplaceOptions,
  ): Promise<ProvenUser | undefined> {
    const event = { event: 'user.password_set', actor: `user:${userId}`, userId, address } as const;
    return this.changes.change(event, async (tx, now) => {
      const held = await this.users.hold(tx, userId);
      if (!held || held.disabledAt !== null) return undefined;
      await this.users.changeCredentials(tx, userId);
      if (keptSessionId === undefined) await this.authority.endSessions(tx, userId, now);
      else await this.authority.endOtherSessions(tx, userId, keptSessionId, now);
      if (endsGrants) await this.authority.revokeGrants(tx, userId, 'password_changed', now);
      await this.notifications.notify(tx, { message: 'password-changed', userId, address, userAgent }, now);
      return { userId, credentialsVersion: held.credentialsVersion + 1 };
    });
  }

  /**
   * Replaces the password with one that the user chose, or sets a first one. Ends the sessions of the user, and the grants bound to them.
   * @param user as proven
   * @returns the user with the new credentials; undefined if they were changed, or the user disabled, since the proof was checked
   */
  async replace(
    user: ProvenUser,
    password: string,
    { address, userAgent, keptSessionId, endsGrants = false }: ReplaceOptions,
  ): Promise<ProvenUser | undefined> {
    const { userId, credentialsVersion } = user;
    const hash = await this.hasher.hash(password);
    const event = { event: 'user.password_set', actor: `user:${userId}`, userId, address } as const;
    const isReplaced = await this.changes.change(event, async (tx, now) => {
      const held = await this.users.hold(tx, userId);
      if (!held || held.disabledAt !== null || held.credentialsVersion !== credentialsVersion) return false;
      await this.users.setPassword(tx, userId, { hash, changeRequired: false }, now);
      if (keptSessionId === undefined) await this.authority.endSessions(tx, userId, now);
      else await this.authority.endOtherSessions(tx, userId, keptSessionId, now);
      if (endsGrants) await this.authority.revokeGrants(tx, userId, 'password_changed', now);
      await this.notifications.notify(tx, { message: 'password-changed', userId, address, userAgent }, now);
      return true;
    });
    return isReplaced ? { userId, credentialsVersion: credentialsVersion + 1 } : undefined;
  }
}
