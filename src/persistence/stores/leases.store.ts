import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Lease } from '../entities/lease.entity.js';
import { Database } from '../database.js';
import { affected, isDuplicate } from '../sql.js';

@Injectable()
export class LeasesStore {
  constructor(private readonly database: Database) {}

  /** Takes or keeps the lease until a time; false while another replica holds it. */
  async acquire(name: string, holder: string, now: number, until: number): Promise<boolean> {
    return this.database.write(async (tx) => {
      const taken = await affected(
        tx,
        'UPDATE leases SET holder = ?, expires_at = ? WHERE name = ? AND (holder = ? OR expires_at <= ?)',
        [holder, until, name, holder, now],
      );
      if (taken === 1) return true;
      try {
        await tx.insert(Lease, { name, holder, expiresAt: until });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
  }

  /** Gives the lease back before its time; nothing happens when another replica holds it by now. */
  async release(name: string, holder: string): Promise<void> {
    await this.database.write((tx) =>
      affected(tx, 'UPDATE leases SET expires_at = 0 WHERE name = ? AND holder = ?', [name, holder]),
    );
  }

  /** Makes transactions that name the same work wait for one another until this one ends. */
  async serialise(tx: EntityManager, name: string): Promise<void> {
    const touch = (): Promise<number> =>
      affected(tx, 'UPDATE leases SET expires_at = expires_at + 1 WHERE name = ?', [name]);
    if ((await touch()) === 1) return;
    try {
      await tx.insert(Lease, { name, holder: '', expiresAt: 0 });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await touch();
    }
  }
}
