import { createHash } from 'node:crypto';
import type { SqlValue } from '../sql.js';
import type { CopiedTable } from './copied-table.js';

/** The values of one row, in the order of the columns of its table. */
export type CopiedRow = readonly SqlValue[];

const modulus = 2n ** 128n;

/**
 * Count and checksum of rows, in whatever order they come: the sum of a half of each row's SHA-256. Rows that databases spell differently
 * but that mean the same count as the same.
 */
export class RowDigest {
  private rows = 0;
  private sum = 0n;

  get count(): number {
    return this.rows;
  }

  /** 32 hexadecimal digits. */
  get checksum(): string {
    return this.sum.toString(16).padStart(32, '0');
  }

  add(row: CopiedRow): void {
    const hash = createHash('sha256').update(JSON.stringify(row)).digest();
    this.rows += 1;
    this.sum = (this.sum + (hash.readBigUInt64BE(0) << 64n) + hash.readBigUInt64BE(8)) % modulus;
  }

  equals(other: RowDigest): boolean {
    return this.rows === other.rows && this.sum === other.sum;
  }
}

/** A row as every database can store it: flags are true or false, and U+FFFD takes the place of NUL, which PostgreSQL cannot store. */
export function copiedRow(
  { columns, flags }: CopiedTable,
  row: Readonly<Record<string, SqlValue>>,
): CopiedRow {
  return columns.map((column) => {
    const value = row[column] ?? null;
    if (flags.has(column)) return value === null ? null : Boolean(value);
    return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
  });
}
