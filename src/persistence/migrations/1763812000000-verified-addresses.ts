import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, dropColumn, dropIndex } from '../schema-changes.js';

const batch = 500;
const byKey = { table: 'users', columns: 'verified_email_key', unique: true };

interface Row {
  readonly id: string;
  readonly email: string;
}

/**
 * A verified e-mail address belongs to one user. Where several had it, the first of them keeps it verified; the address of the others
 * stays, no longer verified. Every statement can run again.
 */
export class VerifiedAddresses1763812000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'verified_email_key', 'varchar(640) NULL');
    await createIndex(runner, byKey);
    await fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, byKey);
    await dropColumn(runner, 'users', 'verified_email_key');
  }
}

async function fill(runner: QueryRunner): Promise<void> {
  for (let after = ''; ;) {
    const rows: Row[] = await runner.query(
      `SELECT id, email FROM users WHERE id > ? AND email_verified AND email IS NOT NULL AND verified_email_key IS NULL
       ORDER BY id LIMIT ${batch}`,
      [after],
    );
    for (const { id, email } of rows) await keep(runner, id, email.normalize('NFC').toLowerCase());
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function keep(runner: QueryRunner, id: string, key: string): Promise<void> {
  const holders: unknown[] = await runner.query('SELECT id FROM users WHERE verified_email_key = ?', [key]);
  if (holders.length === 0)
    await runner.query('UPDATE users SET verified_email_key = ? WHERE id = ?', [key, id]);
  else await runner.query('UPDATE users SET email_verified = ? WHERE id = ?', [0, id]);
}
