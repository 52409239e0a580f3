import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropIndex, dropTable } from '../schema-changes.js';

const columns = {
  seal: 'int NULL',
  place: 'int NULL',
  salt: 'varchar(22) NULL',
  detail_digest: 'varchar(43) NULL',
  digest: 'varchar(43) NULL',
};
const indexed = ['seal', 'actor', 'address'];

/** The chain of the audit trail, and indexes for its filters. Every statement can run again. */
export class AuditSeals1763869200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(columns)) await addColumn(runner, 'audit_events', name, type);
    for (const column of indexed) await createIndex(runner, { table: 'audit_events', columns: column });
    await createTable(
      runner,
      'audit_seals',
      `id varchar(36) NOT NULL PRIMARY KEY,
       number int NOT NULL UNIQUE,
       events int NOT NULL,
       first_at bigint NOT NULL,
       last_at bigint NOT NULL,
       hash varchar(43) NOT NULL,
       hash_sealed text NOT NULL,
       created_at bigint NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'audit_seals');
    for (const column of indexed) await dropIndex(runner, { table: 'audit_events', columns: column });
    for (const name of Object.keys(columns)) await dropColumn(runner, 'audit_events', name);
  }
}
