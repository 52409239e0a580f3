import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** Its statement can run again. */
export class Announcements9000000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS announcements (
        id varchar(36) NOT NULL PRIMARY KEY,
        text varchar(255) NOT NULL,
        created_at bigint NOT NULL
      )${await schemaOf(runner).tableOptions(runner)}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE announcements');
  }
}
