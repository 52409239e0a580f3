import { Injectable } from '@nestjs/common';
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
}
