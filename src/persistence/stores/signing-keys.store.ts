import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SigningKey } from '../entities/signing-key.entity.js';
import { Database } from '../database.js';

@Injectable()
export class SigningKeysStore {
  constructor(private readonly database: Database) {}

  /** All keys that are kept: retired ones for a while longer than they are published, to recognise old ID tokens by. */
  async kept(now: number): Promise<SigningKey[]> {
    return this.database.read
      .createQueryBuilder(SigningKey, 'signing_key')
      .where('signing_key.expiresAt IS NULL OR signing_key.expiresAt > :now', { now })
      .orderBy('signing_key.createdAt')
      .addOrderBy('signing_key.kid')
      .getMany();
  }

  /** Keys whose time is over, whose private part may still be in a token. */
  async over(now: number, limit: number): Promise<SigningKey[]> {
    return this.database.read
      .createQueryBuilder(SigningKey, 'signing_key')
      .where('signing_key.expiresAt <= :now', { now })
      .orderBy('signing_key.expiresAt')
      .limit(limit)
      .getMany();
  }

  async delete(tx: EntityManager, kid: string): Promise<void> {
    await tx.delete(SigningKey, { kid });
  }

  /** Read inside the transaction that is to decide on it. */
  async ofAlgorithm(tx: EntityManager, alg: string): Promise<SigningKey[]> {
    return tx.findBy(SigningKey, { alg });
  }

  async insert(tx: EntityManager, key: SigningKey): Promise<void> {
    await tx.insert(SigningKey, key);
  }

  /** The active key retires, and is kept until a time. */
  async retireActive(tx: EntityManager, alg: string, now: number, expiresAt: number): Promise<number> {
    return this.database.affected(
      tx,
      "UPDATE signing_keys SET state = 'retired', retired_at = ?, expires_at = ? WHERE alg = ? AND state = 'active'",
      [now, expiresAt, alg],
    );
  }

  /** Takes a key out of use at once. */
  async withdraw(tx: EntityManager, kid: string, now: number): Promise<void> {
    await this.database.affected(
      tx,
      "UPDATE signing_keys SET state = 'retired', retired_at = ?, expires_at = ? WHERE kid = ?",
      [now, now, kid],
    );
  }

  /** The key that was published ahead begins to sign; false when another process activated it first. */
  async activate(tx: EntityManager, kid: string, now: number): Promise<boolean> {
    const activated = await this.database.affected(
      tx,
      "UPDATE signing_keys SET state = 'active', activated_at = ? WHERE kid = ? AND state = 'next'",
      [now, kid],
    );
    return activated === 1;
  }
}
