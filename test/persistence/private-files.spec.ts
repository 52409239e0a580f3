import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { connect, readerBeside } from '../../src/persistence/connect.js';
import { dataSourceOptions } from '../../src/persistence/data-source-options.js';

describe('The files of an SQLite database', () => {
  const umask = process.umask();
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-files-'));
    path = join(folder, 'eyrie.sqlite');
  });
  afterEach(async () => {
    process.umask(umask);
    await rm(folder, { recursive: true });
  });

  const open = async (): Promise<DataSource> => {
    const dataSource = await connect(dataSourceOptions({ kind: 'sqlite', path }));
    await dataSource.query('CREATE TABLE IF NOT EXISTS things (id INTEGER)');
    await dataSource.query('INSERT INTO things VALUES (1)');
    return dataSource;
  };
  const modes = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(folder)).map(async (name) => [
          name,
          ((await stat(join(folder, name))).mode & 0o777).toString(8),
        ]),
      ),
    ) as Record<string, string>;
  const privateFiles = { 'eyrie.sqlite': '600', 'eyrie.sqlite-shm': '600', 'eyrie.sqlite-wal': '600' };

  it.each([0o000, 0o022, 0o077, 0o277])('are for their owner alone under the umask %o', async (mask) => {
    process.umask(mask);
    const dataSource = await open();
    process.umask(umask);
    expect(await modes()).toEqual(privateFiles);
    await dataSource.destroy();
  });

  it('that everybody could read become private at the next start', async () => {
    await (await open()).destroy();
    await chmod(path, 0o644);
    const dataSource = await open();
    expect(await modes()).toEqual(privateFiles);
    await dataSource.destroy();
  });

  it('are one file after the reader was closed last, and the reader cannot write', async () => {
    const writer = await open();
    const reader = await readerBeside(writer, { kind: 'sqlite', path });
    await expect(reader.query('DELETE FROM things')).rejects.toThrow('readonly');
    await writer.destroy();
    await reader.destroy();
    expect(await readdir(folder)).toEqual(['eyrie.sqlite']);
  });

  it('keep their mode if they are no database', async () => {
    await writeFile(path, 'x'.repeat(20_000));
    await chmod(path, 0o644);
    await expect(open()).rejects.toThrow('it is no SQLite database');
    expect(await modes()).toEqual({ 'eyrie.sqlite': '644' });
  });
});
