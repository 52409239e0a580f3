import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { StoredClaimRule } from '../entities/claim-rule.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** Rules that say which claims tokens hold. */
@Injectable()
export class ClaimRulesStore {
  constructor(private readonly database: Database) {}

  /** Every rule, oldest first. */
  async all(tx: EntityManager = this.database.read): Promise<StoredClaimRule[]> {
    return tx.find(StoredClaimRule, { order: { id: 'ASC' } });
  }

  async find(id: string): Promise<StoredClaimRule | null> {
    return this.database.read.findOneBy(StoredClaimRule, { id });
  }

  async findByName(name: string): Promise<StoredClaimRule | null> {
    return this.database.read.findOneBy(StoredClaimRule, { name });
  }

  /** Oldest first. */
  async list(page: PageRequest): Promise<Page<StoredClaimRule>> {
    const query = addPage(this.database.read.createQueryBuilder(StoredClaimRule, 'r'), page, 'createdAt');
    return toPage(await query.getMany(), page.limit);
  }

  async count(tx: EntityManager): Promise<number> {
    return tx.count(StoredClaimRule);
  }

  /** The rule, held until the transaction ends. */
  async hold(tx: EntityManager, id: string): Promise<StoredClaimRule | null> {
    const held = await this.database.lockedRows(tx, 'SELECT id FROM claim_rules WHERE id = ?', [id]);
    return held.length === 0 ? null : tx.findOneBy(StoredClaimRule, { id });
  }

  async insert(tx: EntityManager, rule: StoredClaimRule): Promise<void> {
    await tx.insert(StoredClaimRule, rule);
  }

  async update(tx: EntityManager, id: string, changes: Partial<StoredClaimRule>): Promise<void> {
    await tx.update(StoredClaimRule, { id }, { ...changes, version: () => 'version + 1' });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(StoredClaimRule, { id });
  }
}
