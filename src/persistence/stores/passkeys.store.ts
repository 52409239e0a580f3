import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { Passkey } from '../entities/passkey.entity.js';

@Injectable()
export class PasskeysStore {
  constructor(private readonly database: Database) {}

  /** The passkeys of a user, oldest first. */
  async of(userId: string): Promise<Passkey[]> {
    return this.database.read.find(Passkey, { where: { userId }, order: { id: 'ASC' } });
  }

  async findByCredential(credentialHash: string): Promise<Passkey | null> {
    return this.database.read.findOneBy(Passkey, { credentialHash });
  }

  /** @throws DuplicateError if the credential is somebody's already */
  async insert(tx: EntityManager, passkey: Passkey): Promise<void> {
    await tx.insert(Passkey, passkey);
  }

  /**
   * Notes a use. "If authData.signCount is less than or equal to the stored signCount, this is a signal that the authenticator may be
   * cloned" (WebAuthn Level 3 §7.2 step 22); 0 stands for an authenticator without a counter.
   * @returns false if the passkey was removed, or its counter has not gone on
   */
  async use(tx: EntityManager, id: string, counter: number, now: number): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      'UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))',
      [counter, now, id, counter, counter],
    );
    return used === 1;
  }

  async rename(tx: EntityManager, id: string, userId: string, name: string): Promise<boolean> {
    return (await tx.update(Passkey, { id, userId }, { name })).affected === 1;
  }

  async delete(tx: EntityManager, id: string, userId: string): Promise<boolean> {
    return (await tx.delete(Passkey, { id, userId })).affected === 1;
  }

  async deleteAll(tx: EntityManager, userId: string): Promise<number> {
    return (await tx.delete(Passkey, { userId })).affected ?? 0;
  }
}
