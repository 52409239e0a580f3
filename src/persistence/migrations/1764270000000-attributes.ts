import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, createTable, dropTable } from '../schema-changes.js';

/** Members that users have beside the standard ones, and their values. Every statement can run again. */
export class Attributes1764270000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'attribute_definitions',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(64) NOT NULL UNIQUE,
       type varchar(16) NOT NULL,
       label varchar(255) NOT NULL,
       description varchar(1024) NULL,
       allowed_values text NULL,
       owner_access varchar(16) NOT NULL,
       version int NOT NULL,
       created_at bigint NOT NULL,
       updated_at bigint NOT NULL`,
    );
    await createTable(
      runner,
      'user_attributes',
      `user_id varchar(36) NOT NULL,
       attribute_id varchar(36) NOT NULL,
       value text NOT NULL,
       PRIMARY KEY (user_id, attribute_id)`,
    );
    await createIndex(runner, { table: 'user_attributes', columns: 'attribute_id' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'user_attributes');
    await dropTable(runner, 'attribute_definitions');
  }
}
