import { Injectable } from '@nestjs/common';
import { type MemberChanges, memberChanges } from '../audit/member-changes.js';
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
import type { InvitedUser, UserChanges } from '../users/user-writes.js';
import { Affiliations } from './affiliations.js';
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

type Entry = Configuration['users'][number];

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
    private readonly affiliations: Affiliations,
  ) {}

  plan({ users }: Configuration): Promise<PlannedItem[]> {
    return planEach(users, (entry) => this.planOne(entry));
  }

  private async planOne(user: Entry): Promise<PlannedItem> {
    const kind = 'user';
    const { username: name, password, password_hash: _hash, enforce, ...others } = user;
    const { password_change_required, groups, roles, attributes, disabled, ...given } = others;
    const present = await this.users.findByUsername(name);
    const affiliations = await this.changedAffiliations(present?.id, user);
    let hash: string | undefined;
    const prepare = async (): Promise<void> => {
      if (password !== undefined) hash = await this.hasher.hash(password);
    };
    if (!present) {
      const told = { ...defined({ ...given, password_change_required, disabled }), password: newSecret };
      const perform = async (): Promise<void> => {
        const { id } = await this.create(user, { ...given, username: name }, hash);
        await this.affiliations.applyToUser(id, { groups, roles, attributes });
      };
      const changes = { ...memberChanges({}, told), ...affiliations };
      return { kind, name, outcome: 'created', changes, prepare, perform };
    }
    const members = defined({ ...given, disabled });
    if (members.admin_roles)
      members.admin_roles = partialRolesOf({ adminRoles: toRoleColumn(members.admin_roles) });
    const differing = memberChanges(membersOf(present), members);
    const isReplaced = await this.isReplaced(present, enforce ? password : undefined);
    const perform = async (): Promise<void> => {
      if (differing) await this.accounts.update(present.id, { ...given, ...newState(differing) }, actor);
      if (affiliations) await this.affiliations.applyToUser(present.id, { groups, roles, attributes });
      if (isReplaced && password !== undefined)
        await this.passwords.set(present.id, password, actor, { hash });
    };
    const changes = {
      ...differing,
      ...affiliations,
      ...(isReplaced && { password: { from: presentSecret, to: newSecret } }),
    };
    return planOf(
      { kind, name, ...(isReplaced && { prepare }), perform },
      differing || affiliations || isReplaced ? changes : undefined,
    );
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
    const entries: object[] = [];
    for (const user of all) {
      const groups = await this.affiliations.groupsOf(user.id);
      const roles = await this.affiliations.rolesOf({ kind: 'user', id: user.id });
      const attributes = await this.affiliations.attributesOf(user.id);
      const members = { ...membersOf(user), groups, roles, attributes };
      entries.push({ username: user.username, ...toldMembers(members) });
    }
    return entries;
  }

  /** Creates a user with a password, whose hash was made before, or with a hash of the file. */
  private async create(
    { username, password, password_hash: given, password_change_required: changeRequired, disabled }: Entry,
    user: InvitedUser,
    hash: string | undefined,
  ): Promise<User> {
    if (given !== undefined) {
      const stored = { hash: given, changeRequired: changeRequired ?? false };
      return this.accounts.insert(user, actor, {
        changeRequired: stored.changeRequired,
        disabled: disabled ?? false,
        also: (tx, id, now) => this.users.setPassword(tx, id, stored, now),
      });
    }
    if (password === undefined) throw new Error(`${username} was deleted while the file was applied`);
    return this.accounts.create({ ...user, password, password_change_required: changeRequired }, actor, {
      hash,
      disabled: disabled ?? false,
    });
  }

  private async changedAffiliations(
    userId: string | undefined,
    { groups, roles, attributes }: Entry,
  ): Promise<MemberChanges | undefined> {
    const holder = userId === undefined ? undefined : ({ kind: 'user', id: userId } as const);
    const inGroups = await this.affiliations.changedGroups(userId, groups);
    const withRoles = await this.affiliations.changedRoles(holder, roles);
    const withAttributes = await this.affiliations.changedAttributes(userId, attributes);
    return inGroups || withRoles || withAttributes
      ? { ...inGroups, ...withRoles, ...withAttributes }
      : undefined;
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
  disabled: user.disabledAt !== null,
});

/** Whether somebody may sign in is changed only if it differs: who has asked to delete their account is disabled until then. */
const newState = ({ disabled }: MemberChanges): Pick<UserChanges, 'disabled'> =>
  disabled === undefined ? {} : { disabled: disabled.to === true };

/** The members that a new user would not have by itself. */
const toldMembers = (members: object): object =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) =>
        value !== null && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  );
