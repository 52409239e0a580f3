import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import type { AttributeValue } from '../../protocol/attributes.js';
import { Database } from '../database.js';
import { AttributeDefinition } from '../entities/attribute-definition.entity.js';
import { UserAttribute } from '../entities/user-attribute.entity.js';
import type { RowOf } from '../naming.js';
import { marks } from '../sql.js';

/** A value of a user. */
export interface StoredValue {
  readonly attributeId: string;
  /** The name of the attribute. */
  readonly name: string;
  readonly value: AttributeValue;
  /** The upstream that states it; null if it was set here. */
  readonly upstreamId: string | null;
}

/** The upstream that states a value of a user. */
export interface ValueOwner {
  /** The name of the attribute. */
  readonly name: string;
  readonly alias: string;
  readonly protocol: string;
}

/** Attributes of users, and their values. */
@Injectable()
export class AttributesStore {
  constructor(private readonly database: Database) {}

  /** Every definition, oldest first. */
  async all(tx: EntityManager = this.database.read): Promise<AttributeDefinition[]> {
    return tx.find(AttributeDefinition, { order: { id: 'ASC' } });
  }

  async find(name: string): Promise<AttributeDefinition | null> {
    return this.database.read.findOneBy(AttributeDefinition, { name });
  }

  /** The definition with this name, held until the transaction ends. */
  async hold(tx: EntityManager, name: string): Promise<AttributeDefinition | null> {
    const [held] = await this.database.lockedRows<Pick<AttributeDefinition, 'id'>>(
      tx,
      'SELECT id FROM attribute_definitions WHERE name = ?',
      [name],
    );
    return held ? tx.findOneBy(AttributeDefinition, { id: held.id }) : null;
  }

  /** @throws DuplicateError if the name is taken */
  async insert(tx: EntityManager, definition: AttributeDefinition): Promise<void> {
    await tx.insert(AttributeDefinition, definition);
  }

  async update(tx: EntityManager, id: string, changes: Partial<AttributeDefinition>): Promise<void> {
    await tx.update(AttributeDefinition, { id }, { ...changes, version: () => 'version + 1' });
  }

  /** Deletes a definition with the values that are left. */
  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(AttributeDefinition, { id });
    await tx.delete(UserAttribute, { attributeId: id });
  }

  /** How many users have a value. */
  async countValues(id: string): Promise<number> {
    return this.database.read.countBy(UserAttribute, { attributeId: id });
  }

  /**
   * Deletes some of the values of an attribute. Their users have another version then.
   * @returns how many
   */
  async deleteSomeValues(tx: EntityManager, id: string, limit: number, now: number): Promise<number> {
    const some = await tx.find(UserAttribute, {
      where: { attributeId: id },
      select: { userId: true },
      take: limit,
    });
    const userIds = some.map(({ userId }) => userId);
    if (userIds.length === 0) return 0;
    await this.database.affected(
      tx,
      `UPDATE users SET version = version + 1, updated_at = ? WHERE id IN (${marks(userIds)})`,
      [now, ...userIds],
    );
    await tx.delete(UserAttribute, { attributeId: id, userId: In(userIds) });
    return userIds.length;
  }

  /** What a user has, by the names of the attributes. */
  async valuesOf(userId: string): Promise<Map<string, AttributeValue>> {
    return new Map((await this.storedValuesOf(userId)).map(({ name, value }) => [name, value]));
  }

  async storedValuesOf(userId: string, tx: EntityManager = this.database.read): Promise<StoredValue[]> {
    const rows = await this.database.rows<RowOf<UserAttribute> & { name: string; value: string }>(
      tx,
      `SELECT v.attribute_id, d.name, v.value, v.upstream_id
         FROM user_attributes v JOIN attribute_definitions d ON d.id = v.attribute_id
        WHERE v.user_id = ? ORDER BY d.id`,
      [userId],
    );
    return rows.map((row) => ({
      attributeId: row.attribute_id,
      name: row.name,
      value: JSON.parse(row.value) as AttributeValue,
      upstreamId: row.upstream_id,
    }));
  }

  /** What each of these users has, by the names of the attributes. */
  async valuesOfUsers(userIds: readonly string[]): Promise<Map<string, Record<string, AttributeValue>>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.query<{ user_id: string; name: string; value: string }>(
      `SELECT v.user_id, d.name, v.value FROM user_attributes v JOIN attribute_definitions d ON d.id = v.attribute_id
        WHERE v.user_id IN (${marks(userIds)}) ORDER BY d.id`,
      [...userIds],
    );
    const byUser = new Map<string, Record<string, AttributeValue>>();
    for (const { user_id: userId, name, value } of rows)
      byUser.set(userId, { ...byUser.get(userId), [name]: JSON.parse(value) as AttributeValue });
    return byUser;
  }

  /** The upstreams that are enabled and state values of a user. */
  async ownersOf(userId: string, tx: EntityManager = this.database.read): Promise<ValueOwner[]> {
    return this.database.rows<ValueOwner>(
      tx,
      `SELECT d.name, u.alias, u.protocol
         FROM user_attributes v JOIN attribute_definitions d ON d.id = v.attribute_id JOIN upstreams u ON u.id = v.upstream_id
        WHERE v.user_id = ? AND u.enabled = true ORDER BY d.id`,
      [userId],
    );
  }

  /**
   * Sets the value of a user who is held.
   * @param upstreamId the upstream that states it; null if it is set here
   * @returns false if the attribute was deleted meanwhile
   */
  async set(
    tx: EntityManager,
    userId: string,
    attributeId: string,
    { value, upstreamId }: Pick<StoredValue, 'value' | 'upstreamId'>,
  ): Promise<boolean> {
    await this.clear(tx, userId, attributeId);
    const inserted = await this.database.insertFrom(
      tx,
      `INSERT INTO user_attributes (user_id, attribute_id, value, upstream_id)
        SELECT ?, d.id, ?, ? FROM attribute_definitions d WHERE d.id = ?`,
      [userId, JSON.stringify(value), upstreamId, attributeId],
    );
    return inserted === 1;
  }

  /** Has the values that an upstream states count as set here. */
  async release(tx: EntityManager, upstreamId: string, userId: string): Promise<void> {
    await tx.update(UserAttribute, { userId, upstreamId }, { upstreamId: null });
  }

  async clear(tx: EntityManager, userId: string, attributeId: string): Promise<void> {
    await tx.delete(UserAttribute, { userId, attributeId });
  }
}
