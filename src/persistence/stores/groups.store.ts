import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, Not } from 'typeorm';
import { Database } from '../database.js';
import { Group } from '../entities/group.entity.js';
import { GroupMember } from '../entities/group-member.entity.js';
import { GroupRole } from '../entities/group-role.entity.js';
import { ScimGroupId } from '../entities/scim-group-id.entity.js';
import type { RowOf } from '../naming.js';
import { addPage, addSearch, type Page, type PageRequest, toPage } from '../page.js';
import { marks } from '../sql.js';

/** What a change of a group depends on. */
export type HeldGroup = Pick<
  Group,
  'id' | 'version' | 'name' | 'description' | 'parentId' | 'requireSecondFactor'
>;

/** Which groups are listed. */
export interface GroupFilter {
  /** What their name or description contains. */
  readonly search?: string | undefined;
  /** Only those directly below this group. */
  readonly parentId?: string | undefined;
}

/** Somebody who is a member of a group itself. */
export interface ListedMember {
  /** Of the user. */
  readonly id: string;
  readonly username: string;
  readonly createdAt: number;
}

/** Groups of people, and who was made a member of each. */
/** A group that somebody was made a member of, and the upstream whose groups made that. */
export type MadeMembership = Pick<Group, 'id' | 'name'> & Pick<GroupMember, 'upstreamId'>;

@Injectable()
export class GroupsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Group | null> {
    return this.database.read.findOneBy(Group, { id });
  }

  async findByName(name: string): Promise<Group | null> {
    return this.database.read.findOneBy(Group, { name });
  }

  /** Oldest first. */
  async list({ search, parentId, ...page }: GroupFilter & PageRequest): Promise<Page<Group>> {
    const query = addPage(this.database.read.createQueryBuilder(Group, 'g'), page, 'createdAt');
    if (parentId !== undefined) query.andWhere('g.parentId = :parentId', { parentId });
    if (search !== undefined) addSearch(query, { name: search, description: search });
    return toPage(await query.getMany(), page.limit);
  }

  /** The ids of the groups whose members need a second factor. */
  async requiringSecondFactor(): Promise<string[]> {
    const rows = await this.database.query<Pick<Group, 'id'>>(
      'SELECT id FROM people_groups WHERE require_second_factor = true',
      [],
    );
    return rows.map(({ id }) => id);
  }

  /** Holds a group until the transaction ends. */
  async hold(tx: EntityManager, id: string): Promise<HeldGroup | undefined> {
    const [row] = await this.database.lockedRows<RowOf<HeldGroup>>(
      tx,
      'SELECT id, version, name, description, parent_id, require_second_factor FROM people_groups WHERE id = ?',
      [id],
    );
    return (
      row && {
        ...row,
        parentId: row.parent_id,
        requireSecondFactor: Boolean(row.require_second_factor),
      }
    );
  }

  /** The ids of the groups directly below these, held until the transaction ends. */
  async holdBelow(tx: EntityManager, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.lockedRows<Pick<Group, 'id'>>(
      tx,
      `SELECT id FROM people_groups WHERE parent_id IN (${marks(ids)})`,
      ids,
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: EntityManager, group: Group): Promise<void> {
    await tx.insert(Group, group);
  }

  async update(tx: EntityManager, id: string, changes: Partial<Group>): Promise<void> {
    await tx.update(Group, { id }, { ...changes, version: () => 'version + 1' });
  }

  /** Deletes a group that is held, and ends what its members had by it. */
  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(GroupMember, { groupId: id });
    await tx.delete(GroupRole, { groupId: id });
    await tx.delete(ScimGroupId, { groupId: id });
    await tx.delete(Group, { id });
  }

  /** Those who were made members of the group itself, by their ids. */
  async members(groupId: string, { after, limit }: PageRequest): Promise<Page<ListedMember>> {
    const rows = await this.database.query<{ id: string; username: string; created_at: number }>(
      `SELECT u.id, u.username, m.created_at FROM group_members m JOIN users u ON u.id = m.user_id
        WHERE m.group_id = ?${after === undefined ? '' : ' AND m.user_id > ?'} ORDER BY m.user_id LIMIT ${limit + 1}`,
      after === undefined ? [groupId] : [groupId, after],
    );
    const items = rows.map(({ id, username, created_at: at }) => ({ id, username, createdAt: at }));
    return toPage(items, limit);
  }

  /** The ids of the members of a group that is held. */
  async memberIds(tx: EntityManager, groupId: string): Promise<string[]> {
    const rows = await this.database.rows<{ user_id: string }>(
      tx,
      'SELECT user_id FROM group_members WHERE group_id = ?',
      [groupId],
    );
    return rows.map((row) => row.user_id);
  }

  /**
   * Adds a member, or a second source of the membership: somebody here beside an upstream. Of two upstreams the first is its source.
   * @returns false if the user is a member by that source already
   */
  async addMember(
    tx: EntityManager,
    groupId: string,
    userId: string,
    { now, upstreamId = null }: { readonly now: number; readonly upstreamId?: string | null | undefined },
  ): Promise<boolean> {
    const isNew = await this.database.insertIfAbsent(
      tx,
      'INSERT INTO group_members (group_id, user_id, created_at, upstream_id) VALUES (?, ?, ?, ?)',
      [groupId, userId, now, upstreamId],
    );
    if (isNew) return true;
    const member = { groupId, userId };
    const { affected } =
      upstreamId === null
        ? await tx.update(
            GroupMember,
            { ...member, upstreamId: Not(IsNull()), madeHere: false },
            { madeHere: true },
          )
        : await tx.update(GroupMember, { ...member, upstreamId: IsNull() }, { upstreamId, madeHere: true });
    return affected === 1;
  }

  /** The groups of these names. */
  async named(names: readonly string[]): Promise<Pick<Group, 'id' | 'name'>[]> {
    if (names.length === 0) return [];
    return this.database.query<Pick<Group, 'id' | 'name'>>(
      `SELECT id, name FROM people_groups WHERE name IN (${marks(names)})`,
      [...names],
    );
  }

  /** The groups that somebody was made a member of, and by which upstream. */
  async sourcesOf(userId: string, tx: EntityManager = this.database.read): Promise<MadeMembership[]> {
    const rows = await this.database.rows<RowOf<MadeMembership>>(
      tx,
      `SELECT g.id, g.name, m.upstream_id FROM group_members m JOIN people_groups g ON g.id = m.group_id
        WHERE m.user_id = ? ORDER BY g.id`,
      [userId],
    );
    return rows.map(({ id, name, upstream_id: upstreamId }) => ({ id, name, upstreamId }));
  }

  /**
   * @param upstreamId ends only the part of this upstream in the membership
   * @returns false if the user is no member, or stays one
   */
  async removeMember(
    tx: EntityManager,
    groupId: string,
    userId: string,
    upstreamId?: string,
  ): Promise<boolean> {
    if (upstreamId === undefined) return (await tx.delete(GroupMember, { groupId, userId })).affected === 1;
    const made = { groupId, userId, upstreamId };
    await tx.update(GroupMember, { ...made, madeHere: true }, { upstreamId: null, madeHere: false });
    return (await tx.delete(GroupMember, made)).affected === 1;
  }
}
