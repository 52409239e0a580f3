import type { DataSource, EntityManager } from 'typeorm';
import type { SqlValue } from './sql.js';
import { type Selector, sqliteSelector } from './sqlite-selector.js';
import { mysqlTransactor, sqliteTransactor, type Transactor } from './transaction.js';

/**
 * The database as stores see it: `read` for queries outside of a transaction, `write` for everything that changes rows.
 * On SQLite reading has a connection of its own, which sees committed rows only.
 */
export class Database {
  readonly read: EntityManager;
  /** Runs the work in one transaction: all of it is kept, or none. */
  readonly write: Transactor;
  private readonly select: Selector;

  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
  ) {
    this.read = reader.manager;
    const mysql = writer.options.type === 'mysql';
    this.write = mysql ? mysqlTransactor(writer) : sqliteTransactor(writer);
    this.select = mysql ? (sql, values) => reader.query(sql, values) : sqliteSelector(writer, this.write);
  }

  /** The committed rows of a parameterised SELECT (`?` marks): for the hot paths, where hydration would cost more than the query. */
  async query<Row>(sql: string, values: SqlValue[]): Promise<Row[]> {
    return (await this.select(sql, values)) as Row[];
  }

  /** Fails when the database does not answer. */
  async ping(): Promise<void> {
    await this.read.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
  }
}
