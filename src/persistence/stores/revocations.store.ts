import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';

/** A grant, or a JWT access token by its `jti`, that was revoked. */
export interface Revocation {
  readonly id: string;
  /** Seconds since the epoch, by the clock of the replica that revoked it. */
  readonly revokedAt: number;
}

/** What died lately, for those who verify tokens by themselves. */
@Injectable()
export class RevocationsStore {
  constructor(private readonly database: Database) {}

  /** Grants revoked at that time or later. */
  async grantsSince(from: number): Promise<Revocation[]> {
    const found = await this.database.query<RowOf<Revocation>>(
      'SELECT id, revoked_at FROM grants WHERE revoked_at >= ? ORDER BY revoked_at, id',
      [from],
    );
    return found.map(fromRow);
  }

  /** JWT access tokens revoked at that time or later that have not expired meanwhile. */
  async tokensSince(from: number, now: number): Promise<Revocation[]> {
    const found = await this.database.query<RowOf<Revocation>>(
      `SELECT jti AS id, revoked_at FROM revoked_tokens
        WHERE revoked_at >= ? AND expires_at > ? ORDER BY revoked_at, jti`,
      [from, now],
    );
    return found.map(fromRow);
  }

  /** The client_ids of clients that were disabled or deleted at that time or later, and are not back. */
  async clientsEndedSince(from: number): Promise<string[]> {
    const found = await this.database.query<{ client_id: string }>(
      `SELECT client_id FROM clients WHERE disabled_at >= ?
       UNION SELECT d.client_id FROM deleted_clients d WHERE d.deleted_at >= ?
         AND NOT EXISTS (SELECT 1 FROM clients c WHERE c.client_id = d.client_id)
       ORDER BY client_id`,
      [from, from],
    );
    return found.map((row) => row.client_id);
  }
}

const fromRow = (row: RowOf<Revocation>): Revocation => ({ id: row.id, revokedAt: row.revoked_at });
