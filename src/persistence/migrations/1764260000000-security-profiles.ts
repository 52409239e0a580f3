import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** The security profile of a client, and the response modes that it may use. */
export class SecurityProfiles1764260000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'eyrie_profile', 'varchar(32) NULL');
    await addColumn(runner, 'clients', 'response_modes', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'response_modes');
    await dropColumn(runner, 'clients', 'eyrie_profile');
  }
}
