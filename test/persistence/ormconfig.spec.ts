import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('ormconfig.ts', () => {
  let database: TestDatabase;
  const { DATABASE_URL, EYRIE_SECRET } = process.env;

  beforeAll(async () => {
    database = await createTestDatabase();
    process.env['DATABASE_URL'] = database.url;
    process.env['EYRIE_SECRET'] = 'a secret for tests only, long enough to pass';
  });
  afterAll(async () => {
    restore('DATABASE_URL', DATABASE_URL);
    restore('EYRIE_SECRET', EYRIE_SECRET);
    await database.drop();
  });

  it('gives the TypeORM command line the configured database, with every migration still to run', async () => {
    const { default: dataSource } = await import('../../ormconfig.js');
    await dataSource.initialize();
    try {
      await expect(dataSource.showMigrations()).resolves.toBe(true);
      await dataSource.runMigrations();
      await expect(dataSource.showMigrations()).resolves.toBe(false);
    } finally {
      await dataSource.destroy();
    }
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
