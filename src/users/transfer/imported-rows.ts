import { ConflictException, ForbiddenException, Injectable } from '@nestjs/common';
import { memberChanges } from '../../audit/member-changes.js';
import { nameOf } from '../../audit/originator.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { adminScope, partialRolesOf, rolesOf, toRoleColumn } from '../../resource/rights.js';
import { DirectoryOwnership } from '../directory-ownership.js';
import { toProfile } from '../user-profile.js';
import { type Moment, UserWrites } from '../user-writes.js';
import type { ImportedUserDto } from './imported-user.dto.js';
import { ImportedMemberships, type WantedMemberships } from './imported-memberships.js';

/** What became of a row. */
export type RowOutcome = 'created' | 'updated' | 'skipped';

/** A row that can be written. */
export interface PreparedRow {
  readonly user: ImportedUserDto;
  readonly memberships: WantedMemberships;
}

/** How rows are imported. */
export interface ImportTerms {
  readonly mode: 'create' | 'upsert';
  /** Those that whoever started the import has now. */
  readonly scopes: ReadonlySet<string>;
}

/** Creates and changes the users of rows, by the rules of the admin API for single users. */
@Injectable()
export class ImportedRows {
  constructor(
    private readonly users: UsersStore,
    private readonly writes: UserWrites,
    private readonly ownership: DirectoryOwnership,
    private readonly memberships: ImportedMemberships,
  ) {}

  /**
   * What can be found out about a row before the transaction.
   * @throws HttpException why the row is refused
   */
  async prepare(user: ImportedUserDto, { mode, scopes }: ImportTerms): Promise<PreparedRow> {
    if (!scopes.has(adminScope.write) && givesRole(user))
      throw new ForbiddenException('only administrators can give roles');
    const memberships = await this.memberships.resolve(user, scopes);
    if (mode === 'upsert') {
      const present = await this.users.findByUsername(user.username);
      if (present) await this.ownership.requireOwnMembers(present, user);
    }
    return { user, memberships };
  }

  /**
   * @param present the user of that name, if there is one
   * @throws HttpException why the row is refused
   * @throws DuplicateError if a unique value is taken
   */
  async apply(
    tx: Transaction,
    row: PreparedRow,
    present: User | undefined,
    moment: Moment,
    { mode, scopes }: ImportTerms,
  ): Promise<RowOutcome> {
    if (!present) return this.create(tx, row, moment, scopes);
    if (mode === 'create') return 'skipped';
    if (!scopes.has(adminScope.write) && rolesOf(present).length > 0)
      throw new ForbiddenException('only administrators can change a user who has a role');
    return this.update(tx, row, present, moment, scopes);
  }

  private async create(
    tx: Transaction,
    { user, memberships }: PreparedRow,
    moment: Moment,
    scopes: ReadonlySet<string>,
  ): Promise<RowOutcome> {
    const { password_hash: hash, password_change_required: changeRequired = false, disabled = false } = user;
    const { id } = await this.writes.insert(tx, user, moment, { changeRequired, disabled });
    if (hash !== undefined) await this.users.insertPassword(tx, id, hash, moment.now);
    await this.memberships.apply(tx, id, memberships, moment, scopes);
    return 'created';
  }

  /** Passwords of users who exist stay as they are. */
  private async update(
    tx: Transaction,
    { user, memberships }: PreparedRow,
    present: User,
    moment: Moment,
    scopes: ReadonlySet<string>,
  ): Promise<RowOutcome> {
    const { username: _name, password_hash: _hash, password_change_required: _required, ...others } = user;
    const { groups: _groups, roles: _roles, disabled, ...given } = others;
    const becomesDisabled = disabled !== undefined && disabled !== (present.disabledAt !== null);
    if (given.admin_roles)
      given.admin_roles = partialRolesOf({ adminRoles: toRoleColumn(given.admin_roles) });
    const isChanged = becomesDisabled || memberChanges(stateOf(present), withoutAbsent(given)) !== undefined;
    if (isChanged) {
      const isOwn = nameOf(moment.actor) === `user:${present.id}`;
      if (isOwn && (disabled || given.administrator === false))
        throw new ConflictException('administrators cannot do this to themselves; another administrator can');
      await this.writes.update(tx, present.id, becomesDisabled ? { ...given, disabled } : given, moment);
    }
    const isMoved = await this.memberships.apply(tx, present.id, memberships, moment, scopes);
    return isChanged || isMoved ? 'updated' : 'skipped';
  }
}

const givesRole = ({ administrator, admin_roles: roles = [] }: ImportedUserDto): boolean =>
  administrator === true || roles.length > 0;

const stateOf = (user: User): object => ({
  ...toProfile(user),
  administrator: user.administrator,
  admin_roles: partialRolesOf(user),
});

const withoutAbsent = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
