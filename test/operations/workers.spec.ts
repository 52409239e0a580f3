import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { ServerProcess, StartingProcess } from '../support/programs.js';
import { StoryFile } from '../support/story.js';

const isServer = databaseKind() !== 'sqlite';

describe('EYRIE_WORKERS', () => {
  let database: TestDatabase;
  let story: StoryFile;
  let server: ServerProcess | undefined;
  beforeAll(async () => {
    [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
  });
  afterEach(async () => {
    await server?.kill();
    server = undefined;
  });
  afterAll(() => Promise.all([database.drop(), story.remove()]));

  const start = async (): Promise<ServerProcess> =>
    (server = await ServerProcess.start({
      DATABASE_URL: database.url,
      EYRIE_APPLY: story.path,
      EYRIE_WORKERS: '2',
      EYRIE_METRICS: '127.0.0.1',
    }));
  /** Asks again until the answer is as expected; jest's own time limit ends the waiting. */
  const until = async <Value>(
    read: () => Promise<Value> | Value,
    isGood: (value: Value) => boolean,
  ): Promise<Value> => {
    for (;;) {
      const value = await read();
      if (isGood(value)) return value;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const status = async ({ url }: ServerProcess, path: string): Promise<number> =>
    (await fetch(`${url}${path}`, { headers: { connection: 'close' } })).status;
  const counted = async ({ url }: ServerProcess): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
    const line = /^http_request_duration_seconds_count\{[^}]*route="\/health\/live"[^}]*\} (\d+)$/m.exec(
      text,
    );
    return Number(line?.[1] ?? 0);
  };

  it('of more than one is refused on SQLite in one line, and auto is one', async () => {
    const environment = { DATABASE_URL: 'sqlite:./data/eyrie.sqlite', EYRIE_WORKERS: '2' };
    const refused = await StartingProcess.start(environment);
    const { code, stderr } = await refused.ended();
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^eyrie: EYRIE_WORKERS is 2, but SQLite has one writer: .+\n$/),
    ]);
    if (isServer) return;
    server = await ServerProcess.start({ DATABASE_URL: database.url, EYRIE_WORKERS: 'auto' });
    expect(server.workers).toEqual([]);
  });

  (isServer ? describe : describe.skip)('on a database server', () => {
    it('start one after the other, say once who the administrator is, and add up their metrics', async () => {
      const running = await start();
      await running.printed('2 workers serve');
      expect(running.stdout.match(/username {4}admin/g)).toHaveLength(1);
      expect(running.stdout.match(/Eyrie serves/g)).toHaveLength(1);

      // Each connection goes to the next worker, once both listen.
      for (let i = 0; i < 20; i++) expect(await status(running, '/health/live')).toBe(200);
      expect(await counted(running)).toBe(20);
    });

    it('one that is killed is replaced, and nothing that was answered is lost', async () => {
      const running = await start();
      await running.printed('2 workers serve');
      const before = running.workers;
      const [victim = 0] = before;
      process.kill(victim, 'SIGKILL');
      const after = await until(
        () => running.workers,
        (pids) => pids.length === 2 && !pids.includes(victim),
      );
      expect(after).toHaveLength(before.length);
      await until(
        () => running.stderr,
        (text) => text.includes(`worker ${victim} ended (SIGKILL)`),
      );
      expect(await status(running, '/jwks')).toBe(200);
    });

    it('one that is killed leaves no connection without an answer, also not one that it was about to take', async () => {
      const running = await start();
      await running.printed('2 workers serve');
      const [victim = 0] = running.workers;
      process.kill(victim, 'SIGSTOP');
      let answered = 0;
      const asked = Array.from({ length: 4 }, async () => {
        const code = await status(running, '/health/live');
        answered += 1;
        return code;
      });
      // One connection is on its way to the worker that stands still.
      await until(
        () => answered,
        (count) => count === 3,
      );
      process.kill(victim, 'SIGKILL');

      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(1);
      expect(await status(running, '/health/live')).toBe(200);
    });

    it('one that is replaced leaves what it had counted, so that no sum falls', async () => {
      const running = await start();
      await running.printed('2 workers serve');
      for (let i = 0; i < 20; i++) await status(running, '/health/live');
      expect(await counted(running)).toBe(20);
      const [victim = 0] = running.workers;
      process.kill(victim, 'SIGKILL');
      await until(
        () => running.workers,
        (pids) => pids.length === 2 && !pids.includes(victim),
      );
      expect(await counted(running)).toBe(20);
      expect(await status(running, '/health/live')).toBe(200);
      expect(await counted(running)).toBe(21);
    });

    it.each(['SIGTERM', 'SIGINT'] as const)('end together by %s, with 0', async (signal) => {
      const running = await start();
      await running.printed('2 workers serve');
      running.signal(signal);
      await expect(running.ended()).resolves.toMatchObject({ code: 0, stderr: '' });
    });

    it('end with the process that looks after them', async () => {
      const running = await start();
      await running.printed('2 workers serve');
      // Resolves once nobody holds its output any more.
      await running.kill();
      await expect(status(running, '/health/live')).rejects.toThrow('fetch failed');
    });

    it('that cannot start say why in one line, and the service ends with 1', async () => {
      const broken = await StartingProcess.start({
        DATABASE_URL: database.url,
        EYRIE_WORKERS: '2',
        EYRIE_APPLY: '/no/such/file.yaml',
      });
      const { code, stderr } = await broken.ended();
      expect([code, stderr.trimEnd().split('\n')]).toEqual([
        1,
        [expect.stringContaining('/no/such/file.yaml')],
      ]);
    });
  });
});
