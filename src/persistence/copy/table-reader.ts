import type { QueryRunner } from 'typeorm';
import type { SqlValue } from '../sql.js';
import type { CopiedTable } from './copied-table.js';
import { type CopiedRow, copiedRow, RowDigest } from './row-digest.js';

/** Rows that are in memory at once. */
const batchRows = 500;

/** The values of a primary key. */
export type Key = readonly SqlValue[];

export async function countRows(runner: QueryRunner, { name }: CopiedTable): Promise<number> {
  const [row] = (await runner.query(`SELECT COUNT(*) AS count FROM ${name}`)) as [{ count: number | string }];
  return Number(row.count);
}

/** The greatest key of a table; undefined if it has no rows. */
export async function lastKey(runner: QueryRunner, { name, keys }: CopiedTable): Promise<Key | undefined> {
  const order = keys.map((key) => `${key} DESC`).join(', ');
  const [row] = (await runner.query(
    `SELECT ${keys.join(', ')} FROM ${name} ORDER BY ${order} LIMIT 1`,
  )) as Record<string, SqlValue>[];
  return row && keys.map((key) => row[key] ?? null);
}

/** The rows of a table in batches, in the order of its primary key. */
export async function* batchesOf(
  runner: QueryRunner,
  table: CopiedTable,
  { after, until }: { readonly after?: Key; readonly until?: Key } = {},
): AsyncGenerator<readonly CopiedRow[]> {
  const { name, columns, keys } = table;
  const limit = until && { sql: `NOT (${beyond(keys)})`, values: beyondValues(until) };
  for (let from = after; ;) {
    const start = from && { sql: beyond(keys), values: beyondValues(from) };
    const conditions = [start, limit].filter((condition) => condition !== undefined);
    const where = conditions.map(({ sql }) => sql).join(' AND ');
    const rows = (await runner.query(
      `SELECT ${columns.join(', ')} FROM ${name}${where && ` WHERE ${where}`} ORDER BY ${keys.join(', ')} LIMIT ${batchRows}`,
      conditions.flatMap(({ values }) => values),
    )) as Record<string, SqlValue>[];
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => copiedRow(table, row));
    from = keys.map((key) => last[key] ?? null);
  }
}

/** Count and checksum of the rows of a table, up to a key if one is given. */
export async function digestOf(runner: QueryRunner, table: CopiedTable, until?: Key): Promise<RowDigest> {
  const digest = new RowDigest();
  for await (const rows of batchesOf(runner, table, { until })) for (const row of rows) digest.add(row);
  return digest;
}

/**
 * The condition that the key of a row comes after another one. Its first column alone is compared first, so that every database finds the
 * place by the index: MySQL does not for rows of values.
 */
function beyond([first = '', ...others]: readonly string[]): string {
  return others.length === 0
    ? `${first} > ?`
    : `${first} >= ? AND (${first} > ? OR (${first} = ? AND ${beyond(others)}))`;
}

function beyondValues([first = null, ...others]: Key): SqlValue[] {
  return others.length === 0 ? [first] : [first, first, first, ...beyondValues(others)];
}
