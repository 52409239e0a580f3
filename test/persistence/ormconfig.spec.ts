import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecret } from '../support/server.js';

const root = join(import.meta.dirname, '..', '..');

describe('ormconfig.ts', () => {
  let database: TestDatabase;

  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());

  /** `npx typeorm …` on the built file, as its comment says. */
  async function typeorm(...commandLine: string[]): Promise<string> {
    const cli = createRequire(import.meta.url).resolve('typeorm/cli.js');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cli, ...commandLine, '-d', join('dist', 'ormconfig.js')],
      { cwd: root, env: { PATH: process.env.PATH, DATABASE_URL: database.url, EYRIE_SECRET: testSecret } },
    );
    return stdout;
  }

  it('gives the TypeORM command line the configured database, with every migration still to run', async () => {
    expect(await typeorm('migration:show')).toMatch(/^\[ \] .*Initial1763700000000/m);

    await typeorm('migration:run', '--transaction', 'none');

    const shown = await typeorm('migration:show');
    expect(shown).toMatch(/^\[X\] .*Initial1763700000000/m);
    expect(shown).not.toContain('[ ]');
  });
});
