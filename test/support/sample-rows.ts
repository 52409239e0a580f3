import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** Two values of a column: one that goes to its edge, and the least. */
export function sample(column: ColumnMetadata, full: boolean): unknown {
  if (!full && column.isNullable) return null;
  if (column.type === 'boolean') return full;
  if (column.type === 'int') return full ? 2_147_483_647 : 0;
  if (column.type === 'bigint') return full ? 253_402_300_799 : 0;
  if (column.type === 'simple-json') return full ? { list: ['🦅', '"', '\\', null, 1.5, true] } : [];
  if (column.type === 'text') return full ? 'é'.repeat(32_000) : '';
  const length = Number(column.length);
  return full ? `🦅${'x'.repeat(length - 2)} ` : 'x';
}
