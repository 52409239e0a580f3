import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The resources that a grant is limited to (RFC 8707). */
export class GrantResources1763711000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE grants ADD COLUMN resources text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE grants DROP COLUMN resources');
  }
}
