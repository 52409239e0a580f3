import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { type Environment, ServerProcess } from '../support/programs.js';
import { alice, freePort } from '../support/server.js';
import { StoryFile } from '../support/story.js';
import { TraceCollector } from '../support/trace-collector.js';
import { liveWholeLife, secretsIn } from '../support/whole-life.js';

describe('A server process with EYRIE_TRACES', () => {
  let database: TestDatabase;
  let story: StoryFile;
  let collector: TraceCollector;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
  });
  beforeEach(async () => {
    collector = await TraceCollector.start();
  });
  afterEach(async () => {
    await server?.kill();
    await collector.stop();
  });
  afterAll(() => Promise.all([database.drop(), story.remove()]));

  const start = async (environment: Environment): Promise<ServerProcess> =>
    (server = await ServerProcess.start({
      DATABASE_URL: database.url,
      EYRIE_APPLY: story.path,
      EYRIE_TRACES: collector.url,
      ...environment,
    }));

  it('sends what it recorded before it ends, without a secret or personal data, and its log leads to it', async () => {
    const running = await start({
      EYRIE_LOG_LEVEL: 'info',
      EYRIE_TRACES_HEADERS: 'x-key=hunter2hunter2',
      EYRIE_ADMIN_PASSWORD: 'the password of admin',
    });
    const secrets = await liveWholeLife(running.url);
    running.signal('SIGTERM');
    const { code, stdout } = await running.ended();
    expect(code).toBe(0);

    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests.length).toBeGreaterThan(15);
    expect(requests.at(-1)?.name).toBe('GET /logout');
    expect(collector.spans.filter(({ name }) => name === 'transaction').length).toBeGreaterThan(5);
    const personal = [alice.name, alice.username, 'message-writer', '127.0.0.1'];
    expect(secretsIn(collector.text, [...secrets, ...personal, 'the password of admin', 'hunter2'])).toEqual(
      [],
    );

    const answered = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'answered');
    expect(answered.length).toBeGreaterThan(15);
    expect(
      answered.map(({ reqId, trace_id, span_id }) => ({ reqId, trace_id, span_id })).toSorted(byRequest),
    ).toEqual(
      requests
        .map(({ attributes, traceId, spanId }) => ({
          reqId: attributes['eyrie.request_id'],
          trace_id: traceId,
          span_id: spanId,
        }))
        .toSorted(byRequest),
    );
  });

  it('answers while the collector is down, warns once, and ends in order', async () => {
    const running = await start({
      EYRIE_TRACES: `http://127.0.0.1:${await freePort()}`,
      EYRIE_LOG_LEVEL: 'warn',
    });
    const ask = async (): Promise<number> => (await fetch(`${running.url}/jwks`)).status;
    expect(await ask()).toBe(200);
    await running.printed('traces could not be sent');
    expect(await ask()).toBe(200);
    running.signal('SIGTERM');
    const { code, stdout } = await running.ended();
    expect(code).toBe(0);
    expect(stdout.match(/traces could not be sent to http:\/\/127\.0\.0\.1:\d+ \(/g)).toHaveLength(1);
    expect(stdout).not.toContain('trace_id');
  });

  it('answers and ends in order while the collector does not answer', async () => {
    collector.status = undefined;
    const running = await start({});
    const taken = collector.taken();
    expect((await fetch(`${running.url}/jwks`)).status).toBe(200);
    await taken;
    expect((await fetch(`${running.url}/jwks`)).status).toBe(200);
    running.signal('SIGTERM');
    expect((await running.ended()).code).toBe(0);
  });

  (databaseKind() === 'sqlite' ? describe.skip : describe)('with EYRIE_WORKERS', () => {
    it('has each of its workers send its own', async () => {
      const running = await start({ EYRIE_WORKERS: '2' });
      await running.printed('2 workers serve');
      for (let i = 0; i < 8; i++)
        await fetch(`${running.url}/jwks`, { headers: { connection: 'close' } }).then((answer) =>
          answer.text(),
        );
      running.signal('SIGTERM');
      expect((await running.ended()).code).toBe(0);
      const requests = collector.spans.filter(({ name }) => name === 'GET /jwks');
      expect(requests).toHaveLength(8);
      expect(new Set(requests.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
    });
  });
});

const byRequest = (one: { reqId: unknown }, other: { reqId: unknown }): number =>
  String(one.reqId).localeCompare(String(other.reqId));
