import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A pushed request expires when it can no longer be brought by a browser, and is kept longer only once it was. Rows of earlier releases
 * have no such time. Every statement can run again.
 */
export class PushedRequestArrival1763813000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('pushed_requests', 'usable_until')))
      await runner.query('ALTER TABLE pushed_requests ADD COLUMN usable_until bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE pushed_requests DROP COLUMN usable_until');
  }
}
