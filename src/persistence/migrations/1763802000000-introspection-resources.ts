import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';
import { schemaOf } from '../dialects/dialects.js';

const listColumn = "text NOT NULL DEFAULT ('[]')";

/**
 * `introspects` is called `introspection_resources`. Both columns have a default, so that replicas of the release before, which know the
 * old one alone, still register clients while this release starts. Every statement can run again.
 */
export class IntrospectionResources1763802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'introspection_resources', listColumn);
    if (schemaOf(runner).setsDefaults) {
      await runner.query('UPDATE clients SET introspection_resources = introspects');
      await runner.query("ALTER TABLE clients ALTER COLUMN introspects SET DEFAULT ('[]')");
      return;
    }
    if (await runner.hasColumn('clients', 'introspects'))
      await runner.query('UPDATE clients SET introspection_resources = introspects');
    await dropColumn(runner, 'clients', 'introspects');
    await addColumn(runner, 'clients', 'introspects', listColumn);
    await runner.query('UPDATE clients SET introspects = introspection_resources');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE clients SET introspects = introspection_resources');
    await dropColumn(runner, 'clients', 'introspection_resources');
    if (schemaOf(runner).setsDefaults)
      await runner.query('ALTER TABLE clients ALTER COLUMN introspects DROP DEFAULT');
  }
}
