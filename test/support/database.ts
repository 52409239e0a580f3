import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';

declare global {
  /** Set by the Jest project that the spec runs in. */
  var EYRIE_TEST_DATABASE: 'sqlite' | 'mysql' | undefined;
}

export interface TestDatabase {
  /** A value for the setting `DATABASE_URL`. */
  readonly url: string;
  /** Removes the database. Close every connection to it first. */
  drop(): Promise<void>;
}

/** The kind of database that this run of the spec is for. */
export function databaseKind(): 'sqlite' | 'mysql' {
  return globalThis.EYRIE_TEST_DATABASE ?? 'sqlite';
}

/** Makes an empty database, without tables, that no other spec sees. */
export function createTestDatabase(): Promise<TestDatabase> {
  return databaseKind() === 'mysql' ? createMysqlDatabase() : createSqliteDatabase();
}

async function createSqliteDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-'));
  return {
    url: `sqlite:${join(folder, 'eyrie.sqlite')}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function createMysqlDatabase(): Promise<TestDatabase> {
  const server = process.env.EYRIE_TEST_MYSQL_URL;
  if (!server) throw new Error('EYRIE_TEST_MYSQL_URL is not set: run the tests by `npm test`');

  const name = `eyrie_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name}`) };
}

async function execute(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
