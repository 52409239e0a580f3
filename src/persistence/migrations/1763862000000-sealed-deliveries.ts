import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** What is delivered may hold something that only its handler may read. Every statement can run again. */
export class SealedDeliveries1763862000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'deliveries', 'content_sealed', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'deliveries', 'content_sealed');
  }
}
