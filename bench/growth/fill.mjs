import { openEngine } from './engines.mjs';
import { Progress } from './progress.mjs';

const BATCH = 100_000;
const NUMBERS = 'bench_numbers';

/**
 * What is filled, in this order: how many rows of a table, and the columns that differ from the row that is copied, as SQL of the number
 * `n` of a row.
 *
 * @typedef {(engine: import('./engines.mjs').Engine) => { table: string, count: number, columns: Record<string, string> }[]} Rows
 */

/**
 * Fills the database of a server that is not running with copies of the rows that it has, with other ids, names, hashes and owners.
 *
 * @param {string} url of the database
 * @param {Rows} rows
 * @returns {Promise<Record<string, number>>} the bytes of a row with its share of the indexes, by table
 */
export async function fill(url, rows) {
  const engine = await openEngine(url);
  const filled = rows(engine);
  const progress = new Progress(
    'filling',
    filled.reduce((sum, { count }) => sum + count, 0),
  );
  await makeNumbers(engine);
  const bytes = {};
  for (const one of filled) await copyRows(engine, one, progress);
  await engine.run(`DROP TABLE ${NUMBERS}`);
  await engine.settle();
  for (const { table, count } of filled) bytes[table] = Math.round((await engine.bytes(table)) / count);
  progress.end();
  await engine.close();
  return bytes;
}

/** The numbers below the size of a batch: no two databases make a series in the same way. */
async function makeNumbers({ run }) {
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ');
  await run(`CREATE TABLE ${NUMBERS} (i int NOT NULL PRIMARY KEY)`);
  await run(`INSERT INTO ${NUMBERS} (i)
    SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
    FROM (${digits}) a, (${digits}) b, (${digits}) c, (${digits}) e, (${digits}) f`);
}

async function copyRows({ run, columns: columnsOf }, { table, count, columns }, progress) {
  const names = await columnsOf(table);
  const key = names[0];
  const [template] = await run(
    `SELECT ${key} AS template FROM ${table} ORDER BY ${orders[table] ?? key} DESC LIMIT 1`,
  );
  if (!template) throw new Error(`${table} has no row to copy`);
  for (let from = 1; from <= count; from += BATCH) {
    const size = Math.min(BATCH, count - from + 1);
    const numbered = (sql) => sql.replace(/\bn\b/g, `(i + ${from})`);
    const values = names.map((name) => (columns[name] ? numbered(columns[name]) : `t.${name}`));
    await run(`INSERT INTO ${table} (${names.join(', ')})
      SELECT ${values.join(', ')} FROM ${NUMBERS}, ${table} t
      WHERE t.${key} = '${template.template}' AND i < ${size}`);
    progress.add(size);
  }
}

/** The row that is copied is the one that expires last. */
const orders = { access_tokens: 'expires_at', refresh_tokens: 'expires_at', grants: 'expires_at' };
