import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { SqlValue } from '../sql.js';
import { expiringTables } from '../expiring-tables.js';

/** An administrator who is not disabled. */
export interface AdministratorFactors {
  readonly username: string;
  /** Authenticator apps and passkeys. */
  readonly secondFactors: number;
}

/** Deliveries that have not arrived. */
export interface StuckDeliveries {
  readonly kind: string;
  readonly state: 'pending' | 'failed';
  readonly deliveries: number;
}

/** What an operator should know of the data: work that is behind, and who administers the service. */
@Injectable()
export class UpkeepStore {
  constructor(private readonly database: Database) {}

  /** The tables with rows that had expired by a time, and how many there are. */
  async overdue(before: number): Promise<{ readonly table: string; readonly rows: number }[]> {
    const counts: { readonly table: string; readonly rows: number }[] = [];
    for (const [table] of expiringTables) {
      const rows = await this.count(
        `SELECT COUNT(*) AS rows_found FROM ${table} WHERE expires_at <= ?`,
        before,
      );
      if (rows > 0) counts.push({ table, rows });
    }
    return counts;
  }

  /** How many events of the audit trail from before a time have no seal. */
  async unsealedEvents(before: number): Promise<number> {
    return this.count(
      'SELECT COUNT(*) AS rows_found FROM audit_events WHERE seal IS NULL AND at < ?',
      before,
    );
  }

  /** The deliveries that were due before a time, and those that were given up. */
  async stuckDeliveries(before: number): Promise<StuckDeliveries[]> {
    const rows = await this.database.query<{
      kind: string;
      state: StuckDeliveries['state'];
      found: number | string;
    }>(
      `SELECT kind, state, COUNT(*) AS found FROM deliveries
        WHERE state = 'failed' OR (state = 'pending' AND due_at < ?) GROUP BY kind, state ORDER BY kind, state`,
      [before],
    );
    return rows.map(({ kind, state, found }) => ({ kind, state, deliveries: Number(found) }));
  }

  /** The administrators who are not disabled, in the order of their names. */
  async administrators(): Promise<AdministratorFactors[]> {
    const rows = await this.database.query<{ username: string; second_factors: number | string }>(
      `SELECT u.username AS username,
          (SELECT COUNT(*) FROM authenticators a WHERE a.user_id = u.id) +
          (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = u.id) AS second_factors
        FROM users u WHERE u.administrator = true AND u.disabled_at IS NULL ORDER BY u.username_key`,
      [],
    );
    return rows.map(({ username, second_factors }) => ({ username, secondFactors: Number(second_factors) }));
  }

  /**
   * How long the oldest work of each kind has been waiting.
   * @returns seconds by kind: `sweep`, `audit_seal`, and `delivery`; 0 if nothing waits
   */
  async lag(now: number): Promise<Record<'sweep' | 'audit_seal' | 'delivery', number>> {
    const since = async (sql: string, values: SqlValue[] = []): Promise<number> => {
      const [row] = await this.database.query<{ oldest: number | string | null }>(sql, values);
      return row?.oldest == null ? 0 : Math.max(0, now - Number(row.oldest));
    };
    // One after the other: requests need the connections, too.
    let sweep = 0;
    for (const [table] of expiringTables)
      sweep = Math.max(
        sweep,
        await since(`SELECT MIN(expires_at) AS oldest FROM ${table} WHERE expires_at <= ?`, [now]),
      );
    return {
      sweep,
      audit_seal: await since('SELECT MIN(at) AS oldest FROM audit_events WHERE seal IS NULL'),
      delivery: await since('SELECT MIN(due_at) AS oldest FROM deliveries WHERE due_at <= ?', [now]),
    };
  }

  private async count(sql: string, before: number): Promise<number> {
    const [row] = await this.database.query<{ rows_found: number | string }>(sql, [before]);
    return Number(row?.rows_found);
  }
}
