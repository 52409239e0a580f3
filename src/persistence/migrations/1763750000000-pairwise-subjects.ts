import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** How clients know users (OIDC Core §8), and the subject of opaque tokens that is not the user's id. */
export class PairwiseSubjects1763750000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'subject_type', "varchar(16) NOT NULL DEFAULT 'public'");
    await addColumn(runner, 'clients', 'sector_identifier_uri', 'text NULL');
    await addColumn(runner, 'access_tokens', 'subject', 'varchar(43) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'access_tokens', 'subject');
    await dropColumn(runner, 'clients', 'sector_identifier_uri');
    await dropColumn(runner, 'clients', 'subject_type');
  }
}
