import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** What an upstream has to be told to end the session from which one here comes. Every statement can run again. */
export class SingleLogout1764299000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'sessions', 'upstream_sign_out_sealed', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'sessions', 'upstream_sign_out_sealed');
  }
}
