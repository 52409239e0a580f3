import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

export class Refusals1763790000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const suffix = await schemaOf(runner).tableOptions(runner);
    await runner.query(`CREATE TABLE refusals (
      reference varchar(36) NOT NULL PRIMARY KEY,
      at bigint NOT NULL,
      endpoint varchar(255) NOT NULL,
      code varchar(64) NOT NULL,
      description text NOT NULL,
      detail text NULL,
      client_id varchar(255) NULL,
      expires_at bigint NOT NULL
    )${suffix}`);
    await runner.query('CREATE INDEX refusals_expires_at ON refusals (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE refusals');
  }
}
