import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import type { SqlValue } from './sql.js';
import type { Transactor } from './transaction.js';

/** Runs a parameterised SELECT and gives its rows. */
export type Selector = (sql: string, values: SqlValue[]) => unknown[] | Promise<unknown[]>;

/**
 * Selects on the writing connection, whose page cache every write leaves warm (a connection of its own would lose its cache to
 * each commit). The statement runs at once and whole, so it cannot fall into a transaction: when one is open, it waits its turn.
 */
export function sqliteSelector(writer: DataSource, write: Transactor): Selector {
  const { databaseConnection: connection } = writer.driver as unknown as {
    databaseConnection: BetterSqlite3.Database;
  };
  const statements = new Map<string, BetterSqlite3.Statement<SqlValue[]>>();
  const prepared = (sql: string): BetterSqlite3.Statement<SqlValue[]> => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = connection.prepare<SqlValue[]>(sql)));
    return statement;
  };
  return (sql, values) =>
    connection.inTransaction ? write(async () => prepared(sql).all(...values)) : prepared(sql).all(...values);
}
