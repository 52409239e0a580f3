import { findDatabaseServer, startDatabaseServer } from '../../scripts/mariadb.mjs';
import type { DataSource } from 'typeorm';
import { databaseKind } from '../support/database.js';
import { connect } from '../../src/persistence/connect.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';
import { settingOf } from '../support/opened.js';

const server = databaseKind() === 'mysql' ? findDatabaseServer() : undefined;

// What is put into a text, and what a transaction holds, must not depend on the defaults of a server that serves others, too.
(server ? describe : describe.skip).each(['read-write', 'migration', 'whole-tables'] as const)(
  'A server of MySQL whose defaults are others, for %s',
  (access) => {
    let source: DataSource;
    let stop: (() => void) | undefined;
    beforeAll(async () => {
      const started = await startDatabaseServer(server ?? '', [
        '--sql-mode=NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT',
        '--autocommit=0',
        '--transaction-isolation=READ-UNCOMMITTED',
      ]);
      stop = started.stop;
      source = await connect(dataSourceOptions(settingOf(`${started.url}/mysql`), access));
    });
    afterAll(async () => {
      await source?.destroy();
      stop?.();
    });

    it.each(["\\' OR 1 = 1 -- ", '\\', "'", "\\\\'; SELECT 2 -- ", '"', '\u0000\u001a\n'])(
      'a value %j stays a value',
      async (value) => {
        expect(await source.query('SELECT ? AS value', [value])).toEqual([{ value }]);
        const [row] = await source.query('SELECT COUNT(*) AS found FROM mysql.user WHERE user = ?', [value]);
        expect(Number(row.found)).toBe(0);
      },
    );

    it('transactions are as strict as by default', async () => {
      const [row] = await source.query('SELECT @@autocommit AS autocommit, @@sql_mode AS sql_mode');
      expect(row).toEqual({ autocommit: 1, sql_mode: expect.stringContaining('STRICT_ALL_TABLES') });
      // MariaDB and MySQL name it differently.
      const isolation = await source.query(
        "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
      );
      expect(isolation).toContainEqual(expect.objectContaining({ Value: 'REPEATABLE-READ' }));
    });
  },
);
