import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';

export type DatabaseKind = 'sqlite' | 'mysql' | 'postgres';

declare global {
  /** Set by the Jest project that the spec runs in. */
  var EYRIE_TEST_DATABASE: DatabaseKind | undefined;
}

export interface TestDatabase {
  /** A value for the setting `DATABASE_URL`. */
  readonly url: string;
  /** Removes the database. Close every connection to it first. */
  drop(): Promise<void>;
}

/** The kind of database that this run of the spec is for. */
export function databaseKind(): DatabaseKind {
  return globalThis.EYRIE_TEST_DATABASE ?? 'sqlite';
}

/** The kinds of database that this machine has. */
export const availableKinds = (): DatabaseKind[] => [
  'sqlite',
  ...(process.env.EYRIE_TEST_MYSQL_URL ? (['mysql'] as const) : []),
  ...(process.env.EYRIE_TEST_POSTGRES_URL ? (['postgres'] as const) : []),
];

/** Makes an empty database, without tables, that no other spec sees. */
export function createTestDatabase(kind: DatabaseKind = databaseKind()): Promise<TestDatabase> {
  const create = {
    sqlite: createSqliteDatabase,
    mysql: createMysqlDatabase,
    postgres: () => createPostgresDatabase(),
  };
  return create[kind]();
}

async function createSqliteDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-'));
  return {
    url: `sqlite:${join(folder, 'eyrie.sqlite')}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function createMysqlDatabase(): Promise<TestDatabase> {
  const server = serverUrl('EYRIE_TEST_MYSQL_URL');
  const name = newName();
  await execute(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return { url: urlOf(server, name), drop: () => execute(server, `DROP DATABASE IF EXISTS ${name}`) };
}

/** @param template the URL of a database that nobody uses, to copy instead of an empty one */
export async function createPostgresDatabase(template?: string): Promise<TestDatabase> {
  const server = serverUrl('EYRIE_TEST_POSTGRES_URL');
  const name = newName();
  await executePostgres(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${template ? nameOf(template) : 'template0'}`,
  );
  return {
    url: urlOf(server, name),
    drop: () => executePostgres(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

const newName = (): string => `eyrie_${randomBytes(8).toString('hex')}`;

/** The name of the database in a URL. */
export const nameOf = (url: string): string => new URL(url).pathname.slice(1);

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

function serverUrl(variable: string): string {
  const server = process.env[variable];
  if (!server) throw new Error(`${variable} is not set: run the tests by \`npm test\``);
  return server;
}

async function execute(server: string, statement: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

async function executePostgres(server: string, statement: string): Promise<void> {
  const client = new Client(urlOf(server, 'postgres'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
