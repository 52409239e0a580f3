import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, dropColumn, dropIndex } from '../schema-changes.js';

const byAgent = { table: 'clients', columns: 'eyrie_agent, id' };

/** Which clients are agents, and the bounds of clients. Clients that documents describe are agents until their document says otherwise. */
export class BoundClients1764285000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'eyrie_agent', 'boolean NOT NULL DEFAULT false');
    await addColumn(runner, 'clients', 'eyrie_max_token_ttl', 'int NULL');
    await addColumn(runner, 'clients', 'eyrie_allowed_resources', 'text NULL');
    await addColumn(runner, 'clients', 'eyrie_require_dpop', 'boolean NOT NULL DEFAULT false');
    await runner.query('UPDATE clients SET eyrie_agent = true WHERE document_fetched_at IS NOT NULL');
    await createIndex(runner, byAgent);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, byAgent);
    await dropColumn(runner, 'clients', 'eyrie_require_dpop');
    await dropColumn(runner, 'clients', 'eyrie_allowed_resources');
    await dropColumn(runner, 'clients', 'eyrie_max_token_ttl');
    await dropColumn(runner, 'clients', 'eyrie_agent');
  }
}
