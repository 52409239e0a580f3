import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { AuditEvent } from '../entities/audit-event.entity.js';
import type { Grant } from '../entities/grant.entity.js';

/** Something that a grant issued. Times are seconds since the epoch. */
export interface Issued {
  readonly kind:
    'authorization_code' | 'device_code' | 'backchannel_request' | 'refresh_token' | 'access_token';
  /** Null if that is not stored: of codes. */
  readonly issuedAt: number | null;
  readonly expiresAt: number;
  /** When it was redeemed, rotated or revoked. */
  readonly endedAt: number | null;
  /** The `jti` of an opaque access token. */
  readonly jti: string | null;
}

interface Row {
  readonly jti: string | null;
  readonly issued_at: string | number | null;
  readonly expires_at: string | number;
  readonly ended_at: string | number | null;
}

const selects = {
  authorization_code:
    'SELECT NULL AS jti, NULL AS issued_at, expires_at, consumed_at AS ended_at FROM authorization_codes WHERE grant_id = ?',
  device_code:
    'SELECT NULL AS jti, NULL AS issued_at, expires_at, consumed_at AS ended_at FROM device_codes WHERE grant_id = ?',
  backchannel_request:
    'SELECT NULL AS jti, created_at AS issued_at, expires_at, consumed_at AS ended_at FROM backchannel_requests WHERE grant_id = ?',
  refresh_token:
    'SELECT NULL AS jti, issued_at, expires_at, consumed_at AS ended_at FROM refresh_tokens WHERE grant_id = ?',
  access_token:
    'SELECT id AS jti, issued_at, expires_at, revoked_at AS ended_at FROM access_tokens WHERE grant_id = ?',
} as const satisfies Record<Issued['kind'], string>;

/** What happened with a grant, as far as it is stored. */
@Injectable()
export class GrantHistoryStore {
  constructor(private readonly database: Database) {}

  /** What the grant issued, of each kind the latest ones. */
  async issued(grantId: string, limit: number): Promise<Issued[]> {
    const found = await Promise.all(
      Object.entries(selects).map(async ([kind, select]) => {
        const rows = await this.database.query<Row>(`${select} ORDER BY expires_at DESC LIMIT ${limit}`, [
          grantId,
        ]);
        return rows.map((row): Issued => ({
          kind: kind as Issued['kind'],
          jti: row.jti,
          issuedAt: numberOf(row.issued_at),
          expiresAt: Number(row.expires_at),
          endedAt: numberOf(row.ended_at),
        }));
      }),
    );
    return found.flat();
  }

  /** The event of this name at a time that concerns the parties of the grant, and no others. */
  async eventAt(
    at: number,
    event: string,
    { userId, clientId }: Pick<Grant, 'userId' | 'clientId'>,
  ): Promise<AuditEvent | null> {
    return this.database.read
      .createQueryBuilder(AuditEvent, 'event')
      .where('event.at = :at AND event.event = :event', { at, event })
      .andWhere('(event.userId IS NULL OR event.userId = :userId)', { userId: userId ?? '' })
      .andWhere('(event.clientId IS NULL OR event.clientId = :clientId)', { clientId })
      .orderBy('event.id')
      .getOne();
  }

  /** The events of the audit trail about the grant, the latest ones. */
  async events(grantId: string, limit: number): Promise<AuditEvent[]> {
    return this.database.read.find(AuditEvent, { where: { grantId }, order: { id: 'DESC' }, take: limit });
  }
}

const numberOf = (value: string | number | null): number | null => (value === null ? null : Number(value));
