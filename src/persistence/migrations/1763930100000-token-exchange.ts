import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const list = "text NOT NULL DEFAULT ('[]')";

/** The policy of clients that exchange tokens, and who acts with an opaque token that comes of an exchange. */
export class TokenExchange1763930100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'token_exchange_clients', list);
    await addColumn(runner, 'clients', 'token_exchange_resources', list);
    await addColumn(runner, 'access_tokens', 'act', 'text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'access_tokens', 'act');
    await dropColumn(runner, 'clients', 'token_exchange_resources');
    await dropColumn(runner, 'clients', 'token_exchange_clients');
  }
}
