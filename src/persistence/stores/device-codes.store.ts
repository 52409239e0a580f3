import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { DeviceCode } from '../entities/device-code.entity.js';
import type { RowOf } from '../naming.js';
import { PolledRequestsStore } from './polled-requests.js';

/** A device authorization that its user has not yet decided on. */
export type PendingDevice = Pick<
  DeviceCode,
  'id' | 'clientId' | 'scope' | 'unknownScope' | 'authorizationDetails' | 'expiresAt'
>;

type PendingRow = RowOf<Omit<PendingDevice, 'authorizationDetails'>> & {
  readonly authorization_details: string | null;
};

const selectPending = `SELECT id, client_id, scope, unknown_scope, authorization_details, expires_at FROM device_codes
  WHERE user_code_hash = ? AND state = 'pending' AND expires_at > ?`;

@Injectable()
export class DeviceCodesStore extends PolledRequestsStore {
  protected readonly table = 'device_codes';
  protected readonly hashColumn = 'device_code_hash';

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
}
