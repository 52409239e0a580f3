import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex, type Index } from '../schema-changes.js';

/** The columns by which the revocation feed finds what was revoked lately. What is active is left out, so that issuing costs nothing more. */
const indexes: readonly Index[] = [
  { table: 'grants', columns: 'revoked_at', where: 'revoked_at IS NOT NULL' },
  { table: 'revoked_tokens', columns: 'revoked_at', where: 'revoked_at IS NOT NULL' },
  { table: 'clients', columns: 'disabled_at', where: 'disabled_at IS NOT NULL' },
];

export class RevocationFeed1763786400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const index of indexes) await createIndex(runner, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of indexes) await dropIndex(runner, index);
  }
}
