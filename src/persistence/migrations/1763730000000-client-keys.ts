import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns: readonly (readonly [table: string, name: string, type: string])[] = [
  ['clients', 'jwks', 'text NULL'],
  ['clients', 'jwks_uri', 'varchar(2048) NULL'],
  ['clients', 'token_endpoint_auth_signing_alg', 'varchar(16) NULL'],
  ['clients', 'assertion_audience', "varchar(16) NOT NULL DEFAULT 'issuer'"],
  ['client_secrets', 'sealed_secret', 'text NULL'],
];

/** What clients that authenticate by a JWT are known by (RFC 7523): their keys, or a secret that can be opened again. */
export class ClientKeys1763730000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name, type] of columns) await addColumn(runner, table, name, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of columns.toReversed()) await dropColumn(runner, table, name);
  }
}
