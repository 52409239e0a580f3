import type { DataSource, EntityManager } from 'typeorm';
import { mysqlTransactor, sqliteTransactor, type Transactor } from './transaction.js';

/**
 * The database as stores see it: `read` for queries outside of a transaction, `write` for everything that changes rows.
 * On SQLite reading has a connection of its own, which sees committed rows only.
 */
export class Database {
  readonly read: EntityManager;
  /** Runs the work in one transaction: all of it is kept, or none. */
  readonly write: Transactor;

  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
  ) {
    this.read = reader.manager;
    this.write = writer.options.type === 'mysql' ? mysqlTransactor(writer) : sqliteTransactor(writer);
  }

  /** Fails when the database does not answer. */
  async ping(): Promise<void> {
    await this.read.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
  }
}
