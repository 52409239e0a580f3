import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** People can have the devices forgotten on which they have signed in. Every statement can run again. */
export class ForgottenDevices1763866100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'devices_forgotten_at', 'bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'users', 'devices_forgotten_at');
  }
}
