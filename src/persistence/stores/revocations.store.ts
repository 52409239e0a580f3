import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';

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
    return this.database.query<Revocation>(
      'SELECT id, revoked_at AS revokedAt FROM grants WHERE revoked_at >= ? ORDER BY revoked_at, id',
      [from],
    );
  }

  /** JWT access tokens revoked at that time or later that have not expired meanwhile. */
  async tokensSince(from: number, now: number): Promise<Revocation[]> {
    return this.database.query<Revocation>(
      `SELECT jti AS id, revoked_at AS revokedAt FROM revoked_tokens
        WHERE revoked_at >= ? AND expires_at > ? ORDER BY revoked_at, jti`,
      [from, now],
    );
  }

  /** The client_ids of clients that were disabled at that time or later and still are. */
  async clientsDisabledSince(from: number): Promise<string[]> {
    const found = await this.database.query<{ clientId: string }>(
      'SELECT client_id AS clientId FROM clients WHERE disabled_at >= ? ORDER BY client_id',
      [from],
    );
    return found.map(({ clientId }) => clientId);
  }
}
