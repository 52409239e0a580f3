import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** When upstreams have posted an answer, for which the browser comes later. */
export class SamlAnswers1764140000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'upstream_requests', 'answered_at', 'bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'upstream_requests', 'answered_at');
  }
}
