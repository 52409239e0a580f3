import type { MigrationInterface, QueryRunner } from 'typeorm';

const name = 'users_created_at';

/** Its statement can run again. */
export class UsersByTime9000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('users');
    if (!table?.indices.some((index) => index.name === name))
      await runner.query(`CREATE INDEX ${name} ON users (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('users', name);
  }
}
