import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns: readonly (readonly [column: string, type: string])[] = [
  ['require_second_factor', 'boolean NOT NULL DEFAULT false'],
  ['require_upstream', 'boolean NOT NULL DEFAULT false'],
  ['max_sign_in_age', 'int NULL'],
];

/** How the members of an organization sign in. Every statement can run again. */
export class SignInPolicyOfOrganizations1764292000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [column, type] of columns) await addColumn(runner, 'organizations', column, type);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [column] of columns.toReversed()) await dropColumn(runner, 'organizations', column);
  }
}
