/**
 * A database as the generator of rows sees it. `n` is the number of a row in the SQL that `id` and `hash` give.
 *
 * @typedef {object} Engine
 * @property {(sql: string) => Promise<object[]>} run
 * @property {(table: string) => Promise<string[]>} columns
 * @property {(n: string) => string} id SQL for the id of row `n`
 * @property {string} hash SQL for a random text as long as a SHA-256 in base64url
 * @property {(...parts: string[]) => string} concat
 * @property {() => Promise<void>} settle after rows were added
 * @property {(table: string) => Promise<number>} bytes of a table with its indexes
 * @property {() => Promise<void>} close
 */

const idPrefix = "'01900000-0000-7000-8000-'";
const piped = (...parts) => parts.join(' || ');

/** How each database is opened, by the scheme of its URL. */
const engines = {
  async sqlite(url) {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(url.slice('sqlite:'.length));
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -400000');
    return {
      async run(sql) {
        const statement = database.prepare(sql);
        return statement.reader ? statement.all() : void statement.run();
      },
      columns: async (table) => database.pragma(`table_info(${table})`).map(({ name }) => name),
      id: (n) => `printf('01900000-0000-7000-8000-%012x', ${n})`,
      hash: "hex(randomblob(21)) || '-'",
      concat: piped,
      settle: async () => void database.exec('ANALYZE'),
      async bytes(table) {
        const [{ bytes }] = database
          .prepare(
            `SELECT SUM(pgsize) AS bytes FROM dbstat
             WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)`,
          )
          .all(table);
        return bytes;
      },
      close: async () => void database.close(),
    };
  },

  async mysql(url) {
    const { createConnection } = await import('mysql2/promise');
    const connection = await createConnection(url);
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    const run = async (sql) => (await connection.query(sql))[0];
    const inSchema = (table) => `table_schema = DATABASE() AND table_name = '${table}'`;
    return {
      run,
      columns: async (table) =>
        (
          await run(
            `SELECT column_name AS name FROM information_schema.columns WHERE ${inSchema(table)} ORDER BY ordinal_position`,
          )
        ).map(({ name }) => name),
      id: (n) => `CONCAT(${idPrefix}, LOWER(LPAD(HEX(${n}), 12, '0')))`,
      hash: "CONCAT(HEX(RANDOM_BYTES(21)), '-')",
      concat: (...parts) => `CONCAT(${parts.join(', ')})`,
      async settle() {
        for (const { name } of await run(
          'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
        ))
          await run(`ANALYZE TABLE ${name}`);
      },
      async bytes(table) {
        const [row] = await run(
          `SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE ${inSchema(table)}`,
        );
        return Number(row.bytes);
      },
      close: () => connection.end(),
    };
  },

  async postgres(url) {
    const { default: pg } = await import('pg');
    const client = new pg.Client(url);
    await client.connect();
    await client.query('SET synchronous_commit = off');
    const run = async (sql) => (await client.query(sql)).rows;
    return {
      run,
      columns: async (table) =>
        (
          await run(
            `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '${table}' ORDER BY ordinal_position`,
          )
        ).map(({ name }) => name),
      id: (n) => `${idPrefix} || lpad(to_hex(${n}), 12, '0')`,
      hash: 'md5(random()::text) || substr(md5(random()::text), 1, 11)',
      concat: piped,
      settle: () => run('VACUUM ANALYZE'),
      async bytes(table) {
        const [{ bytes }] = await run(`SELECT pg_total_relation_size('${table}') AS bytes`);
        return Number(bytes);
      },
      close: () => client.end(),
    };
  },
};

/**
 * @param {string} url as Eyrie takes it
 * @returns {Promise<Engine>}
 */
export function openEngine(url) {
  return engines[url.slice(0, url.indexOf(':'))](url);
}
