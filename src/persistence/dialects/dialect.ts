import { isIPv6 } from 'node:net';
import type { DataSource, DataSourceOptions, EntityManager, QueryFailedError, QueryRunner } from 'typeorm';
import type { SqlValue } from '../sql.js';
import type { Transactor } from '../transaction.js';
import type { PoolUse } from './pool-use.js';
import type { Weakness } from './weakness.js';

/** The reason of an outage that a write of another row may not meet. */
export const diskFull = 'its disk is full';

/** What a connection is for. Migrations and what reads whole tables have no time limits. */
export type Access = 'read-write' | 'read-only' | 'migration' | 'whole-tables';

/** How expired rows are deleted, so that requests take at most twice as long meanwhile. */
export interface SweepPace {
  /** How many rows are deleted at once. */
  readonly batchSize: number;
  /** How long it pauses after a batch, as a multiple of the time that the batch took. */
  readonly rest: number;
  /** A statement after each batch, on the connection that reads. */
  readonly afterBatch?: string;
}

/** Runs a parameterised SELECT outside of a transaction and returns its rows. */
export type Selector = (sql: string, values: SqlValue[]) => unknown[] | Promise<unknown[]>;

/**
 * What differs between databases. Everything else is written once, in SQL that all of them understand: `?` for each value that is
 * bound, names and aliases in lower case (`expires_at`), so that none needs quotes.
 *
 * Another database is one more file here, and its line in `dialects.ts`.
 */
export interface Dialect {
  /** What TypeORM calls the database. */
  readonly type: DataSourceOptions['type'];

  /** What OpenTelemetry calls it (`db.system.name`). */
  readonly systemName: string;

  /** Whether reading has a connection of its own, beside the one that writes. */
  readonly readsApart: boolean;

  readonly sweepPace: SweepPace;

  /** What the operator can do, by the error code of the driver; it may depend on the message of the error. */
  readonly remedies: Readonly<Record<string, string | ((message: string) => string)>>;

  /** Where the database is, for messages; neither user nor password. */
  placeOf(options: DataSourceOptions): string;

  /** An expression for the present by the clock of the database, in milliseconds since the epoch. */
  readonly epochMilliseconds: string;

  /** An expression for a text of ours, a column or a value, in lower case, whatever its letters are. */
  lowered(text: string): string;

  /** The condition that the list in a column has a text; its value is the text. Both are JSON as `JSON.stringify` writes it. */
  listContains(column: string): string;

  /** The same SELECT, which holds its rows against every other writer until the transaction ends. */
  locking(select: string): string;

  /** The same INSERT … SELECT, which holds the rows that it reads against every writer until the transaction ends. */
  holdingInsert(insert: string): string;

  /** Runs transactions one by one or side by side, and again where the database asks for it. */
  transactor(writer: DataSource): Transactor;

  /** @param write runs transactions on the same data source */
  selector(writer: DataSource, write: Transactor): Selector;

  /** The same, for SELECTs that take little time: those of several requests may share a round trip. */
  groupedSelector(writer: DataSource, write: Transactor): Selector;

  /**
   * Runs an INSERT of one row unless one of its unique values is taken. The transaction can go on either way.
   * @returns whether the row was inserted
   */
  insertIfAbsent(tx: EntityManager, insert: string, values: readonly SqlValue[]): Promise<boolean>;

  /** Runs a write before the transaction is committed: with a later statement, where that saves a round trip. Its error comes with that. */
  writeLater(tx: EntityManager, statement: string, values: readonly SqlValue[]): Promise<void>;

  /** Whether a write failed because a unique value is taken. */
  isDuplicate(error: unknown): error is QueryFailedError;

  /**
   * Why the database cannot serve at present, in words that follow "the database:", such as "its disk is full". The same request may
   * succeed later. Undefined if the error is of another kind.
   */
  outageOf(error: unknown): string | undefined;

  /** The statements that begin a transaction whose reads all see one state of the database; nobody waits for it. */
  readonly consistentView: readonly string[];

  /** How the connections of a data source are used at present; undefined if it has no pool. */
  poolUse(source: DataSource): PoolUse | undefined;

  /** What an operator should improve of how the database is set up. */
  weaknesses(select: Selector): Promise<Weakness[]>;

  /**
   * Does the work while no other process does: others that come wait.
   * @param stopping ends the waiting
   */
  underMigrationLock<Result>(
    dataSource: DataSource,
    work: () => Promise<Result>,
    stopping?: AbortSignal,
  ): Promise<Result>;

  readonly schema: SchemaDialect;
}

/** What migrations need to know of the database. */
export interface SchemaDialect {
  /** What follows the columns of every new table, so that all tables store and compare their rows alike. */
  tableOptions(runner: QueryRunner): Promise<string>;

  /** Columns as the database spells them, with their types, so that text compares byte by byte. */
  columnTypes(columns: string): string;

  /** Whether an index can leave out rows (`CREATE INDEX … WHERE …`). */
  readonly hasPartialIndexes: boolean;

  /** Whether a column that exists can get a default (`ALTER COLUMN … SET DEFAULT`). */
  readonly setsDefaults: boolean;

  /** Whether a table has an index of this name. */
  hasIndex(runner: QueryRunner, table: string, name: string): Promise<boolean>;

  /** The statement that drops an index of a table. */
  dropIndex(name: string, table: string): string;
}

/** The driver's code of a failed statement, such as `ER_DUP_ENTRY`. */
export function driverCodeOf(error: unknown): string {
  return (error as { driverError?: { code?: string } } | null)?.driverError?.code ?? '';
}

/** Where a database server is. */
export function placeOfServer(options: DataSourceOptions): string {
  const { host = '', port } = options as { readonly host?: string; readonly port?: number };
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
