import { Database } from '../../src/persistence/database.js';
import type { TestServer } from './server.js';

/** A row of the database that came, went, or changed. */
export interface RowChange {
  readonly table: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** The columns that changed, in alphabetical order. */
  readonly columns: readonly string[];
}

type Row = Record<string, unknown>;

/** Every row of every table, by table and key. */
export async function everyRow({ app }: TestServer): Promise<Map<string, Row>> {
  const { read } = app.get(Database);
  const rows = new Map<string, Row>();
  for (const { tableName, primaryColumns } of read.connection.entityMetadatas) {
    for (const row of await read.query<Row[]>(`SELECT * FROM ${tableName}`)) {
      const key = primaryColumns.map(({ databaseName }) => String(row[databaseName])).join(' ');
      rows.set(`${tableName} ${key}`, row);
    }
  }
  return rows;
}

/** What happened to the rows between two looks. */
export function changesOfRows(before: Map<string, Row>, after: Map<string, Row>): RowChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [old, present] = [before.get(key), after.get(key)];
    const columns = Object.keys({ ...old, ...present })
      .filter((column) => old?.[column] !== present?.[column])
      .toSorted();
    if (columns.length === 0) return [];
    const [table = ''] = key.split(' ');
    return [{ table, kind: old ? (present ? 'changed' : 'removed') : 'added', columns }];
  });
}

/** Whether a change may be the service's own, at any time: its explanations and leases, and the seals of the audit trail. */
export const isHousekeeping = ({ table, kind }: RowChange): boolean =>
  ['refusals', 'leases', 'audit_seals'].includes(table) || (table === 'audit_events' && kind === 'changed');
