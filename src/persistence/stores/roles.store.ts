import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { GroupRole } from '../entities/group-role.entity.js';
import { Role, type RoleOwnerKind } from '../entities/role.entity.js';
import { UserRole } from '../entities/user-role.entity.js';
import type { RowOf } from '../naming.js';
import { addPage, addSearch, type Page, type PageRequest, toPage } from '../page.js';

/** Whose role it is. */
export interface RoleOwner {
  readonly ownerKind: RoleOwnerKind;
  readonly ownerId: string;
}

/** What a change of a role depends on. */
export type HeldRole = Pick<Role, 'id' | 'version' | 'name' | 'description' | 'ownerKind' | 'ownerId'>;

/** Which roles are listed. */
export interface RoleFilter {
  readonly owner?: RoleOwner | undefined;
  /** What their name or description contains. */
  readonly search?: string | undefined;
}

/** Who was given a role: a user, or a group. */
export interface RoleHolder {
  readonly kind: 'user' | 'group';
  readonly id: string;
}

/** A holder as a list shows it. */
export interface ListedHolder {
  readonly id: string;
  /** The username, or the name of the group. */
  readonly name: string;
  readonly createdAt: number;
}

/** The tables of what was given to each kind of holder. */
const given = {
  user: { table: 'user_roles', column: 'user_id', holders: 'users', name: 'username' },
  group: { table: 'group_roles', column: 'group_id', holders: 'people_groups', name: 'name' },
} as const;

/** Roles, and who was given each. */
@Injectable()
export class RolesStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Role | null> {
    return this.database.read.findOneBy(Role, { id });
  }

  async findByName({ ownerKind, ownerId }: RoleOwner, name: string): Promise<Role | null> {
    return this.database.read.findOneBy(Role, { ownerKind, ownerId, name });
  }

  /** Oldest first. */
  async list({ owner, search, ...page }: RoleFilter & PageRequest): Promise<Page<Role>> {
    const query = addPage(this.database.read.createQueryBuilder(Role, 'r'), page, 'createdAt');
    if (owner)
      query.andWhere('r.ownerKind = :ownerKind AND r.ownerId = :ownerId', {
        ownerKind: owner.ownerKind,
        ownerId: owner.ownerId,
      });
    if (search !== undefined) addSearch(query, { name: search, description: search });
    return toPage(await query.getMany(), page.limit);
  }

  /** Holds a role until the transaction ends. */
  async hold(tx: EntityManager, id: string): Promise<HeldRole | undefined> {
    const [row] = await this.database.lockedRows<RowOf<HeldRole>>(
      tx,
      'SELECT id, version, name, description, owner_kind, owner_id FROM roles WHERE id = ?',
      [id],
    );
    return row && { ...row, ownerKind: row.owner_kind, ownerId: row.owner_id };
  }

  async insert(tx: EntityManager, role: Role): Promise<void> {
    await tx.insert(Role, role);
  }

  async update(tx: EntityManager, id: string, changes: Partial<Role>): Promise<void> {
    await tx.update(Role, { id }, { ...changes, version: () => 'version + 1' });
  }

  /** Deletes a role that is held, and takes it from everybody. */
  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(UserRole, { roleId: id });
    await tx.delete(GroupRole, { roleId: id });
    await tx.delete(Role, { id });
  }

  /** Those who were given the role themselves, by their ids. */
  async holders(
    roleId: string,
    kind: RoleHolder['kind'],
    { after, limit }: PageRequest,
  ): Promise<Page<ListedHolder>> {
    const { table, column, holders, name } = given[kind];
    const rows = await this.database.query<{ id: string; name: string; created_at: number }>(
      `SELECT h.id, h.${name} AS name, r.created_at FROM ${table} r JOIN ${holders} h ON h.id = r.${column}
        WHERE r.role_id = ?${after === undefined ? '' : ` AND r.${column} > ?`} ORDER BY r.${column} LIMIT ${limit + 1}`,
      after === undefined ? [roleId] : [roleId, after],
    );
    const items = rows.map((row) => ({ id: row.id, name: row.name, createdAt: row.created_at }));
    return toPage(items, limit);
  }

  /** The roles that were given to a user or a group itself, by their ids. */
  async givenTo({ kind, id }: RoleHolder, tx: EntityManager = this.database.read): Promise<string[]> {
    const { table, column } = given[kind];
    const rows = await this.database.rows<{ role_id: string }>(
      tx,
      `SELECT role_id FROM ${table} WHERE ${column} = ? ORDER BY role_id`,
      [id],
    );
    return rows.map((row) => row.role_id);
  }

  /** @returns false if the holder has the role already */
  async give(tx: EntityManager, roleId: string, { kind, id }: RoleHolder, now: number): Promise<boolean> {
    const { table, column } = given[kind];
    return this.database.insertIfAbsent(
      tx,
      `INSERT INTO ${table} (role_id, ${column}, created_at) VALUES (?, ?, ?)`,
      [roleId, id, now],
    );
  }

  /** @returns false if the holder does not have the role */
  async take(tx: EntityManager, roleId: string, { kind, id }: RoleHolder): Promise<boolean> {
    const { table, column } = given[kind];
    const taken = await this.database.affected(
      tx,
      `DELETE FROM ${table} WHERE role_id = ? AND ${column} = ?`,
      [roleId, id],
    );
    return taken === 1;
  }
}
