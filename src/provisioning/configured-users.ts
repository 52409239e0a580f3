import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { PasswordHasher } from '../crypto/password.js';
import type { User } from '../persistence/entities/user.entity.js';
import { everyPage } from '../persistence/page.js';
import { usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import { partialRolesOf, toRoleColumn } from '../resource/rights.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserDeletion } from '../users/user-deletion.js';
import { UserPasswords } from '../users/user-passwords.js';
import { toProfile } from '../users/user-profile.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  newSecret,
  type PlannedItem,
  planEach,
  planOf,
  presentSecret,
} from './configured-kind.js';

/** The users of files. The password of a user that exists is set only if the file enforces it, which ends what it had opened. */
@Injectable()
export class ConfiguredUsers implements ConfiguredKind {
  readonly section = 'users';

  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly passwords: UserPasswords,
    private readonly deletion: UserDeletion,
    private readonly hasher: PasswordHasher,
  ) {}

  plan({ users }: Configuration): Promise<PlannedItem[]> {
    return planEach(users, (entry) => this.planOne(entry));
  }

  private async planOne(user: Configuration['users'][number]): Promise<PlannedItem> {
    const kind = 'user';
    const { username: name, password, enforce, password_change_required, ...given } = user;
    const present = await this.users.findByUsername(name);
    if (!present) {
      const told = { ...defined({ ...given, password_change_required }), password: newSecret };
      const perform = async (): Promise<void> => {
        if (password === undefined) throw new Error(`${name} was deleted while the file was applied`);
        await this.accounts.create({ ...given, username: name, password, password_change_required }, actor);
      };
      return { kind, name, outcome: 'created', changes: memberChanges({}, told) ?? {}, perform };
    }
    const members = defined(given);
    if (members.admin_roles)
      members.admin_roles = partialRolesOf({ adminRoles: toRoleColumn(members.admin_roles) });
    const differing = memberChanges(membersOf(present), members);
    const isReplaced = await this.isReplaced(present, enforce ? password : undefined);
    const perform = async (): Promise<void> => {
      if (differing) await this.accounts.update(present.id, given, actor);
      if (isReplaced && password !== undefined) await this.passwords.set(present.id, password, actor);
    };
    const changes = {
      ...differing,
      ...(isReplaced && { password: { from: presentSecret, to: newSecret } }),
    };
    return planOf({ kind, name, perform }, differing || isReplaced ? changes : undefined);
  }

  async surplus({ users }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(users.map(({ username }) => usernameKey(username)));
    const all = await everyPage((page) => this.users.list(page));
    return all
      .filter((user) => !named.has(user.usernameKey))
      .map(({ id, username: name }) =>
        deletionOf({ kind: 'user', name, perform: () => this.deletion.delete(id, actor) }),
      );
  }

  async exported(): Promise<object[]> {
    const all = await everyPage((page) => this.users.list(page));
    return all.map((user) => ({ username: user.username, ...toldMembers(user) }));
  }

  /** Whether a password takes the place of the present one. */
  private async isReplaced({ id }: User, password: string | undefined): Promise<boolean> {
    if (password === undefined) return false;
    return !(await this.hasher.verify(await this.users.passwordHash(id), password));
  }
}

const membersOf = (user: User): object => ({
  ...toProfile(user),
  administrator: user.administrator,
  admin_roles: partialRolesOf(user),
});

/** The members that a new user would not have by itself. */
const toldMembers = (user: User): object =>
  Object.fromEntries(
    Object.entries(membersOf(user)).filter(
      ([, value]) => value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
