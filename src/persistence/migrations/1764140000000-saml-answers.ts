import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Answers that upstreams have posted, until the browser comes for them. */
export class SamlAnswers1764140000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'upstream_requests', 'answer_sealed', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'upstream_requests', 'answer_sealed');
  }
}
