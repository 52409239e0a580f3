import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** How a client signs its authorization requests, and whether it must (RFC 9101). */
export class RequestObjects1763731000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'request_object_signing_alg', 'varchar(16) NULL');
    await addColumn(runner, 'clients', 'require_signed_request_object', 'boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'require_signed_request_object');
    await dropColumn(runner, 'clients', 'request_object_signing_alg');
  }
}
