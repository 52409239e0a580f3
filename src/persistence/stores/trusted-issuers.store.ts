import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { TrustedIssuer } from '../entities/trusted-issuer.entity.js';
import { newId } from '../id.js';

/** What a change of a trusted issuer writes. */
export type TrustedIssuerColumns = Pick<TrustedIssuer, 'name' | 'enabled' | 'members'>;

/** Issuers whose assertions are taken. */
@Injectable()
export class TrustedIssuersStore {
  constructor(private readonly database: Database) {}

  /** In the order in which they were registered. */
  async all(): Promise<TrustedIssuer[]> {
    return this.database.read.find(TrustedIssuer, { order: { id: 'ASC' } });
  }

  async find(name: string): Promise<TrustedIssuer | null> {
    return this.database.read.findOneBy(TrustedIssuer, { name });
  }

  async count(tx: EntityManager): Promise<number> {
    return tx.count(TrustedIssuer);
  }

  /** The issuer with this name, held until the transaction ends. */
  async hold(tx: EntityManager, name: string): Promise<TrustedIssuer | null> {
    const [held] = await this.database.lockedRows<Pick<TrustedIssuer, 'id'>>(
      tx,
      'SELECT id FROM trusted_issuers WHERE name = ?',
      [name],
    );
    return held ? tx.findOneBy(TrustedIssuer, { id: held.id }) : null;
  }

  /** @throws DuplicateError if the name is taken */
  async insert(tx: EntityManager, columns: TrustedIssuerColumns, now: number): Promise<void> {
    await tx.insert(TrustedIssuer, { ...columns, id: newId(), version: 0, createdAt: now, updatedAt: now });
  }

  async update(
    tx: EntityManager,
    id: string,
    columns: Partial<TrustedIssuerColumns>,
    now: number,
  ): Promise<void> {
    await tx.update(TrustedIssuer, { id }, { ...columns, updatedAt: now, version: () => 'version + 1' });
  }

  async delete(tx: EntityManager, id: string): Promise<void> {
    await tx.delete(TrustedIssuer, { id });
  }

  /** Some of the active grants that come of its assertions. */
  async someGrantsOf(id: string, now: number, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT g.id FROM grants g WHERE g.trusted_issuer_id = ? AND g.revoked_at IS NULL AND g.expires_at > ?
        ORDER BY g.id LIMIT ${limit}`,
      [id, now],
    );
    return rows.map((row) => row.id);
  }
}
