import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** When the document that describes a client was last read; null for clients that are registered here. */
export class ClientDocuments1763930000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'document_fetched_at', 'bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'document_fetched_at');
  }
}
