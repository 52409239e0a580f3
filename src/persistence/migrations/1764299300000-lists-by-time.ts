import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from '../schema-changes.js';

const byTime = [
  { table: 'users', columns: 'created_at' },
  { table: 'grants', columns: 'created_at' },
  { table: 'access_tokens', columns: 'issued_at' },
];

/** Long lists are read by time. Every statement can run again. */
export class ListsByTime1764299300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const index of byTime) await createIndex(runner, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of byTime) await dropIndex(runner, index);
  }
}
