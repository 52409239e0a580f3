import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** What clients got without a question, as an administrator trusted them, apart from what people allowed. */
export class TrustedScopes1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'consents', 'trusted_scope', 'text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'consents', 'trusted_scope');
  }
}
