import type { EntityManager } from 'typeorm';

/** A value that a statement binds. */
export type SqlValue = string | number | boolean | null;

/** The rows of a parameterised SELECT (`?` marks) on the hot paths, where hydration would cost more than the query. */
export async function rows<Row>(
  manager: EntityManager,
  sql: string,
  values: readonly SqlValue[],
): Promise<Row[]> {
  return manager.query<Row[]>(sql, values as SqlValue[]);
}

/** Runs a parameterised write inside a transaction and tells how many rows it touched. */
export async function affected(tx: EntityManager, sql: string, values: readonly SqlValue[]): Promise<number> {
  if (!tx.queryRunner) throw new Error('a write outside of a transaction');
  const result = await tx.queryRunner.query(sql, values as SqlValue[], true);
  return result.affected ?? 0;
}

/** `?, ?, ?` for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** Whether a write failed because a unique value stands already. */
export function isDuplicate(error: unknown): boolean {
  const code = (error as { driverError?: { code?: string } }).driverError?.code ?? '';
  return (
    code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  );
}
