import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { AssertionPolicy } from '../entities/assertion-policy.entity.js';
import { newId } from '../id.js';

/** What a registration of a policy writes. */
export type AssertionPolicyColumns = Pick<AssertionPolicy, 'name' | 'enabled' | 'clientId' | 'members'>;

/** What clients are vouched for elsewhere. */
@Injectable()
export class AssertionPoliciesStore {
  constructor(private readonly database: Database) {}

  /** In the order in which they were registered. */
  async list(): Promise<AssertionPolicy[]> {
    return this.database.read.find(AssertionPolicy, { order: { id: 'ASC' } });
  }

  async find(name: string): Promise<AssertionPolicy | null> {
    return this.database.read.findOneBy(AssertionPolicy, { name });
  }

  /** The enabled policies of a client, in the order in which they were registered. */
  async enabledOf(clientId: string): Promise<AssertionPolicy[]> {
    return this.database.read.find(AssertionPolicy, {
      where: { clientId, enabled: true },
      order: { id: 'ASC' },
    });
  }

  /** Whether there are policies of a client, enabled or not. */
  async existFor(clientId: string): Promise<boolean> {
    return this.database.read.existsBy(AssertionPolicy, { clientId });
  }

  /** The policy with this name, held until the transaction ends. */
  async hold(tx: EntityManager, name: string): Promise<AssertionPolicy | null> {
    const sql = 'SELECT id FROM assertion_policies WHERE name = ?';
    const [held] = await this.database.lockedRows<Pick<AssertionPolicy, 'id'>>(tx, sql, [name]);
    return held ? tx.findOneBy(AssertionPolicy, { id: held.id }) : null;
  }

  async count(tx: EntityManager): Promise<number> {
    return tx.count(AssertionPolicy);
  }

  /** @throws DuplicateError if the name is taken */
  async insert(tx: EntityManager, columns: AssertionPolicyColumns, now: number): Promise<void> {
    const times = { createdAt: now, updatedAt: now };
    await tx.insert(AssertionPolicy, { ...columns, id: newId(), version: 0, ...times });
  }

  async update(
    tx: EntityManager,
    { id }: AssertionPolicy,
    columns: AssertionPolicyColumns,
    now: number,
  ): Promise<void> {
    const changes = { ...columns, updatedAt: now, version: () => 'version + 1' };
    await tx.update(AssertionPolicy, { id }, changes);
  }

  async delete(tx: EntityManager, { id }: AssertionPolicy): Promise<void> {
    await tx.delete(AssertionPolicy, { id });
  }
}
