import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from '../schema-changes.js';

const index = { table: 'access_tokens', columns: 'client_id, id' };

/** The opaque tokens of a client are listed in their order. Every statement can run again. */
export class TokensOfClients1764275000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, index);
  }
}
