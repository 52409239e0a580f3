import type { EntityManager } from 'typeorm';
import type { SqlValue } from '../sql.js';

/** Runs a write in a transaction, as the database spells it, and returns how many rows it touched. */
export async function affectedRows(
  tx: EntityManager,
  statement: string,
  values: readonly SqlValue[],
): Promise<number> {
  if (!tx.queryRunner) throw new Error('a write outside of a transaction');
  const result = await tx.queryRunner.query(statement, values as SqlValue[], true);
  return result.affected ?? 0;
}
