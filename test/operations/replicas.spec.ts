import { TestBrowser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Environment, ServerProcess } from '../support/programs.js';
import { freePort } from '../support/server.js';
import { type Answer, authorize, messageWriter, redeem, refresh, StoryFile } from '../support/story.js';

/** Two processes that serve one issuer from one database. */
async function startTwo(environment: Environment): Promise<[ServerProcess, ServerProcess]> {
  const port = String(await freePort());
  const issuer = `http://127.0.0.1:${port}`;
  return Promise.all([
    ServerProcess.start({ ...environment, EYRIE_ISSUER: issuer, PORT: port }),
    ServerProcess.start({ ...environment, EYRIE_ISSUER: issuer }),
  ]);
}

describe('Two replicas on one database', () => {
  let database: TestDatabase;
  let story: StoryFile;
  let replicas: [ServerProcess, ServerProcess];

  const startReplicas = async (environment: Environment): Promise<void> => {
    [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
    replicas = await startTwo({ DATABASE_URL: database.url, EYRIE_APPLY: story.path, ...environment });
  };
  const stopReplicas = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await Promise.all([database.drop(), story.remove()]);
  };

  const authorized = async () => {
    const { url } = replicas[0];
    return authorize(await messageWriter(url), new TestBrowser(url));
  };
  /** The same request twenty times at once, turn by turn at one replica and the other. */
  const race = (request: (replica: string) => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: 20 }, (_, turn) => request(replicas[turn % 2]?.url ?? '')));
  const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status);

  describe('without a grace for rotated refresh tokens', () => {
    beforeAll(() => startReplicas({ EYRIE_REFRESH_GRACE: '0' }));
    afterAll(() => stopReplicas());

    it('that start at once on an empty database both come up, with one administrator and one set of keys', async () => {
      const told = replicas.filter(({ stdout }) => stdout.includes('username    admin'));
      expect(told).toHaveLength(1);
      const [first, second] = await Promise.all(
        replicas.map(async ({ url }) => (await fetch(`${url}/jwks`)).json() as Promise<{ keys: unknown[] }>),
      );
      expect(first?.keys).toHaveLength(4);
      expect(second).toEqual(first);
    });

    it('redeem a code once, however many ask at once', async () => {
      const code = await authorized();
      const answers = await race((replica) => redeem(replica, code));
      expect(statuses(answers).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(400)]);
      expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(19);
    });

    it('rotate a refresh token once, however many ask at once', async () => {
      const { body } = await redeem(replicas[0].url, await authorized());
      const answers = await race((replica) => refresh(replica, body.refresh_token ?? ''));
      expect(statuses(answers).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(400)]);
    });
  });

  describe('with a grace for rotated refresh tokens', () => {
    beforeAll(() => startReplicas({ EYRIE_REFRESH_GRACE: '60' }));
    afterAll(() => stopReplicas());

    it('give everybody who asks at once the same successor, which goes on to work', async () => {
      const { body } = await redeem(replicas[0].url, await authorized());
      const answers = await race((replica) => refresh(replica, body.refresh_token ?? ''));
      expect(statuses(answers)).toEqual(Array(20).fill(200));
      const successors = new Set(answers.map((answer) => answer.body.refresh_token));
      expect(successors.size).toBe(1);

      const [successor = ''] = successors;
      await expect(refresh(replicas[1].url, successor)).resolves.toMatchObject({ status: 200 });
    });

    it('a code that is replayed at the other replica ends what it gave', async () => {
      const code = await authorized();
      const { body } = await redeem(replicas[0].url, code);
      await expect(redeem(replicas[1].url, code)).resolves.toMatchObject({ status: 400 });
      await expect(refresh(replicas[0].url, body.refresh_token ?? '')).resolves.toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    });
  });
});
