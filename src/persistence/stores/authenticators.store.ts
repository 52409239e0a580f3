import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Authenticator } from '../entities/authenticator.entity.js';

/** The apps with which users make one-time codes. */
@Injectable()
export class AuthenticatorsStore {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<Authenticator | null> {
    return this.database.read.findOneBy(Authenticator, { userId });
  }

  /** @throws DuplicateError if the user has one */
  async insert(tx: EntityManager, authenticator: Authenticator): Promise<void> {
    await tx.insert(Authenticator, authenticator);
  }

  /**
   * Uses up a time step: true for exactly one caller, on all replicas. Earlier steps are used up with it.
   * @param secretSealed the secret that made the code: another one may have been set up since
   */
  async use(
    tx: EntityManager,
    { userId, secretSealed }: Pick<Authenticator, 'userId' | 'secretSealed'>,
    step: number,
    now: number,
  ): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      'UPDATE authenticators SET last_step = ?, last_used_at = ? WHERE user_id = ? AND secret_sealed = ? AND last_step < ?',
      [step, now, userId, secretSealed, step],
    );
    return used === 1;
  }

  async delete(tx: EntityManager, userId: string): Promise<boolean> {
    return (await tx.delete(Authenticator, { userId })).affected === 1;
  }
}
