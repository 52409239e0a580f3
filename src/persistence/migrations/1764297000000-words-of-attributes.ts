import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

const columns = ['labels', 'descriptions'];

/** The words of attributes in other languages. Every statement can run again. */
export class WordsOfAttributes1764297000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) await addColumn(runner, 'attribute_definitions', column, 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns) await dropColumn(runner, 'attribute_definitions', column);
  }
}
