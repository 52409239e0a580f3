import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Database } from '../database.js';
import { DeviceCode } from '../entities/device-code.entity.js';
import type { RowOf } from '../naming.js';
import { type GrantRow, grantColumns, type IssuingGrant, toIssuingGrant } from '../entities/grant-columns.js';

/** A device authorization that its user has not yet decided on. */
export type PendingDevice = Pick<
  DeviceCode,
  'id' | 'clientId' | 'scope' | 'unknownScope' | 'authorizationDetails' | 'expiresAt'
>;

/** A device code with what the token endpoint needs of the grant that came of it. */
export interface DeviceCodeWithGrant extends Pick<
  DeviceCode,
  'id' | 'clientId' | 'state' | 'expiresAt' | 'consumedAt'
> {
  readonly grant: IssuingGrant | undefined;
}

type PendingRow = RowOf<Omit<PendingDevice, 'authorizationDetails'>> & {
  readonly authorization_details: string | null;
};
type Row = RowOf<Omit<DeviceCodeWithGrant, 'grant'> & Pick<DeviceCode, 'grantExpiresAt'>> & GrantRow;

const selectPending = `SELECT id, client_id, scope, unknown_scope, authorization_details, expires_at FROM device_codes
  WHERE user_code_hash = ? AND state = 'pending' AND expires_at > ?`;
const selectCode = `SELECT d.id, d.client_id, d.state, d.expires_at, d.grant_expires_at, d.consumed_at,
    ${grantColumns}
  FROM device_codes d LEFT JOIN grants g ON g.id = d.grant_id WHERE d.device_code_hash = ?`;

/** Seconds added with each poll that comes too soon (RFC 8628 §3.5). */
const slowedBy = 5;

@Injectable()
export class DeviceCodesStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, code: DeviceCode): Promise<void> {
    // The members of a detail are of any type, which the type of a partial entity does not know.
    await tx.insert(DeviceCode, code as QueryDeepPartialEntity<DeviceCode>);
  }

  async findPending(userCodeHash: string, now: number): Promise<PendingDevice | undefined> {
    const row = await this.database.row<PendingRow>(selectPending, [userCodeHash, now]);
    return (
      row && {
        id: row.id,
        clientId: row.client_id,
        scope: row.scope,
        unknownScope: row.unknown_scope,
        authorizationDetails:
          row.authorization_details === null
            ? null
            : (JSON.parse(row.authorization_details) as AuthorizationDetail[]),
        expiresAt: row.expires_at,
      }
    );
  }

  async find(deviceCodeHash: string): Promise<DeviceCodeWithGrant | undefined> {
    const row = await this.database.row<Row>(selectCode, [deviceCodeHash]);
    return row && fromRow(row);
  }

  /**
   * The user allows it: true for exactly one decision, and only in time.
   * @param grantExpiresAt when the grant expires once the code is redeemed
   */
  async allow(
    tx: EntityManager,
    id: string,
    grant: { readonly id: string; readonly grantExpiresAt: number | null },
    now: number,
  ): Promise<boolean> {
    return this.decide(tx, id, { state: 'allowed', grantId: grant.id, ...grant }, now);
  }

  /** The user denies it: true for exactly one decision, and only in time. */
  async deny(tx: EntityManager, id: string, now: number): Promise<boolean> {
    return this.decide(tx, id, { state: 'denied', grantId: null, grantExpiresAt: null }, now);
  }

  /** Notes a poll. False when it came too soon after the one before: from then on the device has to wait longer. */
  async poll(id: string, now: number): Promise<boolean> {
    return this.database.write(async (tx) => {
      // A second less is let pass: the way here takes unequal time.
      const inTime = await this.database.affected(
        tx,
        'UPDATE device_codes SET last_polled_at = ? WHERE id = ? AND (last_polled_at IS NULL OR last_polled_at + poll_interval - 1 <= ?)',
        [now, id, now],
      );
      if (inTime === 1) return true;
      await this.database.affected(
        tx,
        `UPDATE device_codes SET last_polled_at = ?, poll_interval = poll_interval + ${slowedBy} WHERE id = ?`,
        [now, id],
      );
      return false;
    });
  }

  /** Consumes an allowed code: true for exactly one caller. */
  async redeem(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const redeemed = await this.database.affected(
      tx,
      `UPDATE device_codes SET consumed_at = ? WHERE id = ? AND consumed_at IS NULL AND state = 'allowed'
        AND EXISTS (SELECT 1 FROM grants g WHERE g.id = grant_id AND g.revoked_at IS NULL)`,
      [now, id],
    );
    return redeemed === 1;
  }

  private async decide(
    tx: EntityManager,
    id: string,
    { state, grantId, grantExpiresAt }: Pick<DeviceCode, 'state' | 'grantId' | 'grantExpiresAt'>,
    now: number,
  ): Promise<boolean> {
    const decided = await this.database.affected(
      tx,
      `UPDATE device_codes SET state = ?, grant_id = ?, grant_expires_at = ?
        WHERE id = ? AND state = 'pending' AND expires_at > ?`,
      [state, grantId, grantExpiresAt, id, now],
    );
    return decided === 1;
  }
}

function fromRow(row: Row): DeviceCodeWithGrant {
  return {
    id: row.id,
    clientId: row.client_id,
    state: row.state,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
    grant: row.g_id === null ? undefined : toIssuingGrant(row, row.grant_expires_at),
  };
}
