import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { type GrantRow, grantColumns, type IssuingGrant, toIssuingGrant } from '../entities/grant-columns.js';
import type { PolledRequest } from '../entities/polled-request.js';
import type { RowOf } from '../naming.js';

/** A polled request with what the token endpoint needs of the grant that came of it. */
export interface PolledRequestWithGrant extends Pick<
  PolledRequest,
  'id' | 'clientId' | 'state' | 'expiresAt' | 'consumedAt'
> {
  readonly grant: IssuingGrant | undefined;
}

/** What a request becomes. */
type Decision = Pick<PolledRequest, 'state' | 'grantId' | 'grantExpiresAt'>;

type Row = RowOf<Omit<PolledRequestWithGrant, 'grant'> & Pick<PolledRequest, 'grantExpiresAt'>> & GrantRow;

/** Seconds added with each poll that comes too soon (RFC 8628 §3.5, CIBA Core §11). */
const slowedBy = 5;

/** Requests that their clients poll until the person has decided: what the tables of all of them have in common. */
@Injectable()
export abstract class PolledRequestsStore {
  protected abstract readonly table: 'device_codes' | 'backchannel_requests';
  /** The column with the hash of what the client polls with. */
  protected abstract readonly hashColumn: string;

  constructor(protected readonly database: Database) {}

  async find(hash: string): Promise<PolledRequestWithGrant | undefined> {
    const row = await this.database.row<Row>(
      `SELECT r.id, r.client_id, r.state, r.expires_at, r.grant_expires_at, r.consumed_at, ${grantColumns}
         FROM ${this.table} r LEFT JOIN grants g ON g.id = r.grant_id WHERE r.${this.hashColumn} = ?`,
      [hash],
    );
    return row && fromRow(row);
  }

  /**
   * The user allows it: true for exactly one decision, and only in time.
   * @param grantExpiresAt when the grant expires once the request is redeemed
   */
  async allow(
    tx: EntityManager,
    id: string,
    grant: { readonly id: string; readonly grantExpiresAt: number | null },
    now: number,
  ): Promise<boolean> {
    return this.decide(
      tx,
      id,
      { state: 'allowed', grantId: grant.id, grantExpiresAt: grant.grantExpiresAt },
      now,
    );
  }

  /** The user denies it: true for exactly one decision, and only in time. */
  async deny(tx: EntityManager, id: string, now: number): Promise<boolean> {
    return this.decide(tx, id, { state: 'denied', grantId: null, grantExpiresAt: null }, now);
  }

  /** Notes a poll. False when it came too soon after the one before: from then on the client has to wait longer. */
  async poll(id: string, now: number): Promise<boolean> {
    return this.database.write(async (tx) => {
      // A second less is let pass: the way here takes unequal time.
      const inTime = await this.database.affected(
        tx,
        `UPDATE ${this.table} SET last_polled_at = ? WHERE id = ? AND (last_polled_at IS NULL OR last_polled_at + poll_interval - 1 <= ?)`,
        [now, id, now],
      );
      if (inTime === 1) return true;
      await this.database.affected(
        tx,
        `UPDATE ${this.table} SET last_polled_at = ?, poll_interval = poll_interval + ${slowedBy} WHERE id = ?`,
        [now, id],
      );
      return false;
    });
  }

  /** Consumes an allowed request: true for exactly one caller. */
  async redeem(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const redeemed = await this.database.affected(
      tx,
      `UPDATE ${this.table} SET consumed_at = ? WHERE id = ? AND consumed_at IS NULL AND state = 'allowed'
        AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [now, id],
    );
    return redeemed === 1;
  }

  private async decide(
    tx: EntityManager,
    id: string,
    { state, grantId, grantExpiresAt }: Decision,
    now: number,
  ): Promise<boolean> {
    const decided = await this.database.affected(
      tx,
      `UPDATE ${this.table} SET state = ?, grant_id = ?, grant_expires_at = ?
        WHERE id = ? AND state = 'pending' AND expires_at > ?`,
      [state, grantId, grantExpiresAt, id, now],
    );
    return decided === 1;
  }
}

function fromRow(row: Row): PolledRequestWithGrant {
  return {
    id: row.id,
    clientId: row.client_id,
    state: row.state,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
    grant: row.g_id === null ? undefined : toIssuingGrant(row, row.grant_expires_at),
  };
}
