import { createConnection } from 'mysql2/promise';
import { findDatabaseServer, startDatabaseServer } from '../../scripts/mariadb.mjs';
import { startBehindProxies } from './server.mjs';

const durable = [
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-doublewrite=1',
  '--innodb-log-file-size=16M',
];
const account = 'service';

/** MariaDB or MySQL, for two replicas. The account of the service may not write while the server is read-only. */
export function mysql(folder) {
  const query = async (url, statement) => {
    const connection = await createConnection(url);
    await connection.query(statement).finally(() => connection.end());
  };
  return startBehindProxies({
    kind: 'mysql',
    folder,
    program: findDatabaseServer(),
    start: (program, place) => startDatabaseServer(program, durable, place),
    gentleSignal: 'SIGTERM',
    async create(url) {
      const { password } = new URL(url);
      await query(url, 'CREATE DATABASE eyrie CHARACTER SET utf8mb4');
      await query(url, `CREATE USER '${account}'@'127.0.0.1' IDENTIFIED BY '${password}'`);
      await query(url, `GRANT ALL ON eyrie.* TO '${account}'@'127.0.0.1'`);
      return Object.assign(new URL(`${url}/eyrie`), { username: account }).href;
    },
    setReadOnly: (url, isReadOnly) => query(url, `SET GLOBAL read_only = ${isReadOnly ? 1 : 0}`),
  });
}
