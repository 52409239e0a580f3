import { randomBytes } from 'node:crypto';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import {
  createPostgresDatabase,
  createTestDatabase,
  databaseKind,
  nameOf,
  type TestDatabase,
} from './database.js';

/**
 * A database with tables and signing keys: a copy of one that a server has prepared before in this run, since migrations and RSA
 * keys take a second each time. `scripts/test.mjs` names the folder of the templates, and removes it; without one each database is
 * prepared anew.
 * @param prepare starts and stops a server on the database, with the secret that all servers of tests have
 */
export async function createPreparedDatabase(prepare: (url: string) => Promise<void>): Promise<TestDatabase> {
  const folder = process.env.EYRIE_TEST_TEMPLATES;
  if (folder === undefined) return createTestDatabase();
  const kind = databaseKind();
  const template = join(folder, kind);
  if (!existsSync(template)) await createTemplate(template, prepare);
  if (kind === 'postgres') return createPostgresDatabase(await readFile(template, 'utf8'));
  const database = await createTestDatabase();
  if (kind === 'mysql') await copyMysql(await readFile(template, 'utf8'), database.url);
  else await copyFile(template, database.url.replace('sqlite:', ''));
  return database;
}

/** Two workers may do this at the same time: either template will do. */
async function createTemplate(template: string, prepare: (url: string) => Promise<void>): Promise<void> {
  const database = await createTestDatabase();
  await prepare(database.url);
  const partial = `${template}-${randomBytes(8).toString('hex')}`;
  if (databaseKind() === 'sqlite') {
    await copyFile(database.url.replace('sqlite:', ''), partial);
    await database.drop();
  } else await writeFile(partial, database.url);
  await rename(partial, template);
}

/** Copies tables and rows between databases of one server. */
async function copyMysql(from: string, to: string): Promise<void> {
  const connection: Connection = await createConnection(to);
  try {
    const source = nameOf(from);
    const [tables] = await connection.query<RowDataPacket[]>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?',
      [source],
    );
    for (const { name } of tables) {
      await connection.query(`CREATE TABLE ${name} LIKE ${source}.${name}`);
      await connection.query(`INSERT INTO ${name} SELECT * FROM ${source}.${name}`);
    }
  } finally {
    await connection.end();
  }
}
