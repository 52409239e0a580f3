import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cpuRatio, measureInTurns } from './measure.mjs';

const BUDGET = 1.2;
const FEW_ROWS = 10_000;
const OPERATIONS = ['introspection', 'refresh'];

/**
 * The cost of introspection and refresh with many token rows, as a multiple of their cost with ten thousand. Two instances of Eyrie are
 * measured in turns. Half of the rows are access tokens, half are refresh tokens, with one grant for each pair.
 *
 * @param {import('./bench.mjs').Bench} bench
 */
export async function measureGrowth(bench) {
  const { rows, concurrency } = bench.options;
  const servers = new Map();
  for (const [name, count] of [
    ['few', FEW_ROWS],
    ['many', rows],
  ]) {
    bench.say(`filling a database with ${count} token rows`);
    const variant = `eyrie-${name}`;
    const { child, origin } = await bench.launch('eyrie', variant);
    for (const operation of OPERATIONS) await bench.load.ask('prepare', { origin, operation, concurrency });
    await child.stop();
    fill(join(bench.directory, variant, `${variant}.sqlite`), count);
    servers.set(name, await bench.launch('eyrie', variant));
  }
  const lines = [];
  for (const operation of OPERATIONS) {
    bench.say(`measuring ${operation} with many rows`);
    const contestants = [...servers].map(([name, server]) => ({ name, server, operation }));
    const { few, many } = await measureInTurns(bench.load, contestants, bench.options);
    const growth = cpuRatio(many, few);
    lines.push({
      title: `${operation}, ${rows} over ${FEW_ROWS} rows`,
      eyrie: `${growth.toFixed(2)}×`,
      budget: `≤ ${BUDGET}×`,
      met: growth <= BUDGET,
      few,
      many,
    });
  }
  return lines;
}

/** Fills the database with copies of real rows, with other ids, token hashes and grants. */
function fill(file, tokenRows) {
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -400000');
  const pairs = Math.floor(tokenRows / 2);
  const id = "printf('01900000-0000-7000-8000-%012x', n)";
  const hash = "hex(randomblob(21)) || '-'";
  copyRows(database, 'grants', pairs, { id });
  copyRows(database, 'access_tokens', pairs, { id, token_hash: hash, grant_id: id });
  copyRows(database, 'refresh_tokens', pairs, { id, token_hash: hash, grant_id: id });
  database.close();
}

/** Inserts copies of one row with some columns replaced by SQL expressions over the row number `n`. */
function copyRows(database, table, count, replaced) {
  const columns = database.pragma(`table_info(${table})`).map(({ name }) => name);
  // To build an index once for all rows is many times faster than to update it for each row.
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL")
    .all(table);
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  database
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?),
         template AS (SELECT * FROM ${table} ORDER BY expires_at DESC LIMIT 1)
       INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.map((column) => replaced[column] ?? `template.${column}`).join(', ')} FROM numbers, template`,
    )
    .run(count);
  for (const { sql } of indexes) database.exec(sql);
}
