import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns = {
  default_acr_values: "text NOT NULL DEFAULT ('[]')",
  require_second_factor: 'boolean NOT NULL DEFAULT false',
};

/** What clients ask of every sign-in. The defaults let replicas of the release before register clients meanwhile. */
export class SignInPolicyOfClients1763867100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(columns)) await addColumn(runner, 'clients', name, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(columns).toReversed()) await dropColumn(runner, 'clients', name);
  }
}
