import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** The trusted issuer that vouches for a client, and how it names the client. */
export class FederatedClients1764120100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'eyrie_federated_issuer', 'text NULL');
    await addColumn(runner, 'clients', 'eyrie_federated_subject', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'eyrie_federated_subject');
    await dropColumn(runner, 'clients', 'eyrie_federated_issuer');
  }
}
