import { jest } from '@jest/globals';
import { Command } from 'commander';
import { addScimTokenCommands } from '../../src/commands/scim-token.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecret } from '../support/server.js';

describe('eyrie scim-token', () => {
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
    addScimTokenCommands(program);
    let shown = '';
    const output = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      shown += String(text);
      return true;
    });
    try {
      await program.parseAsync(['scim-token', ...words], { from: 'user' });
    } finally {
      output.mockRestore();
    }
    return shown;
  }

  it('creates a token that is shown once, lists it without it, and revokes it', async () => {
    const created = JSON.parse(await run('create', 'entra', '--lifetime', '60', '--json')) as Record<
      string,
      string
    >;
    expect(created).toMatchObject({
      name: 'entra',
      token: expect.stringMatching(/^eyrie_scim_[\w-]{43}$/),
      expires: expect.any(String),
    });

    const listed = await run('list', '--json');
    expect(JSON.parse(listed)).toEqual([
      {
        id: created.id,
        name: 'entra',
        created: expect.any(String),
        expires: created.expires,
        last_used: null,
      },
    ]);
    expect(listed).not.toContain(created.token);

    expect(await run('revoke', created.id ?? '')).toContain('is revoked');
    expect(await run('list', '--json')).toBe('[]\n');
    await expect(run('revoke', created.id ?? '')).rejects.toThrow('there is no SCIM token');
  });

  it('refuses a name that the admin API refuses', async () => {
    await expect(run('create', 'a b')).rejects.toThrow('Bad Request');
  });
});
