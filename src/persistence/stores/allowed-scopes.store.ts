import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { containing } from '../sql.js';
import { GrantsStore } from './grants.store.js';

interface Row {
  readonly id: string;
  readonly scope: string;
  readonly authorization_details: string | null;
}

const batchSize = 500;
/** Where it stands what people allowed: for good, and until a grant ends. */
const places = [
  { table: 'consents', column: 'scope', condition: '1 = 1', details: 'authorization_details' },
  { table: 'consents', column: 'trusted_scope', condition: '1 = 1', details: 'authorization_details' },
  {
    table: 'grants',
    column: 'scope',
    condition: 'user_id IS NOT NULL AND revoked_at IS NULL',
    details: 'authorization_details',
  },
  { table: 'organization_consents', column: 'scope', condition: '1 = 1', details: 'NULL' },
] as const;

/** The scopes that people allowed, or administrators in their place, whoever they are and whatever client it is. */
@Injectable()
export class AllowedScopesStore {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsStore,
  ) {}

  /**
   * Takes scopes from everything that people allowed. A grant of nothing else is revoked.
   * @param reason kept with revoked grants
   */
  async forget(tx: EntityManager, scopes: readonly string[], reason: string, now: number): Promise<void> {
    for (const scope of scopes) {
      for (const place of places) {
        const { table, column, condition, details } = place;
        for (let after = ''; ;) {
          const rows = await this.database.lockedRows<Row>(
            tx,
            `SELECT id, ${column} AS scope, ${details} AS authorization_details FROM ${table} WHERE id > ? AND ${condition} AND ${this.database.containsText(column)}
             ORDER BY id LIMIT ${batchSize}`,
            [after, containing(scope)],
          );
          for (const row of rows) await this.take(tx, place, row, scope, reason, now);
          const last = rows.at(-1);
          if (last === undefined) break;
          after = last.id;
        }
      }
    }
  }

  private async take(
    tx: EntityManager,
    { table, column }: (typeof places)[number],
    { id, scope: allowed, authorization_details: details }: Row,
    scope: string,
    reason: string,
    now: number,
  ): Promise<void> {
    const names = allowed.split(' ');
    const left = names.filter((name) => name !== scope).join(' ');
    if (left === allowed) return;
    if (left === '' && table === 'organization_consents') {
      await this.database.affected(tx, 'DELETE FROM organization_consents WHERE id = ?', [id]);
      return;
    }
    if (left === '' && details === null && table === 'grants') {
      await this.grants.revoke(tx, id, reason, now);
      return;
    }
    await this.database.affected(tx, `UPDATE ${table} SET ${column} = ? WHERE id = ?`, [left, id]);
    if (table === 'consents' && details === null)
      await this.database.affected(
        tx,
        "DELETE FROM consents WHERE id = ? AND scope = '' AND (trusted_scope IS NULL OR trusted_scope = '')",
        [id],
      );
  }
}
