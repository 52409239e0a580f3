import type { ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { type Opened, openDatabase } from '../support/opened.js';

/** Two values of a column: one that goes to its edge, and the least. */
function sample(column: ColumnMetadata, full: boolean): unknown {
  if (!full && column.isNullable) return null;
  if (column.type === 'boolean') return full;
  if (column.type === 'int') return full ? 2_147_483_647 : 0;
  if (column.type === 'bigint') return full ? 253_402_300_799 : 0;
  if (column.type === 'simple-json') return full ? { list: ['🦅', '"', '\\', null, 1.5, true] } : [];
  if (column.type === 'text') return full ? 'é'.repeat(32_000) : '';
  const length = Number(column.length);
  return full ? `🦅${'x'.repeat(length - 2)} ` : 'x';
}

describe('Every entity', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  it.each([true, false])('comes back as it was written (filled to the edge: %j)', async (full) => {
    const { database, writer } = opened;
    for (const entity of writer.entityMetadatas) {
      const row = Object.fromEntries(
        entity.columns.map((column) => [column.propertyName, sample(column, full)]),
      );
      const key = Object.fromEntries(
        entity.primaryColumns.map((column) => [column.propertyName, row[column.propertyName]]),
      );
      await database.write((tx) => tx.insert(entity.target, row));
      const found = await database.read.findOneBy<ObjectLiteral>(entity.target, key);
      expect({ table: entity.tableName, ...found }).toEqual({ table: entity.tableName, ...row });
    }
  });
});
