import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** Clients that registered themselves without `scope`. Those of earlier releases keep the scopes that they were registered with. */
export class UnstatedScopes1763821000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'scope_unstated', 'boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'scope_unstated');
  }
}
