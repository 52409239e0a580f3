import { jest } from '@jest/globals';
import { Command } from 'commander';
import { addRegistrationTokenCommands } from '../../src/commands/registration-token.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecret } from '../support/server.js';

describe('F1 eyrie registration-token', () => {
  let database: TestDatabase;
  const before = { ...process.env };

  beforeAll(async () => {
    database = await createTestDatabase();
    Object.assign(process.env, { DATABASE_URL: database.url, EYRIE_SECRET: testSecret });
  });
  afterAll(async () => {
    process.env = before;
    await database.drop();
  });

  async function run(...words: string[]): Promise<string> {
    const program = new Command('eyrie').exitOverride();
    addRegistrationTokenCommands(program);
    let shown = '';
    const output = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      shown += String(text);
      return true;
    });
    try {
      await program.parseAsync(['registration-token', ...words], { from: 'user' });
    } finally {
      output.mockRestore();
    }
    return shown;
  }

  it('creates a token that is shown once, lists it without it, and deletes it', async () => {
    const created = JSON.parse(await run('create', '--note', 'CI', '--uses', '3', '--json')) as Record<
      string,
      string
    >;
    expect(created).toMatchObject({ token: expect.stringMatching(/^[\w-]{43}$/), expires: null });

    const listed = await run('list', '--json');
    expect(JSON.parse(listed)).toEqual([
      { id: created.id, note: 'CI', uses_left: 3, created: expect.any(String), expires: null },
    ]);
    expect(listed).not.toContain(created.token);

    expect(await run('delete', created.id ?? '')).toContain('is deleted');
    expect(await run('list', '--json')).toBe('[]\n');
    await expect(run('delete', created.id ?? '')).rejects.toThrow('there is no registration token');
  });
});
