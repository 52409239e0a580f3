import type { DataSource } from 'typeorm';

/** A table as a copy sees it. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of its primary key, by which its rows are read in order: text compares byte by byte in every database. */
  readonly keys: readonly string[];
  /** The columns that are true or false, which some databases give as 1 or 0. */
  readonly flags: ReadonlySet<string>;
}

/** Every table of the service, in a stable order. */
export const copiedTables = (dataSource: DataSource): CopiedTable[] =>
  dataSource.entityMetadatas
    .map(({ tableName, columns, primaryColumns }) => ({
      name: tableName,
      columns: columns.map(({ databaseName }) => databaseName),
      keys: primaryColumns.map(({ databaseName }) => databaseName),
      flags: new Set(
        columns.filter(({ type }) => type === 'boolean').map(({ databaseName }) => databaseName),
      ),
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
