import type { Selector } from './dialect.js';
import type { Weakness } from './weakness.js';

/** Looks at a file of SQLite. */
export async function sqliteWeaknesses(select: Selector): Promise<Weakness[]> {
  const rows = (await select('PRAGMA quick_check(3)', [])) as { quick_check: string }[];
  return rows
    .filter(({ quick_check: problem }) => problem !== 'ok')
    .map(({ quick_check: weakness }) => ({
      about: 'the database file',
      weakness,
      remedy: 'restore it from a backup',
    }));
}
