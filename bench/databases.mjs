import { join } from 'node:path';
import { findDatabaseServer, startDatabaseServer } from '../scripts/mariadb.mjs';
import { findPostgres, startPostgres } from '../scripts/postgres.mjs';

/**
 * Functions that start each database engine that servers are measured with. Each resolves to `urlFor(name, directory)`, the URL of a
 * database that one server has for itself, created if necessary, and `stop()`.
 */
export const databases = {
  sqlite: async () => ({
    urlFor: async (name, directory) => `sqlite:${join(directory, `${name}.sqlite`)}`,
    stop() {},
  }),

  async mysql() {
    const { url, stop } = await startDatabaseServer(installed('mariadbd', findDatabaseServer()));
    const { createConnection } = await import('mysql2/promise');
    return {
      async urlFor(name) {
        const connection = await createConnection(url);
        await connection.query(`CREATE DATABASE IF NOT EXISTS \`${name}\``);
        await connection.end();
        return `${url}/${name}`;
      },
      stop,
    };
  },

  async postgres() {
    const { url, stop } = await startPostgres(installed('postgres', findPostgres()));
    const { default: pg } = await import('pg');
    return {
      async urlFor(name) {
        const client = new pg.Client(`${url}/postgres`);
        await client.connect();
        const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (rows.length === 0) await client.query(`CREATE DATABASE "${name}"`);
        await client.end();
        return `${url}/${name}`;
      },
      stop,
    };
  },
};

function installed(name, program) {
  if (!program) throw new Error(`${name} is not installed`);
  return program;
}
