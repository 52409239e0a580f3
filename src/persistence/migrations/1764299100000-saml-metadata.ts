import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** What was read in the metadata of an identity provider. Every statement can run again. */
export class SamlMetadata1764299100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'upstreams', 'metadata_read', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'upstreams', 'metadata_read');
  }
}
