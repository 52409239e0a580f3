import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { backgroundThreads } from '../../src/crypto/background-threads.js';
import { BusyError } from '../../src/crypto/busy-error.js';

describe('A thread in the background', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'eyrie-threads-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const threadsOf = async (text: string, maxMilliseconds?: number) => {
    const file = join(folder, `${Math.random()}.mjs`);
    await writeFile(file, text);
    return backgroundThreads(pathToFileURL(file), 1, maxMilliseconds);
  };

  it('does what its file exports, by name', async () => {
    const run = await threadsOf('export default (n) => n + 1; export const twice = (n) => 2 * n;');
    expect(await Promise.all([run(1), run(4, 'twice')])).toEqual([2, 8]);
  });

  it('hands on what its work throws', async () => {
    const run = await threadsOf("export default () => { throw new Error('no such thing'); };");
    await expect(run(1)).rejects.toThrow('no such thing');
  });

  it('that cannot begin is noted, and its work given up', async () => {
    const noted = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    const run = await threadsOf("throw new Error('broken');", 500);
    await expect(run(1)).rejects.toThrow(/broken|too many requests/);
    await expect(run(2)).rejects.toThrow(/broken|too many requests/);
    noted.mockRestore();
  });

  it('that ends amid its work gives it up, and another takes the next', async () => {
    const noted = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
    const run = await threadsOf('export default (n) => (n === 1 ? process.exit(3) : n);', 2_000);
    await expect(run(1)).rejects.toThrow(/exit|too many requests/);
    expect(await run(2)).toBe(2);
    noted.mockRestore();
  });

  it('that does not come to an end is given up', async () => {
    const run = await threadsOf('export default () => new Promise(() => {});', 300);
    await expect(run(1)).rejects.toThrow(BusyError);
  });
});
