import { Client } from 'pg';
import { findPostgres, startPostgres } from '../../scripts/postgres.mjs';
import { startBehindProxies } from './server.mjs';

const durable = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'max_wal_size=64MB'];

/** PostgreSQL, for two replicas. */
export function postgres(folder) {
  const query = async (url, statement) => {
    const client = new Client(`${url}/postgres`);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  return startBehindProxies({
    kind: 'postgres',
    folder,
    program: findPostgres(),
    start: (program, place) => startPostgres(program, durable, place),
    // SIGTERM would wait for all clients to leave.
    gentleSignal: 'SIGINT',
    async create(url) {
      await query(url, 'CREATE DATABASE eyrie');
      return `${url}/eyrie`;
    },
    async setReadOnly(url, isReadOnly) {
      await query(url, `ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
      await query(url, 'SELECT pg_reload_conf()');
    },
  });
}
