import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { UpstreamRequest } from '../entities/upstream-request.entity.js';

@Injectable()
export class UpstreamRequestsStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, request: UpstreamRequest): Promise<void> {
    await tx.insert(UpstreamRequest, request);
  }

  async find(stateHash: string): Promise<UpstreamRequest | null> {
    return this.database.read.findOneBy(UpstreamRequest, { stateHash });
  }

  /** Keeps the answer of one that is open: true for exactly one caller. */
  async receive(tx: EntityManager, stateHash: string, contextSealed: string, now: number): Promise<boolean> {
    const kept = await this.database.affected(
      tx,
      `UPDATE upstream_requests SET context_sealed = ?, answered_at = ?
       WHERE state_hash = ? AND answered_at IS NULL AND used_at IS NULL AND expires_at > ?`,
      [contextSealed, now, stateHash, now],
    );
    return kept === 1;
  }

  /** Uses it up: true for exactly one caller. */
  async use(tx: EntityManager, stateHash: string, now: number): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      'UPDATE upstream_requests SET used_at = ? WHERE state_hash = ? AND used_at IS NULL AND expires_at > ?',
      [now, stateHash, now],
    );
    return used === 1;
  }
}
