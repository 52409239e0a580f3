import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Groups whose members need a second factor. The default lets replicas of the release before create groups meanwhile. */
export class SignInPolicyOfGroups1763900300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'people_groups', 'require_second_factor', 'boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'people_groups', 'require_second_factor');
  }
}
