import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';

/** How far the audit trail has been sent. */
@Injectable()
export class AuditCursorsStore {
  constructor(private readonly database: Database) {}

  /** The last seal whose events have arrived; undefined if nothing was ever sent. */
  async find(name: string): Promise<number | undefined> {
    const row = await this.database.row<{ seal: number }>('SELECT seal FROM audit_cursors WHERE name = ?', [
      name,
    ]);
    return row?.seal;
  }

  /** Begins after a seal, unless another replica has begun. */
  async begin(name: string, seal: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.insertIfAbsent(tx, 'INSERT INTO audit_cursors (name, seal) VALUES (?, ?)', [name, seal]),
    );
  }

  /** @returns false if another replica has moved it meanwhile */
  async advance(name: string, from: number, to: number): Promise<boolean> {
    const moved = await this.database.write((tx) =>
      this.database.affected(tx, 'UPDATE audit_cursors SET seal = ? WHERE name = ? AND seal = ?', [
        to,
        name,
        from,
      ]),
    );
    return moved === 1;
  }

  /** When the oldest seal was made that has not been sent, in seconds since the epoch; undefined if all have. */
  async oldestWaiting(name: string): Promise<number | undefined> {
    const row = await this.database.row<{ oldest: number | string | null }>(
      'SELECT MIN(s.created_at) AS oldest FROM audit_seals s WHERE s.number > (SELECT c.seal FROM audit_cursors c WHERE c.name = ?)',
      [name],
    );
    return row?.oldest == null ? undefined : Number(row.oldest);
  }
}
