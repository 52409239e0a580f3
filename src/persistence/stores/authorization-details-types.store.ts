import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { AuthorizationDetailsType } from '../entities/authorization-details-type.entity.js';
import { newId } from '../id.js';

/** Types of authorization details. */
@Injectable()
export class AuthorizationDetailsTypesStore {
  constructor(private readonly database: Database) {}

  /** In the order in which they were registered. */
  async all(): Promise<AuthorizationDetailsType[]> {
    return this.database.read.find(AuthorizationDetailsType, { order: { id: 'ASC' } });
  }

  async find(type: string): Promise<AuthorizationDetailsType | null> {
    return this.database.read.findOneBy(AuthorizationDetailsType, { type });
  }

  async count(tx: EntityManager): Promise<number> {
    return tx.count(AuthorizationDetailsType);
  }

  /** The type with this name, held until the transaction ends. */
  async hold(tx: EntityManager, type: string): Promise<AuthorizationDetailsType | null> {
    const [held] = await this.database.lockedRows<Pick<AuthorizationDetailsType, 'id'>>(
      tx,
      'SELECT id FROM authorization_details_types WHERE type = ?',
      [type],
    );
    return held ? tx.findOneBy(AuthorizationDetailsType, { id: held.id }) : null;
  }

  /** @throws DuplicateError if the name is taken */
  async insert(tx: EntityManager, type: string, members: object, now: number): Promise<void> {
    const row = { id: newId(), type, members, version: 0, createdAt: now, updatedAt: now };
    await tx.insert(AuthorizationDetailsType, row);
  }

  async update(tx: EntityManager, id: string, members: object, now: number): Promise<void> {
    const changed = { members, updatedAt: now, version: () => 'version + 1' };
    await tx.update(AuthorizationDetailsType, { id }, changed);
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(AuthorizationDetailsType, { id });
  }
}
