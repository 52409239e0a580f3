import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSecret } from '../../src/config/secret.js';
import { readSettings } from '../../src/config/settings.js';

describe('The generated secret', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const settings = () => readSettings({ DATABASE_URL: `sqlite:${join(folder, 'data', 'eyrie.sqlite')}` });
  const file = () => join(folder, 'data', 'eyrie.secret');

  it('is made once beside the database, readable by its owner alone', async () => {
    const secret = resolveSecret(settings());
    expect(secret).toMatch(/^[\w-]{64}$/);
    expect(resolveSecret(settings())).toBe(secret);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await readFile(file(), 'utf8')).trim()).toBe(secret);
  });

  it('gives way to EYRIE_SECRET', () => {
    const secret = 'y'.repeat(32);
    expect(resolveSecret({ ...settings(), secret })).toBe(secret);
  });

  it('is refused where its file is damaged, in a line that names the file', async () => {
    resolveSecret(settings());
    await writeFile(file(), 'short');
    expect(() => resolveSecret(settings())).toThrow(/eyrie\.secret/);
  });
});
