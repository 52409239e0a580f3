import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createIndex, createTable, dropColumn, dropIndex, dropTable } from '../schema-changes.js';

const emails = { table: 'users', columns: 'email_key' };

const batch = 500;

/** Tokens of provisioning clients, what they call people and groups, and what else they know of people. Every statement can run again. */
export class Scim1764050000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'scim_tokens',
      `id varchar(36) NOT NULL PRIMARY KEY,
       name varchar(64) NOT NULL,
       token_hash varchar(43) NOT NULL UNIQUE,
       verifies_emails boolean NOT NULL,
       created_at bigint NOT NULL,
       expires_at bigint NULL,
       last_used_at bigint NULL`,
    );
    await createIndex(runner, { table: 'scim_tokens', columns: 'expires_at' });
    for (const [table, owner] of [
      ['scim_user_ids', 'user_id'],
      ['scim_group_ids', 'group_id'],
    ] as const) {
      await createTable(
        runner,
        table,
        `${owner} varchar(36) NOT NULL,
         provisioner varchar(300) NOT NULL,
         external_id varchar(255) NOT NULL,
         PRIMARY KEY (${owner}, provisioner)`,
      );
      await createIndex(runner, {
        table,
        name: `${table}_external`,
        columns: 'external_id, provisioner',
      });
    }
    await createTable(
      runner,
      'scim_profiles',
      `user_id varchar(36) NOT NULL PRIMARY KEY,
       formatted_name varchar(255) NULL,
       honorific_prefix varchar(255) NULL,
       honorific_suffix varchar(255) NULL,
       title varchar(255) NULL,
       user_type varchar(255) NULL,
       preferred_language varchar(255) NULL,
       locale varchar(255) NULL,
       timezone varchar(255) NULL,
       email_type varchar(255) NULL,
       employee_number varchar(255) NULL,
       cost_center varchar(255) NULL,
       organization varchar(255) NULL,
       division varchar(255) NULL,
       department varchar(255) NULL,
       manager varchar(255) NULL,
       lists text NOT NULL`,
    );
    await createIndex(runner, { table: 'scim_profiles', columns: 'employee_number' });
    await createIndex(runner, { table: 'scim_profiles', columns: 'manager' });
    await addColumn(runner, 'users', 'email_key', 'varchar(640) NULL');
    await createIndex(runner, emails);
    await fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, emails);
    await dropColumn(runner, 'users', 'email_key');
    for (const table of ['scim_profiles', 'scim_group_ids', 'scim_user_ids', 'scim_tokens'])
      await dropTable(runner, table);
  }
}

/** Databases lower the case of letters in different ways, so the keys are made here. */
async function fill(runner: QueryRunner): Promise<void> {
  for (let after = ''; ;) {
    const rows: { readonly id: string; readonly email: string }[] = await runner.query(
      `SELECT id, email FROM users WHERE id > ? AND email IS NOT NULL AND email_key IS NULL ORDER BY id LIMIT ${batch}`,
      [after],
    );
    for (const { id, email } of rows)
      await runner.query('UPDATE users SET email_key = ? WHERE id = ?', [
        email.normalize('NFC').toLowerCase(),
        id,
      ]);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
