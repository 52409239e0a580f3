import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { PasswordHasher } from '../crypto/password.js';
import type { User } from '../persistence/entities/user.entity.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { UserPasswordRules } from './user-password-rules.js';
import {
  addressTaken,
  type InsertOptions,
  type InvitedUser,
  nameTaken,
  requireNewUsername,
  type UpdateOptions,
  type UserChanges,
  UserWrites,
} from './user-writes.js';

/** A user to be created. */
export interface NewUser extends InvitedUser {
  readonly password: string;
  /** The password must be changed at the first sign-in. */
  readonly password_change_required?: boolean;
}

/** Options of a new user. */
export interface CreateOptions {
  /** The password is one of `generatePassword`, which needs no check. */
  readonly isGenerated?: boolean;
  /** The hash of the password, if it was made before. */
  readonly hash?: string | undefined;
  /** The user cannot sign in until somebody enables the account. */
  readonly disabled?: boolean;
  /** What else happens in the transaction. If it throws, no user is created. */
  readonly also?: (tx: Transaction, id: string, now: number) => Promise<void>;
}

/** What belongs to the creation of a user. */
interface Insertion extends InsertOptions {
  readonly also: (tx: Transaction, id: string, now: number) => Promise<void>;
}

/** Creates and changes users, each in a transaction of its own. `actor` is the actor in the audit trail. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly users: UsersStore,
    private readonly writes: UserWrites,
    private readonly changes: Changes,
    private readonly hasher: PasswordHasher,
    private readonly passwordRules: UserPasswordRules,
  ) {}

  /**
   * @throws ConflictException if the username is taken, or another user has the verified e-mail address
   * @throws BadRequestException if the username has invisible characters or the password is easy to guess
   */
  async create(
    user: NewUser,
    actor: Originator,
    { isGenerated = false, hash: madeBefore, disabled = false, also }: CreateOptions = {},
  ): Promise<User> {
    requireNewUsername(user.username);
    if (!isGenerated) await this.passwordRules.require(user.password, user);
    const hash = madeBefore ?? (await this.hasher.hash(user.password));
    const changeRequired = user.password_change_required ?? false;
    return this.insert(user, actor, {
      changeRequired,
      disabled,
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
  async insert(user: InvitedUser, actor: Originator, { also, ...options }: Insertion): Promise<User> {
    try {
      return await this.changes.change([], async (tx, now) => {
        const created = await this.writes.insert(tx, user, { actor, now }, options);
        await also(tx, created.id, now);
        return created;
      });
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      if (await this.users.findByUsername(user.username)) throw nameTaken(user.username);
      throw addressTaken();
    }
  }

  /**
   * Changes the name, the profile, the roles, or whether the user may sign in, as {@link UserWrites.update} does.
   * @throws NotFoundException
   * @throws ConflictException if no administrator would be left who can sign in, the name is taken, or another user has the verified
   * e-mail address
   * @throws BadRequestException if the new name has invisible characters
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    changes: UserChanges,
    actor: Originator,
    options: UpdateOptions = {},
  ): Promise<User> {
    try {
      await this.changes.change([], (tx, now) =>
        this.writes.update(tx, id, changes, { actor, now }, options),
      );
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
      const { username } = changes;
      const namesake = username === undefined ? null : await this.users.findByUsername(username);
      throw namesake && namesake.id !== id ? nameTaken(namesake.username) : addressTaken();
    }
    return this.require(id);
  }

  /** @throws NotFoundException */
  async require(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (!user) throw new NotFoundException(`there is no user ${id}`);
    return user;
  }
}
