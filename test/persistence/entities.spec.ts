import type { ObjectLiteral } from 'typeorm';
import { type Opened, openDatabase } from '../support/opened.js';
import { sample } from '../support/sample-rows.js';

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
