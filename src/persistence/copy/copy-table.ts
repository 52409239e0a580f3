import type { QueryRunner } from 'typeorm';
import { marks } from '../sql.js';
import type { CopiedTable } from './copied-table.js';
import type { CopiedRow, RowDigest } from './row-digest.js';
import { batchesOf, digestOf, type Key, lastKey } from './table-reader.js';

/** Called after each batch, and waited for. */
export type CopyProgress = (rows: number, total: number, table: string) => void | Promise<void>;

/** A table that was copied, and compared afterwards. */
export interface TableCopy {
  readonly table: string;
  readonly rows: number;
  /** Of all rows, the same in both databases. */
  readonly checksum: string;
}

/** The fewest values that every database binds in one statement: SQLite's limit is 32,766. */
const maxValues = 30_000;

/**
 * Characters of text in one statement. With escapes and in UTF-8 that is less than 4 MiB, the smallest packet that a server takes by default
 * (`max_allowed_packet` of MySQL 5.7; 16 MiB of MariaDB).
 */
const maxLength = 500_000;

/**
 * Copies the rows that the target does not have. Each statement is atomic, so an interrupted copy has the first rows in the order of the
 * key; if they differ from the source by now, the table is copied anew.
 * @param progress called with the number of rows of this table that are done
 * @returns count and checksum of all rows of the source
 */
export async function copyTable(
  from: QueryRunner,
  to: QueryRunner,
  table: CopiedTable,
  progress: (rows: number) => void | Promise<void>,
): Promise<RowDigest> {
  const { digest, after } = await presentRows(from, to, table);
  for await (const rows of batchesOf(from, table, { after })) {
    await insert(to, table, rows);
    for (const row of rows) digest.add(row);
    await progress(digest.count);
  }
  return digest;
}

/** @throws Error if the target has other rows of a table than those that were read of the source */
export async function compareTable(
  to: QueryRunner,
  table: CopiedTable,
  digest: RowDigest,
): Promise<TableCopy> {
  const written = await digestOf(to, table);
  if (!written.equals(digest))
    throw new Error(
      `the table ${table.name} differs after the copy (${digest.count} rows were read, ${written.count} are written): something else writes to the target: end it, and run the command again`,
    );
  return { table: table.name, rows: digest.count, checksum: digest.checksum };
}

/** What the target has of a table already. */
async function presentRows(
  from: QueryRunner,
  to: QueryRunner,
  table: CopiedTable,
): Promise<{ readonly digest: RowDigest; readonly after?: Key }> {
  const after = await lastKey(to, table);
  const present = await digestOf(to, table);
  if (after === undefined) return { digest: present };
  const digest = await digestOf(from, table, after);
  if (digest.equals(present)) return { digest, after };
  await to.query(`DELETE FROM ${table.name}`);
  return { digest: await digestOf(to, table) };
}

async function insert(
  to: QueryRunner,
  { name, columns }: CopiedTable,
  rows: readonly CopiedRow[],
): Promise<void> {
  for (const part of statementsOf(rows, Math.floor(maxValues / columns.length)))
    await to.query(
      `INSERT INTO ${name} (${columns.join(', ')}) VALUES ${part.map((row) => `(${marks(row)})`).join(', ')}`,
      part.flat(),
    );
}

/** The rows in parts, each of which fits into one statement. */
function* statementsOf(rows: readonly CopiedRow[], maxRows: number): Generator<readonly CopiedRow[]> {
  let part: CopiedRow[] = [];
  let length = 0;
  for (const row of rows) {
    const added = lengthOf(row);
    if (part.length === maxRows || (part.length > 0 && length + added > maxLength)) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(row);
    length += added;
  }
  if (part.length > 0) yield part;
}

const lengthOf = (row: CopiedRow): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
