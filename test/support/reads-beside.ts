import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '../../src/persistence/database.js';
import type { JoinedTransaction } from '../../src/persistence/joined-transaction.js';
import type { Transaction } from '../../src/persistence/transaction.js';

/**
 * Has reads fail that work in a transaction makes outside of it. On SQLite they may wait for the transaction, which waits for them; on a
 * server they need a second connection, and so many transactions at once wait for one another.
 */
export function refuseReadsBeside(database: Database): void {
  const { joined } = database as unknown as { joined: JoinedTransaction };
  const storage = new AsyncLocalStorage<{ isOpen: boolean }>();
  const check = (): void => {
    if (storage.getStore()?.isOpen && !joined.current)
      throw new Error('a transaction reads outside of itself: read it before, or inside with its tx');
  };
  const [write, query, row] = [database.write, database.query.bind(database), database.row.bind(database)];
  const prototype = Object.getPrototypeOf(database) as Database;
  const inside = async <Result>(work: (tx: Transaction) => Promise<Result>, tx: Transaction) => {
    const transaction = { isOpen: true };
    try {
      return await storage.run(transaction, () => work(tx));
    } finally {
      transaction.isOpen = false;
    }
  };
  Object.assign(database, {
    write: <Result>(work: (tx: Transaction) => Promise<Result>) => write((tx) => inside(work, tx)),
    query: async (...select: Parameters<typeof query>) => (check(), query(...select)),
    row: async (...select: Parameters<typeof row>) => (check(), row(...select)),
  });
  Object.defineProperty(database, 'read', {
    get: () => (check(), Reflect.get(prototype, 'read', database)),
  });
}
