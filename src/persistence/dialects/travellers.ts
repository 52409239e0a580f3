import type { EntityManager } from 'typeorm';
import type { SqlValue } from '../sql.js';
import { runnerOf } from './affected-rows.js';

/** A statement with the values of its `?` marks. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const begin: Statement = { sql: 'START TRANSACTION', values: [] };
const travellers = new WeakMap<object, Travellers>();

/**
 * The statements of a connection that travel with its next one, since each statement by itself is a round trip: the beginning of a
 * transaction travels with its first statement, and what is written by {@link Travellers.add} with the next one, which may be COMMIT.
 * The server runs none after one that failed, or refuses them.
 */
export class Travellers {
  private waiting: Statement[] = [];

  /** Those of a connection that sends them. */
  static of(connection: object): Travellers {
    const known = travellers.get(connection) ?? new Travellers();
    travellers.set(connection, known);
    return known;
  }

  /** Those of the connection that a transaction runs on. */
  static async ofTransaction(tx: EntityManager): Promise<Travellers> {
    const runner = runnerOf(tx);
    // A connection that went back to the pool would take the write into what runs on it next.
    if (runner.isReleased || !runner.isTransactionActive) throw new Error('a write after its transaction');
    const found = travellers.get(await runner.connect());
    if (!found) throw new Error('a later write on a connection that sends none');
    return found;
  }

  /** Adds a write of the transaction. Its error becomes that of the statement that it travels with. */
  add(statement: Statement): void {
    this.waiting.push(statement);
  }

  /** Whether writes wait, whose errors the next statement would be blamed for. */
  get hasWrites(): boolean {
    return this.waiting.some((one) => one !== begin);
  }

  /** What is to be sent for a statement, itself at the end; nothing if it waits for the next one, or has nothing to end. */
  sentFor(statement: Statement): readonly Statement[] {
    const { sql } = statement;
    if (sql === begin.sql) {
      this.waiting.push(begin);
      return [];
    }
    const before = this.waiting;
    if (before.length === 0) return [statement];
    this.waiting = [];
    const isUnbegun = before[0] === begin;
    if (sql === 'ROLLBACK') return isUnbegun ? [] : [statement];
    return isUnbegun && before.length === 1 && sql === 'COMMIT' ? [] : [...before, statement];
  }
}
