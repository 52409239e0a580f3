import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** A user may have to choose a new password at the next sign-in. Every statement can run again. */
export class PasswordChanges1763822000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'password_change_required', 'boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'users', 'password_change_required');
  }
}
