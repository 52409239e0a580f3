import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** The look that an operator gives the pages of one client. */
export class ClientBrand1763868000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'clients', 'brand_color', 'varchar(7)');
    await addColumn(runner, 'clients', 'brand_color_dark', 'varchar(7)');
    await addColumn(runner, 'clients', 'brand_logo_uri', 'text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'brand_logo_uri');
    await dropColumn(runner, 'clients', 'brand_color_dark');
    await dropColumn(runner, 'clients', 'brand_color');
  }
}
