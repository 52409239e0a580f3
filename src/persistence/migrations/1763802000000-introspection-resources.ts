import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `introspects` is called `introspection_resources`. The column of the old name stays, with the values that it had and a default, so that
 * replicas of the release before go on while this one starts. Every statement can run again.
 */
export class IntrospectionResources1763802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isRenamed = await runner.hasColumn('clients', 'introspection_resources');
    if (runner.connection.options.type === 'better-sqlite3') {
      // SQLite cannot give a default to a column that exists; its DDL is undone with the transaction.
      if (isRenamed) return;
      await runner.query('ALTER TABLE clients RENAME COLUMN introspects TO introspection_resources');
      await runner.query("ALTER TABLE clients ADD COLUMN introspects text NOT NULL DEFAULT '[]'");
      await runner.query('UPDATE clients SET introspects = introspection_resources');
      return;
    }
    if (!isRenamed)
      await runner.query(
        "ALTER TABLE clients ADD COLUMN introspection_resources text NOT NULL DEFAULT ('[]')",
      );
    await runner.query("ALTER TABLE clients ALTER COLUMN introspects SET DEFAULT ('[]')");
    await runner.query('UPDATE clients SET introspection_resources = introspects');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'better-sqlite3') {
      await runner.query('ALTER TABLE clients DROP COLUMN introspects');
      await runner.query('ALTER TABLE clients RENAME COLUMN introspection_resources TO introspects');
      return;
    }
    await runner.query('UPDATE clients SET introspects = introspection_resources');
    await runner.query('ALTER TABLE clients ALTER COLUMN introspects DROP DEFAULT');
    await runner.query('ALTER TABLE clients DROP COLUMN introspection_resources');
  }
}
