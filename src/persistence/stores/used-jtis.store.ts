import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';

@Injectable()
export class UsedJtisStore {
  constructor(private readonly database: Database) {}

  /**
   * Notes that a `jti` was seen; false when it was seen before.
   * @param jtiHash of the `jti` together with its issuer and what it was used for
   * @param expiresAt until when whatever carries it could be accepted
   */
  async use(tx: EntityManager, jtiHash: string, expiresAt: number): Promise<boolean> {
    return this.database.insertIfAbsent(tx, 'INSERT INTO used_jtis (jti_hash, expires_at) VALUES (?, ?)', [
      jtiHash,
      expiresAt,
    ]);
  }
}
