import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Database } from '../database.js';
import { containing } from '../sql.js';
import { GrantsStore } from './grants.store.js';

interface Row {
  readonly id: string;
  readonly scope: string;
  readonly authorization_details: string;
}

const batchSize = 500;
/** Where it stands what people allowed: for good, and until a grant ends. */
const places = [
  { table: 'consents', condition: '1 = 1' },
  { table: 'grants', condition: 'revoked_at IS NULL' },
] as const;

/** The authorization details that people allowed, whoever they are and whatever client it is. */
@Injectable()
export class AllowedDetailsStore {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsStore,
  ) {}

  /**
   * Takes the details of a type from everything that people allowed, so that they do not count for a later type of the same name. A grant
   * of nothing else is revoked.
   * @param reason kept with revoked grants
   */
  async forget(tx: EntityManager, type: string, reason: string, now: number): Promise<void> {
    for (const { table, condition } of places)
      for (let after = ''; ;) {
        const rows = await this.database.lockedRows<Row>(
          tx,
          `SELECT id, scope, authorization_details FROM ${table}
            WHERE id > ? AND ${condition} AND ${this.database.containsText('authorization_details')}
            ORDER BY id LIMIT ${batchSize}`,
          [after, containing(JSON.stringify(type))],
        );
        for (const row of rows) await this.take(tx, table, row, type, reason, now);
        const last = rows.at(-1);
        if (last === undefined) break;
        after = last.id;
      }
  }

  private async take(
    tx: EntityManager,
    table: (typeof places)[number]['table'],
    { id, scope, authorization_details: text }: Row,
    type: string,
    reason: string,
    now: number,
  ): Promise<void> {
    const allowed = JSON.parse(text) as AuthorizationDetail[];
    const left = allowed.filter((detail) => detail.type !== type);
    if (left.length === allowed.length) return;
    if (table === 'grants' && left.length === 0 && scope === '') {
      await this.grants.revoke(tx, id, reason, now);
      return;
    }
    const value = left.length === 0 ? null : JSON.stringify(left);
    await this.database.affected(tx, `UPDATE ${table} SET authorization_details = ? WHERE id = ?`, [
      value,
      id,
    ]);
  }
}
