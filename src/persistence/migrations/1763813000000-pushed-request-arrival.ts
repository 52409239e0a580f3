import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/**
 * A pushed request expires when it can no longer be brought by a browser, and is kept longer only once it was. Rows of earlier releases
 * have no such time. Every statement can run again.
 */
export class PushedRequestArrival1763813000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'pushed_requests', 'usable_until', 'bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'pushed_requests', 'usable_until');
  }
}
