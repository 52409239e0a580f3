import type * as client from 'openid-client';
import { TestBrowser } from '../support/browser.js';
import { GaleraCluster } from '../../scripts/galera.mjs';
import { ServerProcess } from '../support/programs.js';
import { freePort } from '../support/server.js';
import {
  type Answer,
  authorize,
  messageWriter,
  redeem,
  refresh,
  storyAuthorization,
  StoryFile,
} from '../support/story.js';

/** No answer may take longer, in milliseconds. */
const limit = 8_000;
/** Three nodes, in milliseconds. */
const startTimeout = 600_000;

describe('Two replicas, each on its own node of Galera', () => {
  let cluster: GaleraCluster;
  let story: StoryFile;
  let replicas: readonly [ServerProcess, ServerProcess];
  let writer: client.Configuration;
  let browser: TestBrowser;

  beforeAll(async () => {
    [cluster, story] = await Promise.all([GaleraCluster.start(), StoryFile.create()]);
    await cluster.query(0, 'CREATE DATABASE eyrie CHARACTER SET utf8mb4');
    const port = String(await freePort());
    const environment = {
      EYRIE_ISSUER: `http://127.0.0.1:${port}`,
      EYRIE_APPLY: story.path,
      EYRIE_REFRESH_GRACE: '0',
    };
    const start = (node: number, own: object): Promise<ServerProcess> =>
      ServerProcess.start({ ...environment, ...own, DATABASE_URL: cluster.url(node, 'eyrie') });
    // The lock of migrations is a node's own.
    const first = await start(0, { PORT: port });
    replicas = [first, await start(1, {})];
    writer = await messageWriter(first.url);
    browser = new TestBrowser(first.url);
  }, startTimeout);
  afterAll(async () => {
    await Promise.all([replicas?.[0].kill(), replicas?.[1].kill()]);
    await cluster?.stop();
    await story?.remove();
  });

  /** The same request twenty times at once, turn by turn at one replica and the other; the statuses in order. */
  const race = async (request: (replica: string) => Promise<Answer>): Promise<number[]> => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => request(replicas[turn % 2]!.url)),
    );
    return answers.map(({ status }) => status).toSorted((a, b) => a - b);
  };
  const tally = (statuses: readonly number[]): Record<number, number> =>
    statuses.reduce<Record<number, number>>(
      (counts, status) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }),
      {},
    );
  const onlyOne = [200, ...Array<number>(19).fill(400)];

  const ready = async (replica: number): Promise<string> =>
    (await fetch(`${replicas[replica]!.url}/health/ready`)).text();
  const readyAgain = async (): Promise<void> => {
    for (const replica of [0, 1]) while (!(await ready(replica)).includes('"status":"ok"'));
  };
  const expectService = async (): Promise<void> => {
    const { status } = await redeem(replicas[1].url, await authorize(writer, browser));
    expect(status).toBe(200);
  };
  /** A request that the database decides: what is answered, and whether that is in time. */
  const answerOf = async (replica: number): Promise<object> => {
    const from = performance.now();
    const { status, headers } = await fetch(`${replicas[replica]!.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'unknown' }),
      headers: { authorization: storyAuthorization },
    });
    const isInTime = performance.now() - from < limit;
    return { status, retryAfter: headers.get('retry-after'), isInTime };
  };

  it('accept at one what the other has issued a moment ago: 100 codes and 200 refresh tokens', async () => {
    const [here, there] = [replicas[0].url, replicas[1].url];
    const codes: number[] = [];
    const refreshed: number[] = [];
    for (let turn = 0; turn < 100; turn++) {
      const first = await redeem(there, await authorize(writer, browser));
      const second = await refresh(here, first.body.refresh_token ?? '');
      const third = await refresh(there, second.body.refresh_token ?? '');
      codes.push(first.status);
      refreshed.push(second.status, third.status);
    }
    expect([tally(codes), tally(refreshed)]).toEqual([{ 200: 100 }, { 200: 200 }]);
  });

  it('redeem a code once, and rotate a refresh token once, however many ask both at once', async () => {
    const code = await authorize(writer, browser);
    expect(await race((replica) => redeem(replica, code))).toEqual(onlyOne);

    const { body } = await redeem(replicas[1].url, await authorize(writer, browser));
    expect(await race((replica) => refresh(replica, body.refresh_token ?? ''))).toEqual(onlyOne);
  });

  it('send each statement of a transaction alone: MariaDB may go on with the rest of a text after a conflict has ended it', async () => {
    const counted = async (condition: string): Promise<number> => {
      const [row] = (await cluster.query(
        0,
        `SELECT COUNT(*) AS count FROM mysql.general_log WHERE command_type = 'Query' AND ${condition}`,
      )) as { count: number }[];
      return Number(row?.count);
    };
    const issued = await redeem(replicas[0].url, await authorize(writer, browser));
    await cluster.query(0, "SET GLOBAL log_output = 'TABLE', general_log = 1");
    const { status } = await refresh(replicas[0].url, issued.body.refresh_token ?? '');
    await cluster.query(0, 'SET GLOBAL general_log = 0');
    expect(status).toBe(200);
    expect(await counted("argument LIKE 'UPDATE refresh_tokens%'")).toBe(1);
    expect(await counted("argument = 'COMMIT'")).toBeGreaterThan(0);
    expect(await counted("argument REGEXP '(START TRANSACTION|INSERT|UPDATE|DELETE).*;'")).toBe(0);
  });

  it('go on when a third node is lost', async () => {
    cluster.signal(2, 'SIGKILL');
    while ((await cluster.size(0)) !== 2);
    await readyAgain();
    await expectService();
  });

  it('O1 answer 503 while their nodes have no quorum, say why, and go on afterwards without a restart', async () => {
    cluster.signal(1, 'SIGSTOP');
    while (!(await ready(0)).includes('its node is not in sync with its cluster'));
    const unavailable = { status: 503, retryAfter: '5', isInTime: true };
    expect(await Promise.all([answerOf(0), answerOf(1)])).toEqual([unavailable, unavailable]);
    const pages = ['/health/live', '/jwks', '/.well-known/openid-configuration'];
    const statuses = pages.map(async (page) => (await fetch(replicas[0].url + page)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200]);

    cluster.signal(1, 'SIGCONT');
    await readyAgain();
    await expectService();
  });
});
