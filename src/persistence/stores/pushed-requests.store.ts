import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PushedRequest } from '../entities/pushed-request.entity.js';
import { Database } from '../database.js';
import type { RowOf } from '../naming.js';

/** A pushed request without the hash that it is found by. */
export type StoredPush = Omit<PushedRequest, 'requestUriHash'>;

@Injectable()
export class PushedRequestsStore {
  constructor(private readonly database: Database) {}

  async insert(request: PushedRequest): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'INSERT INTO pushed_requests (request_uri_hash, client_id, parameters, usable_until, expires_at) VALUES (?, ?, ?, ?, ?)',
        [
          request.requestUriHash,
          request.clientId,
          request.parameters,
          request.usableUntil,
          request.expiresAt,
        ],
      ),
    );
  }

  async find(requestUriHash: string): Promise<StoredPush | undefined> {
    const row = await this.database.row<RowOf<StoredPush>>(
      'SELECT client_id, parameters, usable_until, expires_at, consumed_at, response_sealed FROM pushed_requests WHERE request_uri_hash = ?',
      [requestUriHash],
    );
    return (
      row && {
        clientId: row.client_id,
        parameters: row.parameters,
        usableUntil: row.usable_until,
        expiresAt: row.expires_at,
        consumedAt: row.consumed_at,
        responseSealed: row.response_sealed,
      }
    );
  }

  /** Keeps the request longer than a browser may bring it. Does nothing if it is kept already. */
  async keepLonger(requestUriHash: string, seconds: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE pushed_requests SET expires_at = expires_at + ? WHERE request_uri_hash = ? AND expires_at = usable_until',
        [seconds, requestUriHash],
      ),
    );
  }

  /** Uses the request up with its answer: true for exactly one caller. */
  async consume(
    tx: EntityManager,
    requestUriHash: string,
    responseSealed: string,
    now: number,
  ): Promise<boolean> {
    const consumed = await this.database.affected(
      tx,
      'UPDATE pushed_requests SET consumed_at = ?, response_sealed = ? WHERE request_uri_hash = ? AND consumed_at IS NULL',
      [now, responseSealed, requestUriHash],
    );
    return consumed === 1;
  }
}
