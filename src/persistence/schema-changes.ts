import type { QueryRunner } from 'typeorm';
import { schemaOf } from './dialects/dialects.js';

/*
 * The changes of which migrations consist. MySQL commits each of them by itself, so a migration that is cut off leaves a part of them
 * behind. Each looks before it acts: when the migration runs again, it goes on where it ended.
 */

/** An index: its name is made of the table and the columns, unless it has one of its own. */
export interface Index {
  readonly table: string;
  /** Comma-separated. */
  readonly columns: string;
  readonly name?: string;
  readonly unique?: boolean;
  /** Rows without a value are left out where the database can. */
  readonly where?: string;
}

/**
 * @param columns with their types, as in CREATE TABLE
 * @throws Error if there is another table of that name
 */
export async function createTable(runner: QueryRunner, name: string, columns: string): Promise<void> {
  const known = (await runner.hasTable(name)) ? await runner.getTable(name) : undefined;
  if (known) {
    const missing = columnNames(columns).filter((column) => !known.findColumnByName(column));
    if (missing.length === 0) return;
    throw new Error(
      `the table ${name} is there already, without ${missing.join(', ')}: use a database of Eyrie's own`,
    );
  }
  const schema = schemaOf(runner);
  await runner.query(
    `CREATE TABLE ${name} (${schema.columnTypes(columns)})${await schema.tableOptions(runner)}`,
  );
}

export async function dropTable(runner: QueryRunner, name: string): Promise<void> {
  if (await runner.hasTable(name)) await runner.query(`DROP TABLE ${name}`);
}

/** @param type with its default, as in ADD COLUMN */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: string,
  type: string,
): Promise<void> {
  if (!(await runner.hasColumn(table, column)))
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${schemaOf(runner).columnTypes(type)}`);
}

export async function dropColumn(runner: QueryRunner, table: string, column: string): Promise<void> {
  if (await runner.hasColumn(table, column)) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

export async function createIndex(runner: QueryRunner, index: Index): Promise<void> {
  const { table, columns, unique = false, where } = index;
  const schema = schemaOf(runner);
  const name = nameOf(index);
  if (await schema.hasIndex(runner, table, name)) return;
  const condition = where !== undefined && schema.hasPartialIndexes ? ` WHERE ${where}` : '';
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${columns})${condition}`);
}

export async function dropIndex(runner: QueryRunner, index: Index): Promise<void> {
  const schema = schemaOf(runner);
  const name = nameOf(index);
  if (await schema.hasIndex(runner, index.table, name))
    await runner.query(schema.dropIndex(name, index.table));
}

const nameOf = ({ table, columns, name }: Index): string =>
  name ?? `${table}_${columns.replaceAll(', ', '_')}`;

/** The first word of each line, beside constraints. */
function columnNames(columns: string): string[] {
  return columns
    .split('\n')
    .map((line) => /^\s*([a-z]\w*) /.exec(line)?.[1] ?? '')
    .filter(Boolean);
}
