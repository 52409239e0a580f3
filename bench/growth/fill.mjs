import { openEngine } from './engines.mjs';
import { Progress } from './progress.mjs';

const BATCH = 100_000;
const TOKENS_OF_A_GRANT = 10;
const NUMBERS = 'bench_numbers';

/**
 * What is filled: a share of the token rows for each table, and the columns that differ from the row that is copied. Each person has one
 * session, one consent, one grant, and five access tokens and five refresh tokens.
 *
 * @param {import('./engines.mjs').Engine} engine
 */
function tables({ id, hash, concat }) {
  const person = 'n % @people';
  const name = concat("'person-'", 'n');
  const email = concat(name, "'@example.com'");
  const ofGrant = { grant_id: id(person), token_hash: hash };
  const ofUser = { id: id('n'), user_id: id('n') };
  return [
    {
      table: 'users',
      share: 1 / TOKENS_OF_A_GRANT,
      columns: {
        id: id('n'),
        username: name,
        username_key: name,
        email,
        email_key: email,
        verified_email_key: email,
      },
    },
    { table: 'credentials', share: 1 / TOKENS_OF_A_GRANT, columns: ofUser },
    { table: 'sessions', share: 1 / TOKENS_OF_A_GRANT, columns: { ...ofUser, token_hash: hash } },
    { table: 'consents', share: 1 / TOKENS_OF_A_GRANT, columns: ofUser },
    { table: 'grants', share: 1 / TOKENS_OF_A_GRANT, columns: { ...ofUser, session_id: id('n') } },
    { table: 'access_tokens', share: 1 / 2, columns: { ...ofGrant, id: id('n'), user_id: id(person) } },
    { table: 'refresh_tokens', share: 1 / 2, columns: ofGrant },
  ];
}

/**
 * Fills the database of a server that is not running with copies of the rows that it has, with other ids, names, hashes and owners.
 *
 * @param {string} url of the database
 * @param {number} tokenRows
 * @returns {Promise<Record<string, number>>} the bytes of a row with its share of the indexes, by table
 */
export async function fill(url, tokenRows) {
  const engine = await openEngine(url);
  const people = Math.max(1, Math.floor(tokenRows / TOKENS_OF_A_GRANT));
  const filled = tables(engine).map((one) => ({ ...one, count: Math.floor(tokenRows * one.share) }));
  const progress = new Progress(
    'filling',
    filled.reduce((sum, { count }) => sum + count, 0),
  );
  await makeNumbers(engine);
  const bytes = {};
  for (const { table, count, columns } of filled) {
    await copyRows(engine, { table, count, columns, people }, progress);
  }
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

async function copyRows({ run, columns: columnsOf }, { table, count, columns, people }, progress) {
  const names = await columnsOf(table);
  const key = names[0];
  const [template] = await run(
    `SELECT ${key} AS template FROM ${table} ORDER BY ${orders[table] ?? key} DESC LIMIT 1`,
  );
  if (!template) throw new Error(`${table} has no row to copy`);
  for (let from = 1; from <= count; from += BATCH) {
    const size = Math.min(BATCH, count - from + 1);
    const numbered = (sql) => sql.replace(/\bn\b/g, `(i + ${from})`).replaceAll('@people', String(people));
    const values = names.map((name) => (columns[name] ? numbered(columns[name]) : `t.${name}`));
    await run(`INSERT INTO ${table} (${names.join(', ')})
      SELECT ${values.join(', ')} FROM ${NUMBERS}, ${table} t
      WHERE t.${key} = '${template.template}' AND i < ${size}`);
    progress.add(size);
  }
}

/** The row that is copied is the one that expires last. */
const orders = { access_tokens: 'expires_at', refresh_tokens: 'expires_at', grants: 'expires_at' };
