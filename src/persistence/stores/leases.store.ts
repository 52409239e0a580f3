import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { updateOrInsert } from '../update-or-insert.js';

const insertLease = 'INSERT INTO leases (name, holder, expires_at) VALUES (?, ?, ?)';

/** How far the clocks of replicas may be apart. */
const maxSkewSeconds = 60;

@Injectable()
export class LeasesStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes or keeps the lease until a time; false while another replica holds it. A lease that ends much later than this one would was
   * taken while a clock was wrong, and counts for nothing.
   */
  async acquire(name: string, holder: string, now: number, until: number): Promise<boolean> {
    return this.database.write(async (tx) => {
      const taken = await this.database.affected(
        tx,
        'UPDATE leases SET holder = ?, expires_at = ? WHERE name = ? AND (holder = ? OR expires_at <= ? OR expires_at > ?)',
        [holder, until, name, holder, now, until + maxSkewSeconds],
      );
      return taken === 1 || this.database.insertIfAbsent(tx, insertLease, [name, holder, until]);
    });
  }

  /** Gives the lease back before its time; nothing happens when another replica holds it by now. */
  async release(name: string, holder: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(tx, 'UPDATE leases SET expires_at = 0 WHERE name = ? AND holder = ?', [
        name,
        holder,
      ]),
    );
  }

  /** Makes transactions that name the same work wait for one another until this one ends. */
  async serialise(tx: EntityManager, name: string): Promise<void> {
    await updateOrInsert(
      () =>
        this.database.affected(tx, 'UPDATE leases SET expires_at = expires_at + 1 WHERE name = ?', [name]),
      () => this.database.insertIfAbsent(tx, insertLease, [name, '', 0]),
    );
  }
}
