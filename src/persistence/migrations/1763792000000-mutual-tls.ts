import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns: readonly (readonly [name: string, type: string])[] = [
  ['tls_client_auth_subject_dn', 'text NULL'],
  ['tls_client_auth_san_dns', 'text NULL'],
  ['tls_client_auth_san_uri', 'text NULL'],
  ['tls_client_auth_san_ip', 'text NULL'],
  ['tls_client_auth_san_email', 'text NULL'],
  ['tls_client_certificate_bound_access_tokens', 'boolean NOT NULL DEFAULT false'],
];

/** The certificates of clients (RFC 8705). */
export class MutualTls1763792000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) await addColumn(runner, 'clients', name, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of columns.toReversed()) await dropColumn(runner, 'clients', name);
  }
}
