import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How clients know users (OIDC Core §8), and the subject of opaque tokens that is not the user's id. */
export class PairwiseSubjects1763750000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE clients ADD COLUMN subject_type varchar(16) NOT NULL DEFAULT 'public'");
    await runner.query('ALTER TABLE clients ADD COLUMN sector_identifier_uri text NULL');
    await runner.query('ALTER TABLE access_tokens ADD COLUMN subject varchar(43) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_tokens DROP COLUMN subject');
    await runner.query('ALTER TABLE clients DROP COLUMN sector_identifier_uri');
    await runner.query('ALTER TABLE clients DROP COLUMN subject_type');
  }
}
