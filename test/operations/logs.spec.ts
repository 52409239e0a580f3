import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ServerProcess } from '../support/programs.js';
import { StoryFile } from '../support/story.js';
import { liveWholeLife, secretsIn } from '../support/whole-life.js';

describe('The log at its most talkative', () => {
  let database: TestDatabase;
  let story: StoryFile;
  let server: ServerProcess;

  beforeAll(async () => {
    [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
    server = await ServerProcess.start({
      DATABASE_URL: database.url,
      EYRIE_APPLY: story.path,
      EYRIE_LOG_LEVEL: 'trace',
      EYRIE_ADMIN_PASSWORD: 'the password of admin',
    });
  });
  afterAll(async () => {
    await server.kill();
    await Promise.all([database.drop(), story.remove()]);
  });

  it('holds no password, code, token, secret or cookie of a whole life of tokens and of failures', async () => {
    const secrets = await liveWholeLife(server.url);

    server.signal('SIGTERM');
    const { stdout, stderr } = await server.ended();
    expect(secretsIn(stdout + stderr, [...secrets, 'the password of admin'])).toEqual([]);

    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const answered = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'answered');
    expect(answered.length).toBeGreaterThan(15);
    for (const line of answered)
      expect(line).toMatchObject({ reqId: expect.any(String), status: expect.any(Number) });
  });
});
