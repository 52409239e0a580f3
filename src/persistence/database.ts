import type { DataSource, EntityManager } from 'typeorm';
import { affectedRows } from './dialects/affected-rows.js';
import { type Dialect, diskFull, type Selector, type SweepPace } from './dialects/dialect.js';
import type { PoolUse } from './dialects/pool-use.js';
import type { Weakness } from './dialects/weakness.js';
import { DuplicateError } from './duplicate-error.js';
import { JoinedTransaction } from './joined-transaction.js';
import { rehearsing } from './rehearsal.js';
import type { SqlValue } from './sql.js';
import type { Transaction, Transactor } from './transaction.js';

const fullMilliseconds = 30_000;

/**
 * The database as stores see it. They write SQL once for all databases, as {@link Dialect} describes it; values are bound to `?` marks.
 */
export class Database {
  /**
   * Runs the work in one transaction: all of it is kept, or none.
   * @throws DuplicateError when a unique value is taken
   */
  readonly write: Transactor = (work) => {
    const whole = this.joined.current;
    return whole ? this.joined.inTurn(() => this.attempt(whole, () => work(whole))) : this.transact(work);
  };
  private readonly transact: Transactor;
  private readonly joined = new JoinedTransaction();
  private readonly select: Selector;
  private readonly selectGrouped: Selector;
  /** By the monotonic clock, in milliseconds. */
  private wasFullAt = -Infinity;

  constructor(
    private readonly dialect: Dialect,
    private readonly writer: DataSource,
    private readonly reader: DataSource,
  ) {
    const transact = dialect.transactor(writer);
    const keep = rehearsing(transact);
    this.transact = (work) =>
      keep(work).catch((error: unknown) => {
        if (dialect.outageOf(error) === diskFull) this.wasFullAt = performance.now();
        throw dialect.isDuplicate(error) ? new DuplicateError(error) : error;
      });
    this.select = dialect.selector(writer, transact);
    this.selectGrouped = dialect.groupedSelector(writer, transact);
  }

  get sweepPace(): SweepPace {
    return this.dialect.sweepPace;
  }

  /** For queries outside of a transaction. */
  get read(): EntityManager {
    return this.joined.current ?? this.reader.manager;
  }

  /**
   * Does work in one transaction that is made of several writes: all of them are kept, or none. What it reads is read in the transaction
   * too. Like a single write, it may run twice.
   * @throws DuplicateError when a unique value is taken
   */
  wholly<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.transact((tx) => this.joined.run(tx, work));
  }

  /** The committed rows of a SELECT: for the hot paths, where hydration would cost more than the query. */
  async query<Row>(sql: string, values: SqlValue[]): Promise<Row[]> {
    const whole = this.joined.current;
    return whole ? this.rows(whole, sql, values) : ((await this.select(sql, values)) as Row[]);
  }

  /** The committed row of a SELECT by a unique key: for the hot paths, too. It should take little time, since it may travel with others. */
  async row<Row>(sql: string, values: SqlValue[]): Promise<Row | undefined> {
    const whole = this.joined.current;
    const [row] = whole ? await this.rows(whole, sql, values) : await this.selectGrouped(sql, values);
    return row as Row | undefined;
  }

  /** The rows of a SELECT inside a transaction. */
  async rows<Row>(tx: Transaction, sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return tx.query<Row[]>(sql, values as SqlValue[]);
  }

  /** The same rows, held against every other writer until the transaction ends: for what is read in order to be changed. */
  async lockedRows<Row>(tx: Transaction, sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return tx.query<Row[]>(this.dialect.locking(sql), values as SqlValue[]);
  }

  /** Runs a write inside a transaction and returns how many rows it touched. */
  async affected(tx: Transaction, sql: string, values: readonly SqlValue[]): Promise<number> {
    return affectedRows(tx, sql, values);
  }

  /** Runs a write inside a transaction, at its end at the latest. Whether it touches rows must not matter; an error fails the transaction. */
  async writeLater(tx: Transaction, sql: string, values: readonly SqlValue[]): Promise<void> {
    await this.dialect.writeLater(tx, sql, values);
  }

  /** Runs an INSERT … SELECT, whose rows are held against every writer until the transaction ends; returns how many it inserted. */
  async insertFrom(tx: Transaction, insert: string, values: readonly SqlValue[]): Promise<number> {
    return affectedRows(tx, this.dialect.holdingInsert(insert), values);
  }

  /**
   * Runs an INSERT of one row unless one of its unique values is taken; the transaction can go on either way.
   * @returns whether the row was inserted
   */
  async insertIfAbsent(tx: Transaction, insert: string, values: readonly SqlValue[]): Promise<boolean> {
    return this.dialect.insertIfAbsent(tx, insert, values);
  }

  /**
   * Does a part of a transaction: if it throws, what it wrote is undone, and the transaction can go on.
   * @throws DuplicateError when a unique value is taken
   */
  async attempt<Result>(tx: Transaction, work: () => Promise<Result>): Promise<Result> {
    await tx.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await tx.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      // After a deadlock there is no savepoint: the transaction was rolled back as a whole, and its first error says so.
      await tx.query('ROLLBACK TO SAVEPOINT attempt').catch(() => Promise.reject(error as Error));
      throw this.dialect.isDuplicate(error) ? new DuplicateError(error) : error;
    }
  }

  /** The condition that a column contains a text in any case; its value is `containing` of that text. */
  containsText(column: string): string {
    return `${this.dialect.lowered(column)} LIKE ? ESCAPE '!'`;
  }

  /** The condition that the list in a column, which is JSON, has a text; its value is the text as JSON. It may be NULL for what is none. */
  listContains(column: string): string {
    return this.dialect.listContains(column);
  }

  /** An expression for a text, a column or a value, in lower case. */
  lowered(text: string): string {
    return this.dialect.lowered(text);
  }

  /** Whether a write failed in the last half a minute because the disk is full. */
  get wasFull(): boolean {
    return performance.now() - this.wasFullAt < fullMilliseconds;
  }

  /** How the connections to the database server are used at present; undefined if there is no server. */
  poolUse(): PoolUse | undefined {
    return this.dialect.poolUse(this.writer);
  }

  /** What an operator should improve of how the database is set up. */
  weaknesses(): Promise<Weakness[]> {
    return this.dialect.weaknesses(this.select);
  }

  /** The time of the database, in milliseconds since the epoch. */
  async epochMilliseconds(): Promise<number> {
    const [row] = await this.query<{ now_ms: number }>(
      `SELECT ${this.dialect.epochMilliseconds} AS now_ms`,
      [],
    );
    return Number(row?.now_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
  }
}
