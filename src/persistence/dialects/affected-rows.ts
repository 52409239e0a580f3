import type { EntityManager, QueryRunner } from 'typeorm';
import type { SqlValue } from '../sql.js';

/** Runs a write in a transaction, as the database spells it, and returns how many rows it touched. */
export async function affectedRows(
  tx: EntityManager,
  statement: string,
  values: readonly SqlValue[],
): Promise<number> {
  const result = await runnerOf(tx).query(statement, values as SqlValue[], true);
  return result.affected ?? 0;
}

/** What a transaction runs on. */
export function runnerOf(tx: EntityManager): QueryRunner {
  if (!tx.queryRunner) throw new Error('a write outside of a transaction');
  return tx.queryRunner;
}
