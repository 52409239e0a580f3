import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

const listColumn = "text NOT NULL DEFAULT ('[]')";

/**
 * `introspects` is called `introspection_resources`. Both columns have a default, so that replicas of the release before, which know the
 * old one alone, still register clients while this release starts. Every statement can run again.
 */
export class IntrospectionResources1763802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('clients', 'introspection_resources')))
      await runner.query(`ALTER TABLE clients ADD COLUMN introspection_resources ${listColumn}`);
    await runner.query('UPDATE clients SET introspection_resources = introspects');
    if (!schemaOf(runner).setsDefaults) {
      // A database that cannot do so undoes all of this if it is ended half-way.
      await runner.query('ALTER TABLE clients DROP COLUMN introspects');
      await runner.query(`ALTER TABLE clients ADD COLUMN introspects ${listColumn}`);
      await runner.query('UPDATE clients SET introspects = introspection_resources');
    } else {
      await runner.query("ALTER TABLE clients ALTER COLUMN introspects SET DEFAULT ('[]')");
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE clients SET introspects = introspection_resources');
    await runner.query('ALTER TABLE clients DROP COLUMN introspection_resources');
    if (schemaOf(runner).setsDefaults)
      await runner.query('ALTER TABLE clients ALTER COLUMN introspects DROP DEFAULT');
  }
}
