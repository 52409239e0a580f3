import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DeviceCode } from '../entities/device-code.entity.js';
import type { RowOf } from '../naming.js';
import { PolledRequestsStore } from './polled-requests.store.js';

/** A device authorization that its user has not yet decided on. */
export type PendingDevice = Pick<DeviceCode, 'id' | 'clientId' | 'scope' | 'unknownScope' | 'expiresAt'>;

const selectPending = `SELECT id, client_id, scope, unknown_scope, expires_at FROM device_codes
  WHERE user_code_hash = ? AND state = 'pending' AND expires_at > ?`;

@Injectable()
export class DeviceCodesStore extends PolledRequestsStore {
  protected readonly table = 'device_codes';
  protected readonly hashColumn = 'device_code_hash';

  async insert(tx: EntityManager, code: DeviceCode): Promise<void> {
    await tx.insert(DeviceCode, code);
  }

  async findPending(userCodeHash: string, now: number): Promise<PendingDevice | undefined> {
    const row = await this.database.row<RowOf<PendingDevice>>(selectPending, [userCodeHash, now]);
    return (
      row && {
        id: row.id,
        clientId: row.client_id,
        scope: row.scope,
        unknownScope: row.unknown_scope,
        expiresAt: row.expires_at,
      }
    );
  }
}
