import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Its statement can run again. */
export class SupportUri9000000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('clients', 'support_uri')))
      await runner.query('ALTER TABLE clients ADD COLUMN support_uri varchar(2048) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE clients DROP COLUMN support_uri');
  }
}
