import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Its statement can run again. */
export class GrantPurpose9000000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('grants', 'purpose')))
      await runner.query('ALTER TABLE grants ADD COLUMN purpose varchar(64) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE grants DROP COLUMN purpose');
  }
}
