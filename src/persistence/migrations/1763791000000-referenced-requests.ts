import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Where a client's request objects are (OIDC Registration §2), and how what it asks about tokens is signed (RFC 9701 §6). */
export class ReferencedRequests1763791000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'request_uris', 'text NULL');
    await addColumn(
      runner,
      'clients',
      'introspection_signed_response_alg',
      "varchar(16) NOT NULL DEFAULT 'RS256'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'introspection_signed_response_alg');
    await dropColumn(runner, 'clients', 'request_uris');
  }
}
