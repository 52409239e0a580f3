import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, dropColumn, dropIndex } from '../schema-changes.js';

const due = { table: 'users', columns: 'deletion_due_at', where: 'deletion_due_at IS NOT NULL' };

/** People can have their accounts deleted after a delay. Every statement can run again. */
export class AccountDeletions1763866200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'deletion_due_at', 'bigint NULL');
    await createIndex(runner, due);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, due);
    await dropColumn(runner, 'users', 'deletion_due_at');
  }
}
