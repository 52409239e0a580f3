import { existsSync } from 'node:fs';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { createTestDatabase, databaseKind } from './database.js';

function connect(url: string): Promise<DataSource> {
  const options: DataSourceOptions = url.startsWith('sqlite:')
    ? { type: 'better-sqlite3', database: url.slice('sqlite:'.length) }
    : { type: databaseKind() as 'mysql' | 'postgres', url };
  return new DataSource(options).initialize();
}

async function exists(url: string): Promise<boolean> {
  if (url.startsWith('sqlite:')) return existsSync(url.slice('sqlite:'.length));
  try {
    await (await connect(url)).destroy();
    return true;
  } catch (error) {
    if (error instanceof Error && /Unknown database|database .* does not exist/.test(error.message))
      return false;
    throw error;
  }
}

describe(`createTestDatabase on ${databaseKind()}`, () => {
  it('gives a database of the kind that the Jest project is for', async () => {
    const database = await createTestDatabase();

    expect(new URL(database.url).protocol).toBe(`${databaseKind()}:`);
    await database.drop();
  });

  it('keeps what one database holds from the next', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const connections = await Promise.all([connect(first.url), connect(second.url)]);

    for (const connection of connections) await connection.query('CREATE TABLE note (text VARCHAR(20))');
    await connections[0].query("INSERT INTO note VALUES ('for the first')");
    const inSecond = await connections[1].query('SELECT text FROM note');

    expect(inSecond).toEqual([]);
    for (const connection of connections) await connection.destroy();
    await Promise.all([first.drop(), second.drop()]);
  });

  it('stores characters outside the basic multilingual plane', async () => {
    const database = await createTestDatabase();
    const connection = await connect(database.url);

    await connection.query('CREATE TABLE note (text VARCHAR(20))');
    await connection.query("INSERT INTO note VALUES ('🦅')");

    expect(await connection.query('SELECT text FROM note')).toEqual([{ text: '🦅' }]);
    await connection.destroy();
    await database.drop();
  });

  it('leaves nothing behind after drop', async () => {
    const database = await createTestDatabase();
    const connection = await connect(database.url);
    await connection.query('CREATE TABLE note (text VARCHAR(20))');
    await connection.destroy();
    expect(await exists(database.url)).toBe(true);

    await database.drop();

    expect(await exists(database.url)).toBe(false);
  });
});
